import { isRecord } from '../core/coercion'

/** More levels than any condition needs, and fewer than recursion can bear. */
export const MAX_DEPTH = 100

/** Values within one condition, each counted as often as it is referred to. */
export const MAX_VALUES = 1_000_000

/**
 * Why a condition cannot be compiled; undefined when it can. Goes through it without recursion, and
 * stops in time.
 */
export function excess(condition: unknown): string | undefined {
  let level = [condition].filter(isRecord)
  let values = 1
  for (let depth = 0; level.length > 0; depth++) {
    if (depth >= MAX_DEPTH) return `is nested deeper than ${MAX_DEPTH} levels`
    const below: typeof level = []
    for (const value of level) {
      const members = Object.values(value)
      values += members.length
      if (values > MAX_VALUES) return `holds more than ${MAX_VALUES} values`
      for (const member of members) if (isRecord(member)) below.push(member)
    }
    level = below
  }
  return undefined
}
