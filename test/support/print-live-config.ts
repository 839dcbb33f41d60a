import { isJsonObject, type JsonObject, type JsonValue } from '../../src/core/json'

/** Keys with their values, in the order in which they are to stand. */
export type Pairs = Iterable<readonly [key: string, value: JsonValue]>

/** YAML that reads back as exactly these values; a word that needs no quotes has none. */
export function printYaml(entries: Pairs | JsonObject): string {
  const lines = pairsOf(entries).map(([key, value]) => printMember(key, value, ''))
  return lines.length > 0 ? lines.join('') : '{}\n'
}

/** JSON that reads back as exactly these values, one key to a line. */
export function printJson(entries: Pairs | JsonObject): string {
  const lines = pairsOf(entries).map(
    ([key, value]) =>
      `  ${JSON.stringify(key)}: ${JSON.stringify(value, undefined, 2).replaceAll('\n', '\n  ')}`,
  )
  return lines.length > 0 ? `{\n${lines.join(',\n')}\n}\n` : '{}\n'
}

const pairsOf = (entries: Pairs | JsonObject): readonly (readonly [string, JsonValue])[] =>
  isIterable(entries) ? [...entries] : Object.entries(entries)

const isIterable = (entries: Pairs | JsonObject): entries is Pairs => Symbol.iterator in entries

/** The longest key that may stand before its colon without being announced by a question mark. */
const LONGEST_KEY = 1000

function printMember(key: string, value: JsonValue, indent: string): string {
  const name = printText(key)
  return `${indent}${name.length > LONGEST_KEY ? `? ${name}\n${indent}` : name}:${printValue(value, indent)}`
}

/** A value as it stands after a colon or dash, line break included. */
function printValue(value: JsonValue, indent: string): string {
  const inner = `${indent}  `
  if (typeof value === 'string') return ` ${printText(value)}\n`
  if (isJsonObject(value)) {
    const members = Object.entries(value).map(([key, item]) => printMember(key, item, inner))
    return members.length > 0 ? `\n${members.join('')}` : ' {}\n'
  }
  if (typeof value !== 'object' || value === null) return ` ${JSON.stringify(value)}\n`
  return value.length > 0
    ? `\n${value.map((item) => `${inner}-${printValue(item, inner)}`).join('')}`
    : ' []\n'
}

/** A word or two that YAML can take for nothing but text. */
const PLAIN = /^[A-Za-z_][\w./-]*(?: [\w./-]+)*$/
const NOT_TEXT = /^(?:null|true|false)$/i
/** What JSON leaves as it is in a text, but YAML does not call printable. */
const UNPRINTABLE = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g

function printText(text: string): string {
  if (PLAIN.test(text) && !NOT_TEXT.test(text)) return text
  return JSON.stringify(text).replace(
    UNPRINTABLE,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
