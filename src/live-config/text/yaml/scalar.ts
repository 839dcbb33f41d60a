import type { JsonValue } from '../../../core/json'
import { decode } from '../json/scan'
import { numberProblem } from '../numbers'
import { detached } from '../detached'
import { MAX_TEXT } from '../limits'

/** A value of one line and the index after it. `value` is undefined when it is not plain. */
export interface Scalar {
  readonly value: JsonValue | undefined
  readonly end: number
}

const UNCLEAR: Scalar = { value: undefined, end: -1 }

/** Control characters, and what only looks like a space. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const STRANGE = /[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]/

const INTEGER = /^[-+]?[0-9]+$/
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*|(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+)$/
const RARE_NUMBER = /^(?:0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/

const WORDS: ReadonlyMap<string, JsonValue> = new Map<string, JsonValue>([
  ...['~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
])

/** A plain text by the core schema of YAML 1.2; undefined for a number that is not plain. */
function resolved(text: string): JsonValue | undefined {
  const word = WORDS.get(text)
  if (word !== undefined) return word
  if (!/^[-+.\d]/.test(text)) return text
  if (INTEGER.test(text) || FLOAT.test(text)) return keptNumber(text)
  return RARE_NUMBER.test(text) ? undefined : text
}

/** Undefined for a number with a problem, which is reported where the library reads it. */
const keptNumber = (text: string): number | undefined =>
  numberProblem(text, 0) ? undefined : Number(text)

/** The first character of a plain text; a minus begins one only before a digit. */
const PLAIN_START = /[^\s\-?:,[\]{}#&*!|>'"%@`]|-\d/y
/** Words of one item. Their number is bounded, because a search is a single step. */
const IN_FLOW =
  /[^\s:#,[\]{}]*(?:(?::(?=[^\s,[\]{}])|(?<=\S)#| +(?=[^\s#,[\]{}:]))[^\s:#,[\]{}]*){0,10000}/y

/** A plain text from an index to the end of its line. */
export function plainAt(text: string, at: number, lineEnd: number): Scalar {
  if (lineEnd - at > MAX_TEXT || !startsPlain(text, at)) return UNCLEAR
  return plainScalar(onLine(text.slice(at, lineEnd)), at)
}

/** A plain text in a flow collection. */
export function plainItemAt(text: string, at: number): Scalar {
  IN_FLOW.lastIndex = at
  return startsPlain(text, at) ? plainScalar(IN_FLOW.exec(text)?.[0], at) : UNCLEAR
}

function startsPlain(text: string, at: number): boolean {
  PLAIN_START.lastIndex = at
  return PLAIN_START.test(text)
}

const plainScalar = (found: string | undefined, at: number): Scalar =>
  found === undefined || found.length > MAX_TEXT || STRANGE.test(found)
    ? UNCLEAR
    : { value: resolved(detached(found)), end: at + found.length }

/** Undefined for a line with a second ": ". */
function onLine(line: string): string | undefined {
  const comment = line.indexOf(' #')
  const words = (comment < 0 ? line : line.slice(0, comment)).trimEnd()
  return words.includes(': ') || words.endsWith(':') ? undefined : words
}

const DOUBLE = /"[^"\\\n]*(?:\\[^\n][^"\\\n]*){0,100000}"/y
const SINGLE = /'[^'\n]*(?:''[^'\n]*){0,100000}'(?!')/y

/** A quoted text from an index, if it ends on its line. */
export function quotedAt(text: string, at: number): Scalar {
  const quote = text.charAt(at)
  const pattern = quote === '"' ? DOUBLE : SINGLE
  // To search for a quote is much faster than to match what is before it.
  if (text.indexOf(quote, at + 1) - at > MAX_TEXT) return UNCLEAR
  pattern.lastIndex = at
  const literal = pattern.exec(text)?.[0]
  if (literal === undefined || literal.length > MAX_TEXT || STRANGE.test(literal)) return UNCLEAR
  const end = at + literal.length
  const inner = literal.slice(1, -1)
  if (pattern === SINGLE) return { value: detached(inner.replaceAll("''", "'")), end }
  if (!inner.includes('\\')) return { value: detached(inner), end }
  // The escapes that JSON has mean the same in YAML.
  const value = decode(literal)
  return typeof value === 'string' ? { value, end } : UNCLEAR
}
