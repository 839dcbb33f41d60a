import type * as Jsonc from 'jsonc-parser'
import type { ParseErrorCode } from 'jsonc-parser'
import type { Unplaced } from '../places'
import { nestedDeeperAt } from '../../../core/nesting'
import { MAX_TEXT_DEPTH } from '../limits'

/** What must come next, for "found … where … is needed". */
type Expected =
  | 'a value'
  | 'a value or "]"'
  | 'a key in double quotes'
  | 'a key in double quotes or "}"'
  | 'the colon after the key'
  | 'a comma or the closing bracket'
  | 'the end of the text'

interface Bracket {
  readonly kind: '{' | '['
  readonly offset: number
}

/** How far a text is valid JSON: the brackets that are open, and what must come next. */
class Progress {
  readonly open: Bracket[] = []
  /** The parser closes a bracket before it reports that the text ended inside it. */
  lastClosed: Bracket | undefined
  expected: Expected = 'a value'

  opened(kind: Bracket['kind'], offset: number): void {
    this.open.push({ kind, offset })
    this.expected = kind === '{' ? 'a key in double quotes or "}"' : 'a value or "]"'
  }

  closed(): void {
    this.lastClosed = this.open.pop()
    this.valueEnded()
  }

  valueEnded(): void {
    this.expected = this.open.length > 0 ? 'a comma or the closing bracket' : 'the end of the text'
  }

  separated(separator: string): void {
    const isKeyNext = separator === ',' && this.open.at(-1)?.kind === '{'
    this.expected = isKeyNext ? 'a key in double quotes' : 'a value'
  }
}

/** The first place where a text is not JSON, and how to fix it; undefined for JSON. */
export function jsonProblem(text: string): Unplaced | undefined {
  // The parser below recurses.
  if (nestedDeeperAt(text, MAX_TEXT_DEPTH) !== undefined)
    return at(
      0,
      `the text is not JSON, and is nested more than ${MAX_TEXT_DEPTH} levels deep; close its brackets, or flatten it`,
    )
  const { visit, printParseErrorCode } = jsoncParser()
  const progress = new Progress()
  let first: Unplaced | undefined
  const onError = (code: ParseErrorCode, offset: number): void => {
    first ??= (EXPLAIN[printParseErrorCode(code)] ?? misplaced)(text, offset, progress)
  }
  visit(
    text,
    {
      onObjectBegin: (offset) => progress.opened('{', offset),
      onObjectProperty: () => void (progress.expected = 'the colon after the key'),
      onObjectEnd: () => progress.closed(),
      onArrayBegin: (offset) => progress.opened('[', offset),
      onArrayEnd: () => progress.closed(),
      onLiteralValue: () => progress.valueEnded(),
      onSeparator: (separator) => progress.separated(separator),
      onError,
    },
    { disallowComments: true },
  )
  return first
}

const at = (offset: number, message: Unplaced['message']): Unplaced => ({
  code: 'syntax',
  severity: 'error',
  message,
  offset,
})

type Explain = (text: string, offset: number, progress: Progress) => Unplaced

/**
 * By the parser's names for its errors; all others are about a misplaced token. For a string,
 * `offset` is its start.
 */
const EXPLAIN: Partial<Record<string, Explain>> = {
  CloseBraceExpected: (text, _offset, { lastClosed }) =>
    notClosed(text.trimEnd().length, lastClosed),
  CloseBracketExpected: (text, _offset, { lastClosed }) =>
    notClosed(text.trimEnd().length, lastClosed),
  UnexpectedEndOfString: (_text, offset) =>
    at(offset, 'the text that begins here is not closed on its line; add the closing double quote'),
  InvalidCharacter: (text, offset) => {
    // All characters below the space.
    const found = firstAfter(text, offset, /[^ -\uffff]/g)
    const code = text.charCodeAt(found).toString(16).padStart(2, '0')
    return at(found, `a control character is in a text; write it as \\u00${code}`)
  },
  InvalidEscapeCharacter: badEscape,
  InvalidUnicode: badEscape,
}

function badEscape(text: string, offset: number): Unplaced {
  const found = firstAfter(text, offset, /(?<=[^\\](?:\\\\)*)\\(?!["\\/bfnrt]|u[\da-fA-F]{4})/g)
  const shown = JSON.stringify(text.slice(found, found + 2))
  return at(found, `${shown} begins no escape that JSON knows; write \\\\ for a backslash`)
}

function firstAfter(text: string, offset: number, pattern: RegExp): number {
  pattern.lastIndex = offset
  return pattern.exec(text)?.index ?? offset
}

/** A string, a word or number, or any other character. */
const TOKEN = /"(?:[^"\\\n]|\\.)*"?|[-+.\w$]+|[^]/uy
const WORD = /[-+.\w$]/

/** A token is where another one is needed. */
function misplaced(text: string, noticed: number, { open, expected }: Progress): Unplaced {
  const end = text.trimEnd().length
  const unclosed = open.at(-1)
  if (noticed >= end && unclosed) return notClosed(end, unclosed)
  let offset = Math.min(noticed, end)
  // The parser takes 01 for two numbers.
  if (WORD.test(text.charAt(offset))) while (WORD.test(text.charAt(offset - 1))) offset--
  TOKEN.lastIndex = offset
  const found = TOKEN.exec(text)?.[0] ?? ''
  if (found === "'") return at(offset, 'JSON knows no single quotes; use double quotes')
  if (found === '/' || found === '#') return at(offset, 'JSON has no comments; remove it')
  const isAfterComma =
    (expected === 'a key in double quotes' && found === '}') ||
    (expected === 'a value' && found === ']')
  if (isAfterComma)
    return at(offset, `remove the comma before this "${found}"; JSON has none after the last item`)
  const shown = found.length > 40 ? `${found.slice(0, 40)}…` : found
  const what = found === '' ? 'the end of the text' : JSON.stringify(shown)
  return at(
    offset,
    `found ${what} where ${expected === 'the end of the text' ? 'the text should end' : `${expected} is needed`}; fix the JSON here`,
  )
}

function notClosed(end: number, { kind, offset }: Bracket = { kind: '{', offset: 0 }): Unplaced {
  return at(
    end,
    (lineOf) =>
      `the text ends, but the "${kind}" of line ${lineOf(offset)} is not closed; add "${kind === '{' ? '}' : ']'}"`,
  )
}

/** The package is loaded for the first text with a problem, or of which a place is asked. */
function jsoncParser(): typeof Jsonc {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would make parsing asynchronous
  return require('jsonc-parser') as typeof Jsonc
}
