import { canonicalText } from '../../core/canonical'
import { isJsonList, isJsonObject, type JsonValue } from '../../core/json'
import type { Edit } from '../../live-config/edits'
import { clipped, counted, printable } from '../output'

/** More places of one feature than this are counted, not listed. */
const MOST_PLACES = 4
/** A longer value would hide the others. */
const LONGEST_VALUE = 40

/**
 * The edits of one feature in a line: `percent_loggedin 25 -> 50, users +wendy -gary`. Empty where a
 * mapping took the place of something else: then it is all new.
 */
export function editsLine(edits: readonly Edit[]): string {
  const places = edits.filter(({ from, to }) => !isJsonObject(from) && !isJsonObject(to))
  const shown = places.slice(0, MOST_PLACES).map(editText)
  const more = edits.length - shown.length
  if (shown.length > 0 && more > 0) shown.push(`${more} more`)
  return shown.join(', ')
}

function editText({ path, from, to }: Edit): string {
  const what =
    isJsonList(from) && isJsonList(to)
      ? listText(from, to)
      : `${valueText(from)} -> ${valueText(to)}`
  return path === '' ? what : `${printable(path)} ${what}`
}

function listText(from: readonly JsonValue[], to: readonly JsonValue[]): string {
  const added = lacking(to, from)
  const removed = lacking(from, to)
  const words = [...named('+', added), ...named('-', removed)]
  return words.length === 0 ? 'in another order' : words.join(' ')
}

function named(sign: string, items: readonly JsonValue[]): readonly string[] {
  if (items.length === 0) return []
  const text = items.map((item) => `${sign}${valueText(item)}`).join(' ')
  return [text.length > LONGEST_VALUE ? `${sign}${counted(items.length, 'item')}` : text]
}

/** The items of a list that another one does not have. */
function lacking(list: readonly JsonValue[], other: readonly JsonValue[]): readonly JsonValue[] {
  const others = new Set(other.map((item) => canonicalText(item)))
  return list.filter((item) => !others.has(canonicalText(item)))
}

const valueText = (value: JsonValue | undefined): string => {
  if (value === undefined) return 'nothing'
  const text = typeof value === 'string' && /^[\w.@-]+$/.test(value) ? value : JSON.stringify(value)
  return clipped(printable(text), LONGEST_VALUE)
}
