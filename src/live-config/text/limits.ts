import type { Unplaced } from './places'

/** What a text may hold. Each limit is far more than anybody needs, and little enough to be read. */

/** How deep a text may nest, entry or not: recursion over a value can bear more. */
export const MAX_TEXT_DEPTH = 100

/** How many keys the top of a text may have. */
export const MAX_ENTRIES = 200_000

/** How long a text may be that is itself JSON: it is read in one step. */
export const MAX_JSON_TEXT = 1024 * 1024

/** So many characters may one text have: reading it is one step, which this keeps below some milliseconds. */
export const MAX_TEXT = 1024 * 1024

/** So long may a key be, at the top and inside an entry. */
export const MAX_KEY = 1000

/** So many problems of one key at the top are reported one by one; a last one counts the rest. */
export const MOST_PROBLEMS = 50

/** How long the text of one key at the top of a YAML text may be. */
export const MAX_PIECE = 16 * 1024 * 1024

/** How many values one key at the top of a YAML text may have. */
export const MAX_VALUES = 500_000

export const tooManyEntries = (offset: number) =>
  ({
    code: 'too-large',
    severity: 'error',
    message: `there are more than ${MAX_ENTRIES} keys at the top, which is the limit for one text; divide it, or remove what is not used any more`,
    offset,
  }) as const

/** The value at `offset` has too many characters. */
export const tooLongText = (length: number, offset: number): Unplaced => ({
  code: 'too-large',
  severity: 'error',
  message: `this text has ${length} characters, and the limit for one text is ${MAX_TEXT} characters; shorten it, or keep it in a file of its own`,
  offset,
})

/** A key as messages show it. */
export const shownKey = (key: string): string =>
  JSON.stringify(key.length > 40 ? `${key.slice(0, 40)}…` : key)

/** The key at `offset` has too many characters. */
export const tooLongKey = (key: string, offset: number): Unplaced => ({
  code: 'too-large',
  severity: 'error',
  message: `the key ${shownKey(key)} has ${key.length} characters, more than ${MAX_KEY}, the limit for one key, and is left out; shorten it`,
  offset,
})
