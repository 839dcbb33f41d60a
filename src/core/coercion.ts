/**
 * JavaScript's own conversions, which the reference's rules rely on (docs/spec/growthbook.md,
 * sections 3 and 7). A Date is another matter: JavaScript's text of it has the time zone of the
 * server (docs/decisions/0142-dates-in-conditions.md).
 */

/**
 * A value's text, as `+ ""` returns it: `null`, `5`, `a,b`, `[object Object]`; of a Date, ISO 8601.
 * Undefined for the few values that have none.
 */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (value instanceof Date) return isoOf(value)
  try {
    return String(value)
  } catch {
    return undefined
  }
}

/** Undefined of a Date that is no time. */
const isoOf = (date: Date): string | undefined =>
  Number.isNaN(date.getTime()) ? undefined : date.toISOString()

/** A value to be compared with another: beside a text a Date is its text, else its milliseconds. */
export function datesAsBeside(value: unknown, other: unknown): unknown {
  if (!(value instanceof Date)) return value
  return typeof other === 'string' ? isoOf(value) : value.getTime()
}

/**
 * A value for `<` and its like, which compare two texts as texts and anything else as numbers. The
 * cast tells TypeScript that JavaScript's conversion of other types is intended.
 */
export const comparable = (value: unknown, other: unknown): number =>
  datesAsBeside(value, other) as number

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** A name as text: a number becomes its decimal text, a value of another type an empty text. */
export const nameOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : ''
