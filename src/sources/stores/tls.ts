import { readFileSync } from 'node:fs'
import { reasonOf } from '../../core/errors'
import { badOption, isObject, isText, type OptionKind } from '../../core/options'
import { QUERY_FLAG, QUERY_TEXT, type QueryKinds } from '../store-url'

/** Certificates for a server that asks for them, or that one's own authority has signed. PEM. */
export interface StoreTls {
  /** Of the authority that signed the server's. Default: those that Node trusts. */
  readonly ca?: string | Uint8Array
  /** Of this client. */
  readonly cert?: string | Uint8Array
  readonly key?: string | Uint8Array
}

const NAMES: readonly (keyof StoreTls)[] = ['ca', 'cert', 'key']

const isPem = (value: unknown): boolean =>
  value === undefined || isText(value) || value instanceof Uint8Array

export const TLS: OptionKind = {
  fits: (value) =>
    value === true ||
    (isObject(value) &&
      Object.entries(value).every(
        ([name, pem]) => NAMES.some((known) => known === name) && isPem(pem),
      )),
  wanted: 'true, or an object with ca, cert and key, each the text of a PEM file',
}

/** A path is no secret, but somebody may give the text of the file in its place. */
const PEM_PATH: OptionKind = { ...QUERY_TEXT, isSecret: true }

/** What the query of a URL may say of TLS. */
export const TLS_QUERY: QueryKinds = {
  tls: QUERY_FLAG,
  ca: PEM_PATH,
  cert: PEM_PATH,
  key: PEM_PATH,
}

/**
 * What a URL says of TLS: `?tls=true`, or the paths of PEM files as `ca`, `cert` and `key`.
 *
 * @param names those that the URLs of this store have
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION when a file cannot be read
 */
export function tlsOfQuery(
  call: string,
  query: URLSearchParams,
  names = NAMES,
): StoreTls | undefined {
  const read = names.flatMap((name) => {
    const path = query.get(name)
    return path === null ? [] : [[name, pemFile(call, name, path)] as const]
  })
  if (read.length > 0 && query.get('tls') === 'false')
    throw badOption(call, 'tls in the URL', 'false', 'true, or leave ca, cert and key out')
  if (read.length === 0 && query.get('tls') !== 'true') return undefined
  return Object.fromEntries(read)
}

function pemFile(call: string, name: string, path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (error) {
    const shown = path.includes('-----BEGIN') ? '…' : path
    throw badOption(call, `${name} in the URL`, shown, `the path of a file (${reasonOf(error)})`)
  }
}
