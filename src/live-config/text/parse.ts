import type { JsonObject, JsonValue } from '../../core/json'
import type { Position } from '../../core/problem'
import { type Format, type Parsed, PREFIX, type TextProblem } from './entry'
import { EntryCollector } from './entry-collector'
import { parseIni } from './ini'
import { inspectJson } from './json/inspect'
import { parseJson } from './json/json'
import { countPlainKeys, keysWithin } from './json/scan'
import { atOnce, TimeSlice } from '../../runtime/time-slice'
import { empty, LineIndex, placed, refused } from './places'
import type * as Yaml from './yaml/yaml'

export interface ParseOptions {
  /** The result for the text before: what did not change is not parsed again. */
  readonly previous?: Parsed | undefined
  /** The value of a JSON text, if it is known already. */
  readonly document?: JsonObject | undefined
  /** The name of the feature that a top-level key defines. Default: what follows `feature_`. */
  readonly featureOf?: (key: string) => string | undefined
}

/**
 * Parses a live config to its entries. Never throws: problems are in `problems` and `fatal`. Yields
 * whenever it has worked for some milliseconds, so that the caller can give the event loop a turn.
 */
export function* parse(
  text: string,
  format: Format,
  { previous, document, featureOf = featureOfKey }: ParseOptions = {},
): Generator<void, Parsed> {
  const slice = new TimeSlice()
  const plain = yield* plainLines(text, slice)
  const lines = new LineIndex(plain)
  if (yield* isBlank(plain, slice)) return refused(placed(empty(format), lines))
  const collector = new EntryCollector(lines, featureOf)
  if (format === 'json') return yield* parseJson(plain, collector, slice, document)
  if (format === 'ini') return yield* parseIni(plain, collector, slice)
  return yield* loadYaml().parseYaml(plain, collector, slice, previous)
}

const featureOfKey = (key: string): string | undefined =>
  key.startsWith(PREFIX) ? key.slice(PREFIX.length) : undefined

/** What JSON says and what is wrong with it, all of it at one place of the file. */
export function inspectedAt(
  { line, column }: Position,
  json: string,
  value: JsonValue,
): { readonly value: JsonValue; readonly problems: readonly TextProblem[] } {
  if (countPlainKeys(json) === keysWithin(value)) return { value, problems: [] }
  const inspected = inspectJson(json)
  const lines = new LineIndex(json)
  return {
    value: inspected.value,
    problems: inspected.problems.map((problem) => ({ ...placed(problem, lines), line, column })),
  }
}

/** So much of a text is gone through before the clock is asked. */
const PIECE = 256 * 1024

/**
 * Removes the byte-order mark and turns CRLF and the CR of old Macs into LF. No line moves, nor a
 * column of what stays.
 */
export const withPlainLines = (text: string): string => atOnce(plainLines(text, new TimeSlice()))

/** In pieces, because to replace a million line ends at once takes half a second. */
function* plainLines(text: string, slice: TimeSlice): Generator<void, string> {
  const start = text.startsWith('\uFEFF') ? 1 : 0
  if (!text.includes('\r')) return start === 0 ? text : text.slice(start)
  const pieces: string[] = []
  for (let at = start; at < text.length;) {
    if (slice.isOver()) yield
    const next = at + PIECE
    const end = text.charAt(next - 1) === '\r' ? next + 1 : next
    pieces.push(text.slice(at, end).replace(/\r\n?/g, '\n'))
    at = end
  }
  return pieces.join('')
}

function* isBlank(text: string, slice: TimeSlice): Generator<void, boolean> {
  for (let at = 0; at < text.length; at += PIECE) {
    if (/\S/.test(text.slice(at, at + PIECE))) return false
    if (slice.isOver()) yield
  }
  return true
}

/**
 * The YAML package is loaded by the first text that is YAML: it is half of what this package loads.
 */
function loadYaml(): typeof Yaml {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would make parsing asynchronous
  return require('./yaml/yaml') as typeof Yaml
}
