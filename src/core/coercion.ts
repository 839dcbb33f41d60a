/**
 * JavaScript's own conversions, of which the reference's rules are made (docs/spec/growthbook.md,
 * sections 3 and 7).
 */

/**
 * A value's text, as `+ ""` gives it: `null`, `5`, `a,b`, `[object Object]`. Undefined for the few
 * values that have none.
 */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  try {
    return String(value)
  } catch {
    return undefined
  }
}

/**
 * A value for `<` and its like, which compare two texts as texts and anything else as numbers.
 * The cast only tells TypeScript that what JavaScript makes of other types is meant.
 */
export const comparable = (value: unknown): number => value as number

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** A name as text; a number is its decimal text, and what is no name is an empty one. */
export const nameOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : ''
