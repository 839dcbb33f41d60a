import { type JsonKind, type JsonToken, jsonTokenAt } from './json-token'

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
function advance(expected: Expected, kind: JsonKind, open: readonly JsonToken[]): Expected | 'done' | undefined {
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

function explain(text: string, token: JsonToken, end: number, expected: Expected, open: JsonToken | undefined): JsonFault {
  const at = (offset: number, message: string): JsonFault => ({ offset, message: () => message })
  if (token.fault) return at(token.fault.offset, token.fault.message)
  if (token.kind === 'end' && open) {
    const close = open.kind === '{' ? '}' : ']'
    return { offset: end, message: (lineOf) => `the text ends, but the "${open.kind}" of line ${lineOf(open.offset)} is not closed; add "${close}"` }
  }
  const found = text.slice(token.offset, token.end)
  if (/^['/#]/.test(found)) return at(token.offset, found === "'" ? 'JSON knows no single quotes; use double quotes' : 'JSON has no comments; remove it')
  const afterComma = (expected === 'key' && token.kind === '}') || (expected === 'value' && token.kind === ']')
  if (afterComma) return at(token.offset, `remove the comma before this "${found}"; JSON has none after the last item`)
  const shown = found === '' ? 'the end of the text' : JSON.stringify(found.length > 40 ? `${found.slice(0, 40)}…` : found)
  return at(token.offset, `found ${shown} where ${WORDS[expected]}; mend the JSON here`)
}
