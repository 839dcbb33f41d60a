import { readFile } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { LiveflagError } from '../core/errors'
import type { JsonValue } from '../core/json'
import { type World, worldOf } from '../core/world'
import { readFacts } from '../facts'
import { reasonOf } from '../sources/internal/system-error'

/** The World that `--world` describes: JSON, `@FILE`, or `-` for stdin. Left out: a visitor who is not signed in. */
export async function readWorld(argument: string | undefined, stdin: Readable): Promise<World> {
  if (argument === undefined) return worldOf()
  return worldOf(readFacts(parseJson(await textOf(argument, stdin), argument)))
}

async function textOf(argument: string, stdin: Readable): Promise<string> {
  if (argument === '-') return text(stdin)
  if (!argument.startsWith('@')) return argument
  const path = argument.slice(1)
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new LiveflagError('LIVEFLAG_BAD_WORLD', `--world: ${path} cannot be read: ${reasonOf(error)}`, { cause: error })
  }
}

function parseJson(json: string, argument: string): JsonValue {
  try {
    // Where data comes in: JSON.parse gives nothing but JSON values.
    return JSON.parse(json.replace(/^\uFEFF/, '')) as JsonValue
  } catch (error) {
    const where = argument === '-' ? 'stdin' : argument.startsWith('@') ? argument.slice(1) : undefined
    const hint = where === undefined ? `; write it as '{"user": {"id": "t2_beef"}}', @FILE, or - for stdin` : ''
    throw new LiveflagError('LIVEFLAG_BAD_WORLD', `--world: ${where ?? 'its value'} is not JSON: ${reasonOf(error)}${hint}`, { cause: error })
  }
}
