import { isMap, isScalar, isSeq, type Pair, stringify, type YAMLMap, type YAMLSeq } from 'yaml'
import type { JsonObject } from '../core/json'

/** What of a layer's document an edit is added to; undefined where there is nothing yet. */
export interface EditedPart {
  readonly ramps: Pair | undefined
  readonly log: Pair | undefined
}

/**
 * The text with one more edit, in lines of its own: every other byte stays. Undefined where the edit
 * cannot be put into lines of its own, as in a list in brackets.
 */
export function withLines(
  text: string,
  { ramps, log }: EditedPart,
  feature: string,
  edit: JsonObject,
): string | undefined {
  const list = isSeq(log?.value) ? log.value : undefined
  if (list && !list.flow) return below(text, lastEndIn(list), columnOf(text, startOf(list)), [edit])
  if (log) return inPlaceOf(text, log, [edit])
  const map = isMap(ramps?.value) ? ramps.value : undefined
  if (map && !map.flow)
    return below(text, lastEndIn(map), columnOf(text, startOf(map)), { [feature]: [edit] })
  if (ramps) return inPlaceOf(text, ramps, { [feature]: [edit] })
  return below(text, text.length, 0, { ramps: { [feature]: [edit] } })
}

/** Adds lines below the line of a place, indented by so many columns. */
function below(
  text: string,
  place: number | undefined,
  column: number | undefined,
  value: object,
): string | undefined {
  if (place === undefined || column === undefined) return undefined
  const end = text.includes('\r\n') ? '\r\n' : '\n'
  const isAtStart = place === 0 || text[place - 1] === '\n'
  const next = isAtStart ? place : text.indexOf('\n', place) + 1
  const at = next === 0 ? text.length : next
  const missing = at > 0 && text[at - 1] !== '\n' ? end : ''
  const lines = stringify(value, { schema: 'core', lineWidth: 0 }).trimEnd().split('\n')
  const added = lines.map((line) => `${' '.repeat(column)}${line}${end}`).join('')
  return `${text.slice(0, at)}${missing}${added}${text.slice(at)}`
}

/** Instead of `{}`, `[]` or nothing, which a key has: lines below it. */
function inPlaceOf(text: string, { key, value }: Pair, lines: object): string | undefined {
  const start = isScalar(key) ? key.range?.[0] : undefined
  const range = isMap(value) || isSeq(value) || isScalar(value) ? value.range : undefined
  if (start === undefined || !range || !isNothing(value)) return undefined
  const column = columnOf(text, start)
  if (column === undefined) return undefined
  const head = text.slice(0, range[0]).replace(/[ \t]+$/, '')
  const rest = text.slice(range[1])
  return below(`${head}${rest}`, head.length, column + INDENT, lines)
}

const INDENT = 2

const isNothing = (value: unknown): boolean =>
  isMap(value) || isSeq(value) ? value.items.length === 0 : isScalar(value) && value.value === null

const startOf = ({ range }: YAMLMap | YAMLSeq): number | undefined => range?.[0]

/** Where the last of what is written in a mapping or a list ends. */
function lastEndIn(node: YAMLMap | YAMLSeq): number | undefined {
  const last: unknown = node.items.at(-1)
  const value = isMap(node) ? (last as Pair | undefined)?.value : last
  return isMap(value) || isSeq(value)
    ? value.flow
      ? value.range?.[1]
      : lastEndIn(value)
    : isScalar(value)
      ? value.range?.[1]
      : undefined
}

/** How far a place is from the start of its line, if nothing but blanks is before it. */
function columnOf(text: string, place: number | undefined): number | undefined {
  if (place === undefined) return undefined
  const before = text.slice(text.lastIndexOf('\n', place - 1) + 1, place)
  return /^ *$/.test(before) ? before.length : undefined
}
