import type { Readable } from 'node:stream'
import { LiveflagError, reasonOf } from '../core/errors'
import type { JsonValue } from '../core/json'
import { type Facts, type World, worldOf } from '../core/world'
import { readFacts } from '../engine/facts'
import { isInput, readInput } from './input'

/**
 * The World that `--world` describes: JSON, `@FILE`, or `-` for stdin. Left out: a visitor who is
 * not signed in.
 */
export async function readWorld(argument: string | undefined, stdin: Readable): Promise<World> {
  return worldOf(await readWorldFacts(argument, stdin))
}

/** The same as facts. */
export async function readWorldFacts(
  argument: string | undefined,
  stdin: Readable,
): Promise<Facts> {
  return argument === undefined ? {} : readFacts(parseJson(await textOf(argument, stdin), argument))
}

/** The most bytes of facts about one visitor. */
const MOST_BYTES = 16 * 1024 * 1024

async function textOf(argument: string, stdin: Readable): Promise<string> {
  if (argument !== '-' && !argument.startsWith('@')) return argument
  const bytes = await readInput(argument === '-' ? '-' : argument.slice(1), stdin, MOST_BYTES)
  if (isInput(bytes)) return new TextDecoder().decode(bytes)
  throw new LiveflagError('LIVEFLAG_BAD_WORLD', `--world: ${bytes.message}`)
}

function parseJson(json: string, argument: string): JsonValue {
  try {
    // Data from outside: JSON.parse returns only JSON values.
    return JSON.parse(json) as JsonValue
  } catch (error) {
    const where =
      argument === '-' ? 'stdin' : argument.startsWith('@') ? argument.slice(1) : undefined
    const hint =
      where === undefined
        ? `; write it as '{"user": {"id": "t2_beef"}}', @FILE, or - for stdin`
        : ''
    throw new LiveflagError(
      'LIVEFLAG_BAD_WORLD',
      `--world: ${where ?? 'its value'} is not JSON: ${reasonOf(error)}${hint}`,
      { cause: error },
    )
  }
}
