import { isIPv6 } from 'node:net'
import { type Command, Option } from 'commander'
import { parse } from 'yaml'
import { LiveflagError, messageOf } from '../core/errors'
import { badOption, isObject } from '../core/options'
import { SETTINGS, type Settings } from '../server/settings'
import { decodeText } from '../sources/bytes'
import { isInput, readInput } from './input'
import type { Terminal } from './terminal'

/** By the names of the settings: `--body-bytes 1000` is `bodyBytes: '1000'`. */
export type SettingFlags = { readonly config?: string; readonly listen?: string } & {
  readonly [Name in keyof Settings]?: string | boolean
}

/** The default database of records and tokens. */
export const USUAL_DB = 'liveflag.db'

const CALL = 'serve'

type Name = keyof Settings
// Safe: the keys of a constant table.
const NAMES = Object.keys(SETTINGS) as readonly Name[]

/** Every setting of the server, as a flag. */
export function withSettings(command: Command): Command {
  for (const name of NAMES) command.addOption(flagOf(name))
  return command
    .option(
      '--listen <address>',
      'host and port in one: 0.0.0.0:3000, 0.0.0.0 or :3000 (env: LIVEFLAG_LISTEN)',
    )
    .option(
      '--config <path>',
      'a YAML file with these as server: { body_bytes: 1000 } (env: LIVEFLAG_CONFIG)',
    )
}

function flagOf(name: Name): Option {
  const { usual, description } = SETTINGS[name]
  const flag = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  const shown = name === 'db' ? USUAL_DB : String(usual)
  const notes = [
    ...(usual === false || shown === '' ? [] : [`default: ${shown}`]),
    `env: ${environmentName(name)}`,
  ]
  return new Option(
    typeof usual === 'boolean' ? flag : `${flag} <${kindOf(usual)}>`,
    `${description} (${notes.join(', ')})`,
  )
}

const kindOf = (usual: unknown): string =>
  Array.isArray(usual) ? 'list' : typeof usual === 'number' ? 'number' : 'text'

/** Flags win over the environment, which wins over the file. */
export async function serverSettings(
  flags: SettingFlags,
  terminal: Terminal,
): Promise<Partial<Settings>> {
  const given = await fileSettings(flags.config ?? terminal.env['LIVEFLAG_CONFIG'], terminal)
  for (const name of Object.keys(SETTINGS) as (keyof Settings)[]) {
    const text = flags[name] ?? terminal.env[environmentName(name)]
    if (text !== undefined) given[name] = valueOf(name, text)
  }
  const listen = flags.listen ?? terminal.env['LIVEFLAG_LISTEN'] ?? ''
  return { db: USUAL_DB, ...given, ...(listen !== '' && listenedTo(listen)) }
}

/** An address of version 6 is in brackets where a port follows it. */
function listenedTo(address: string): Partial<Settings> {
  if (isIPv6(address)) return { host: address }
  const parts = /^(?:\[(?<six>.+)\]|(?<name>[^:[\]]*))(?::(?<port>\d{1,5}))?$/.exec(address)?.groups
  const host = parts?.['six'] ?? parts?.['name'] ?? ''
  const port = parts?.['port']
  if (parts === undefined || (host === '' && port === undefined))
    throw badOption(CALL, '--listen', address, 'an address such as 0.0.0.0:3000, 0.0.0.0 or :3000')
  return { ...(host !== '' && { host }), ...(port !== undefined && { port: Number(port) }) }
}

/** `bodyBytes` is `LIVEFLAG_BODY_BYTES`. */
const environmentName = (name: string): string =>
  `LIVEFLAG_${name.replaceAll(/[A-Z]/g, '_$&').toUpperCase()}`

/** `bodyBytes` is `body_bytes` in a file. */
const fileName = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** Parses the text of a flag or of the environment by the type of its setting. */
function valueOf(name: keyof Settings, text: unknown): unknown {
  if (typeof text !== 'string') return text
  const { usual } = SETTINGS[name]
  if (typeof usual === 'number') return text.trim() === '' ? text : Number(text)
  if (typeof usual === 'boolean')
    return text === 'true' || text === '1'
      ? true
      : text === 'false' || text === '0' || text === ''
        ? false
        : text
  if (Array.isArray(usual))
    return text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')
  return text
}

const MOST_BYTES = 1 << 20

/** The `server:` mapping of a YAML file. */
async function fileSettings(
  path: string | undefined,
  { stdin }: Terminal,
): Promise<Record<string, unknown>> {
  if (path === undefined || path === '') return {}
  const bytes = await readInput(path, stdin, MOST_BYTES)
  if (!isInput(bytes)) throw badFile(path, bytes.message)
  const text = decodeText(path, bytes)
  if (typeof text !== 'string') throw badFile(path, text.message)
  const found = mappingIn(path, text)
  const names = new Map(Object.keys(SETTINGS).map((name) => [fileName(name), name]))
  return Object.fromEntries(
    Object.entries(found).map(([key, value]) => [names.get(key) ?? key, value]),
  )
}

function mappingIn(path: string, text: string): object {
  try {
    const document: unknown = parse(text)
    const server: unknown = isObject(document) ? Reflect.get(document, 'server') : undefined
    if (isObject(server) && !Array.isArray(server)) return server
  } catch (error) {
    throw badFile(path, messageOf(error))
  }
  throw badFile(path, 'it has no mapping "server"')
}

const badFile = (path: string, problem: string): LiveflagError =>
  new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    `${CALL}: the settings cannot be read from ${path} (${problem}); give a YAML file with server: { port: 3000 }`,
  )
