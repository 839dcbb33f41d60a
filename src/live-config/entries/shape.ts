import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from '../../core/json'
import { isMetadata } from '../../core/metadata'
import type { Path } from '../../core/problem'
import type { EntryProblem } from '../../core/selector'
import { MAX_KEY, MAX_TEXT, shownKey } from '../text/limits'

/**
 * How deep an entry may nest: deeper than any that makes sense. How deep its text may nest is
 * MAX_TEXT_DEPTH.
 */
const MAX_DEPTH = 32

/**
 * How many values one entry may have: an entry is compiled in one go, and this many take less than a
 * turn of the event loop may.
 */
export const MAX_VALUES = 200_000

/** How many of them may be mappings, such as rules and conditions: these take longest. */
const MAX_MAPPINGS = 50_000

/** How many keys one mapping may have, such as the names of `url`. */
const MAX_KEYS = 10_000

/** The size of a value, counted no further than it may be. */
class Shape {
  values = 0
  mappings = 0
  depth = 0
  hasMergeKey = false
  /** What is larger than may be, if something is. */
  tooLarge: string | undefined

  add(value: JsonValue, depth: number): void {
    if (++this.values > MAX_VALUES) this.tooLarge ??= `more than ${MAX_VALUES} values`
    if (typeof value === 'string' && value.length > MAX_TEXT)
      this.tooLarge ??= `a text of ${value.length} characters, more than ${MAX_TEXT}`
    if (typeof value !== 'object' || value === null) return
    if (depth > this.depth) this.depth = depth
    if (depth > MAX_DEPTH || this.tooLarge !== undefined) return
    if (isJsonList(value)) {
      for (let i = 0; i < value.length && this.tooLarge === undefined; i++)
        this.add(value[i] ?? null, depth + 1)
    } else this.addMapping(value, depth)
  }

  private addMapping(mapping: JsonObject, depth: number): void {
    if (++this.mappings > MAX_MAPPINGS)
      this.tooLarge ??= `more than ${MAX_MAPPINGS} rules and other mappings`
    let keys = 0
    // It makes no list of the members, of which a load has very many.
    for (const key in mapping) {
      if (++keys > MAX_KEYS) this.tooLarge ??= `a mapping of more than ${MAX_KEYS} keys`
      if (key.length > MAX_KEY) this.tooLarge ??= keyTooLong(key)
      if (this.tooLarge !== undefined) return
      if (key === MERGE) this.hasMergeKey = true
      this.add(mapping[key] ?? null, depth + 1)
    }
  }
}

const keyTooLong = (key: string): string =>
  `the key ${shownKey(key)} of ${key.length} characters, more than ${MAX_KEY}`

/** Why a value is too large or too deep to be read, or has a merge key; undefined when it is neither. */
export function shapeProblem(
  value: JsonValue,
  what: 'entry' | 'segment',
): EntryProblem | undefined {
  const shape = new Shape()
  shape.add(value, 0)
  if (shape.depth > MAX_DEPTH)
    return {
      code: 'too-deep',
      message: `the ${what} is nested more than ${MAX_DEPTH} levels deep; flatten it`,
    }
  if (shape.tooLarge !== undefined)
    return {
      code: 'too-large',
      message: `the ${what} has ${shape.tooLarge}, the limit for one ${what}; ${INSTEAD[what]}`,
    }
  const merge = shape.hasMergeKey && isJsonObject(value) ? mergeKeyIn(value) : undefined
  return merge && mergesNothing(merge)
}

const INSTEAD = {
  entry: 'ask for an attribute of the visitor, or for a percentage, in the place of a list of ids',
  segment: 'write a condition on an attribute of the visitor in the place of the list',
}

/** Merge keys are YAML 1.1; in 1.2 it is a key like any other. */
export const MERGE = '<<'

export const MERGES_NOTHING =
  '<< merges nothing: YAML 1.2 has no merge keys; write out what it should bring, or use an alias for a whole value'

export const mergesNothing = (path: Path): EntryProblem => ({
  code: 'unknown-key',
  path,
  at: 'key',
  message: MERGES_NOTHING,
})

/** The way to the first merge key inside a mapping; a note of the author's may have one. */
export function mergeKeyIn(mapping: JsonObject): Path | undefined {
  for (const [key, value] of Object.entries(mapping)) {
    const path = key === MERGE ? [] : isMetadata(key) ? undefined : mergeKeyBelow(value)
    if (path) return [key, ...path]
  }
  return undefined
}

function mergeKeyBelow(value: JsonValue): Path | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, member] of Object.entries<JsonValue>(value)) {
    const path = key === MERGE ? [] : mergeKeyBelow(member)
    if (path) return [isJsonList(value) ? Number(key) : key, ...path]
  }
  return undefined
}
