import { isRecord } from '../core/coercion'

/** The most levels of a condition: more than any needs, and few enough for recursion. */
export const MAX_DEPTH = 100

/**
 * Lists and mappings within one condition, repeats included. Each becomes a function, so this limits
 * what compiling and asking may take; the items of a list are not counted.
 */
export const MAX_PARTS = 10_000

/** Values within one condition, repeats included. */
export const MAX_VALUES = 1_000_000

/**
 * Returns why a condition is too large to compile; undefined when it is not. Uses no recursion, and
 * stops at the first limit.
 */
export function excess(condition: unknown): string | undefined {
  let level = [condition].filter(isRecord)
  let values = 1
  let parts = level.length
  for (let depth = 0; level.length > 0; depth++) {
    if (depth >= MAX_DEPTH) return `is nested deeper than ${MAX_DEPTH} levels`
    const below: typeof level = []
    for (const value of level) {
      const members = Object.values(value)
      values += members.length
      if (values > MAX_VALUES) return `has more than ${MAX_VALUES} values`
      for (const member of members) if (isRecord(member)) below.push(member)
      if (parts + below.length > MAX_PARTS) return `has more than ${MAX_PARTS} lists and mappings`
    }
    parts += below.length
    level = below
  }
  return undefined
}
