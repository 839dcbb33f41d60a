/** A value as JSON can say it. Everything the live config holds is one of these. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject
export interface JsonObject {
  readonly [key: string]: JsonValue
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isJsonList(value)
}

/** `Array.isArray` with the element type kept. */
export const isJsonList = (value: JsonValue | undefined): value is readonly JsonValue[] =>
  Array.isArray(value)

/**
 * The value's own member, so that `constructor` or `__proto__` is just another key that is not
 * there.
 */
export function own<T>(
  object: Readonly<Record<string, T>> | undefined,
  key: string,
): T | undefined {
  return object && Object.hasOwn(object, key) ? object[key] : undefined
}

/** The kind of a value in the words of someone who writes config files. */
export function kindOf(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  return typeof value === 'string' ? 'text' : `a ${typeof value}`
}

/**
 * Deep equality; the order of list items matters, and that of keys only with `inOrder`: where they are
 * variants of the stable scheme, their order may say who gets which.
 */
export function jsonEqual(
  a: JsonValue | undefined,
  b: JsonValue | undefined,
  how: { readonly inOrder?: boolean } = {},
): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null)
    return Object.is(a, b)
  if (isJsonList(a) || isJsonList(b)) {
    return (
      isJsonList(a) &&
      isJsonList(b) &&
      a.length === b.length &&
      a.every((item, i) => jsonEqual(item, b[i], how))
    )
  }
  const [keys, others] = [Object.keys(a), Object.keys(b)]
  return (
    keys.length === others.length &&
    keys.every(
      (key, i) =>
        (how.inOrder ? key === others[i] : Object.hasOwn(b, key)) && jsonEqual(a[key], b[key], how),
    )
  )
}

/**
 * Python's truth of a decoded JSON value (docs/spec/r2.md, section 4.3): empty lists and mappings
 * are false.
 */
export function truthy(value: JsonValue | undefined): boolean {
  if (Array.isArray(value)) return value.length > 0
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0
  return typeof value === 'number' ? value !== 0 : Boolean(value)
}
