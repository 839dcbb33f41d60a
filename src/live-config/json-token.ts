import { skipBlank } from './json-scan'

export type JsonKind = '{' | '}' | '[' | ']' | ':' | ',' | 'string' | 'scalar' | 'end' | 'other'

export interface JsonToken {
  readonly kind: JsonKind
  readonly offset: number
  readonly end: number
  /** Set when the token itself is wrong, wherever it stands. */
  readonly fault?: { readonly offset: number; readonly message: string }
}

const WORD = /[-+.\w$]+/y
const SCALAR = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/
const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y

export function jsonTokenAt(text: string, from: number): JsonToken {
  const offset = skipBlank(text, from)
  const first = text[offset]
  if (first === undefined) return { kind: 'end', offset, end: offset }
  if (first === '"') return stringAt(text, offset)
  if (isPunctuation(first)) return { kind: first, offset, end: offset + 1 }
  const end = endOf(WORD, text, offset)
  if (end > offset) return { kind: SCALAR.test(text.slice(offset, end)) ? 'scalar' : 'other', offset, end }
  return { kind: 'other', offset, end: offset + String.fromCodePoint(text.codePointAt(offset) ?? 0).length }
}

const isPunctuation = (char: string): char is '{' | '}' | '[' | ']' | ':' | ',' => '{}[]:,'.includes(char)

function stringAt(text: string, offset: number): JsonToken {
  const wrong = (at: number, message: string): JsonToken => ({ kind: 'other', offset, end: at, fault: { offset: at, message } })
  for (let i = offset + 1; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (char === 34) return { kind: 'string', offset, end: i + 1 }
    if (char === 10 || char === 13) break
    if (char < 32) return wrong(i, `a control character stands in a text; write it as \\u00${char.toString(16).padStart(2, '0')}`)
    if (char !== 92) continue
    const end = endOf(ESCAPE, text, i)
    if (end === i) return wrong(i, `${JSON.stringify(text.slice(i, i + 2))} begins no escape that JSON knows; write \\\\ for a backslash`)
    i = end - 1
  }
  return wrong(offset, 'the text that begins here is not closed on its line; add the closing double quote')
}

function endOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from
  return pattern.test(text) ? pattern.lastIndex : from
}
