import { skipBlank } from './scan'

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
  if (end > offset)
    return { kind: SCALAR.test(text.slice(offset, end)) ? 'scalar' : 'other', offset, end }
  return {
    kind: 'other',
    offset,
    end: offset + String.fromCodePoint(text.codePointAt(offset) ?? 0).length,
  }
}

const isPunctuation = (char: string): char is '{' | '}' | '[' | ']' | ':' | ',' =>
  '{}[]:,'.includes(char)

function stringAt(text: string, offset: number): JsonToken {
  const wrong = (at: number, message: string): JsonToken => ({
    kind: 'other',
    offset,
    end: at,
    fault: { offset: at, message },
  })
  for (let i = offset + 1; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (char === 34) return { kind: 'string', offset, end: i + 1 }
    if (char === 10 || char === 13) break
    if (char < 32)
      return wrong(
        i,
        `a control character stands in a text; write it as \\u00${char.toString(16).padStart(2, '0')}`,
      )
    if (char !== 92) continue
    const end = endOf(ESCAPE, text, i)
    if (end === i)
      return wrong(
        i,
        `${JSON.stringify(text.slice(i, i + 2))} begins no escape that JSON knows; write \\\\ for a backslash`,
      )
    i = end - 1
  }
  return wrong(
    offset,
    'the text that begins here is not closed on its line; add the closing double quote',
  )
}

function endOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from
  return pattern.test(text) ? pattern.lastIndex : from
}

/** Why a text is not JSON. JSON.parse does not say where, and tolerant parsers say what they skipped, not what to mend. */
export interface JsonFault {
  readonly offset: number
  /** Asks for the line of an offset, to name what was left open. */
  message(lineOf: (offset: number) => number): string
}

type Expected = 'value' | 'first item' | 'key' | 'first key' | 'colon' | 'comma' | 'end'

const WORDS: Record<Expected, string> = {
  value: 'a value must stand',
  'first item': 'a value or "]" must stand',
  key: 'a key in double quotes must stand',
  'first key': 'a key in double quotes or "}" must stand',
  colon: 'the colon after the key must stand',
  comma: 'a comma or the closing bracket must stand',
  end: 'the text should end',
}

/** The first fault of a text, by a stack and not by recursion, so that no depth is too deep. */
export function jsonFault(text: string): JsonFault | undefined {
  const open: JsonToken[] = []
  let expected: Expected = 'value'
  let end = 0
  for (;;) {
    const token = jsonTokenAt(text, end)
    if (token.kind === 'end' && expected === 'end') return undefined
    const next = advance(expected, token.kind, open)
    if (next === undefined || token.fault) return explain(text, token, end, expected, open.at(-1))
    if (token.kind === '{' || token.kind === '[') open.push(token)
    else if (token.kind === '}' || token.kind === ']') open.pop()
    expected = next === 'done' ? (open.length > 0 ? 'comma' : 'end') : next
    end = token.end
  }
}

/** What must come after this token; undefined when the token must not stand here. */
function advance(
  expected: Expected,
  kind: JsonKind,
  open: readonly JsonToken[],
): Expected | 'done' | undefined {
  const inMapping = open.at(-1)?.kind === '{'
  if (expected === 'value' || expected === 'first item') {
    if (kind === 'string' || kind === 'scalar') return 'done'
    if (kind === '{') return 'first key'
    if (kind === '[') return 'first item'
    return expected === 'first item' && kind === ']' ? 'done' : undefined
  }
  if (expected === 'colon') return kind === ':' ? 'value' : undefined
  if (expected === 'comma') {
    if (kind === ',') return inMapping ? 'key' : 'value'
    return kind === (inMapping ? '}' : ']') ? 'done' : undefined
  }
  if (expected === 'end') return undefined
  if (kind === 'string') return 'colon'
  return expected === 'first key' && kind === '}' ? 'done' : undefined
}

function explain(
  text: string,
  token: JsonToken,
  end: number,
  expected: Expected,
  open: JsonToken | undefined,
): JsonFault {
  const at = (offset: number, message: string): JsonFault => ({ offset, message: () => message })
  if (token.fault) return at(token.fault.offset, token.fault.message)
  if (token.kind === 'end' && open) {
    const close = open.kind === '{' ? '}' : ']'
    return {
      offset: end,
      message: (lineOf) =>
        `the text ends, but the "${open.kind}" of line ${lineOf(open.offset)} is not closed; add "${close}"`,
    }
  }
  const found = text.slice(token.offset, token.end)
  if (/^['/#]/.test(found))
    return at(
      token.offset,
      found === "'"
        ? 'JSON knows no single quotes; use double quotes'
        : 'JSON has no comments; remove it',
    )
  const afterComma =
    (expected === 'key' && token.kind === '}') || (expected === 'value' && token.kind === ']')
  if (afterComma)
    return at(
      token.offset,
      `remove the comma before this "${found}"; JSON has none after the last item`,
    )
  const shown =
    found === ''
      ? 'the end of the text'
      : JSON.stringify(found.length > 40 ? `${found.slice(0, 40)}…` : found)
  return at(token.offset, `found ${shown} where ${WORDS[expected]}; mend the JSON here`)
}
