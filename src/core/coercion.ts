/**
 * JavaScript's own conversions, which the reference's rules rely on (docs/spec/growthbook.md,
 * sections 3 and 7).
 */

/**
 * A value's text, as `+ ""` returns it: `null`, `5`, `a,b`, `[object Object]`. Undefined for the
 * few values that have none.
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
 * A value for `<` and its like, which compare two texts as texts and anything else as numbers. The
 * cast tells TypeScript that JavaScript's conversion of other types is intended.
 */
export const comparable = (value: unknown): number => value as number

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** A name as text: a number becomes its decimal text, a value of another type an empty text. */
export const nameOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : ''
