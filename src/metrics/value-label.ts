import type { JsonValue } from '../core/json'

/** Longer texts would make labels that nobody reads and every scrape carries. */
const LONGEST = 32

/** A value as a label of few different texts (spec/remote-config.md, section 12): what is long or made of parts is its type alone. */
export function valueLabel(value: JsonValue): string {
  if (typeof value === 'string') return isShort(value) ? value : '<string>'
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? '<array>' : '<object>'
  return String(value)
}

/** Counts characters, of which some are two units of a text. */
const isShort = (text: string): boolean => text.length <= LONGEST || (text.length <= 2 * LONGEST && [...text].length <= LONGEST)
