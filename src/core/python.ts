import type { JsonValue } from './json'

/** Python's truth of a decoded JSON value (spec/r2.md, section 4.3): empty lists and mappings are false. */
export function truthy(value: JsonValue | undefined): boolean {
  if (Array.isArray(value)) return value.length > 0
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0
  return typeof value === 'number' ? value !== 0 : Boolean(value)
}
