import {
  Composer,
  type Document,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type Node,
  type ParsedNode,
  Parser,
  Scalar,
  visit,
  type YAMLError,
} from 'yaml'
import type { Style } from '../json/source-offset'
import { skipBlank } from '../json/scan'
import { MAX_TEXT_DEPTH } from '../limits'
import type { Unplaced } from '../places'

type Sentence = (found: string, parts: RegExpExecArray) => string

const LINE: Sentence = (found) =>
  `found ${found} where a "key: value" line is needed; add the colon and the value, or indent the line to go on with the one above`
const INDENT: Sentence = (found) =>
  `${found} is in another column than its siblings; indent all of one mapping or list equally`
const COLON: Sentence = () =>
  'a second ": " is in this value; put quotes around the text, begin the inner mapping on a line of its own, or indent the next key less'

const UNCLOSED = /^(?:Missing closing|Flow (?:map|sequence) in block)/
const TAB = /^Tabs are not allowed/

/**
 * What to do, for messages of the parser that name rules of the YAML grammar. Other messages pass
 * through with advice.
 */
const SENTENCES: readonly (readonly [RegExp, Sentence])[] = [
  [
    /^Missing closing (.)/,
    (_found, parts) =>
      `the text that opens here is not closed; add the closing ${parts[1] === '"' ? 'double' : 'single'} quote`,
  ],
  [
    /^Flow (map|sequence) in block/,
    (_found, parts) =>
      `the ${parts[1] === 'map' ? '"{"' : '"["'} that opens here is not closed; add the closing bracket, or indent the lines inside it`,
  ],
  [TAB, () => 'a tab indents this line; indent with spaces'],
  [/^Nested mappings are not allowed/, COLON],
  [/^(?:Implicit keys need|Implicit map keys need)/, LINE],
  [/^All (?:mapping|sequence) items must|^Sequence item without/, INDENT],
  [
    /^Plain value cannot start/,
    (found) => `a value cannot begin with ${found}; put quotes around it`,
  ],
  [
    /^Invalid escape sequence (.*)/s,
    (_found, parts) => `${parts[1]} is no escape; write \\\\ for a backslash, or use single quotes`,
  ],
  [/^Missing , /, (found) => `a comma is missing before ${found}; add it`],
  [
    /^(?:Unexpected|Block scalar header includes)/,
    (found) => `found ${found} where it means nothing; remove it, or put quotes around the text`,
  ],
]

/** One sentence, at the place where the text is to be corrected. */
function yamlProblem(error: YAMLError, contents: Node | null, text: string): Unplaced {
  const [noticed, end] = error.pos
  const offset = UNCLOSED.test(error.message)
    ? openingOf(contents, noticed)
    : TAB.test(error.message)
      ? noticed
      : skipBlank(text, noticed)
  const found =
    offset >= text.length
      ? 'the end of the text'
      : quoted(text.slice(offset, Math.max(end, offset + 1)))
  return {
    code: 'syntax',
    severity: 'error',
    message: sentence(error.message, found),
    offset: Math.min(offset, text.length),
  }
}

function sentence(message: string, found: string): string {
  for (const [pattern, words] of SENTENCES) {
    const parts = pattern.exec(message)
    if (parts) return words(found, parts)
  }
  return `the YAML cannot be read here (${message}); fix the line, or put quotes around the text`
}

function quoted(found: string): string {
  const line = found.split('\n', 1)[0] ?? ''
  return JSON.stringify(line.length > 40 ? `${line.slice(0, 40)}…` : line)
}

/** An open bracket or quote is noticed where the text ends, but is corrected where it opened. */
function openingOf(contents: Node | null, noticed: number): number {
  let opening = noticed
  visit(contents, {
    Node: (_key, node) => {
      const [start, end] = node.range ?? [noticed, noticed]
      const opens =
        (isScalar(node) && node.type?.startsWith('QUOTE')) || (isCollection(node) && node.flow)
      if (opens && start < noticed && end >= noticed) opening = start
    },
  })
  return opening
}

/**
 * YAML 1.2 core: `on` and `off` stay text. Duplicate keys are reported here, and `<<` is a key like
 * any other.
 */
const OPTIONS = {
  version: '1.2',
  schema: 'core',
  merge: false,
  uniqueKeys: false,
  resolveKnownTags: false,
} as const

/**
 * The levels that the parser has open besides the value: the document, its mapping, a scalar, and
 * some to spare.
 */
const MAX_OPEN = MAX_TEXT_DEPTH + 20

/** The nodes of a YAML text, or why there are none. */
export type YamlDocument =
  | { readonly contents: ParsedNode | null; readonly fatal?: undefined }
  | { readonly fatal: Unplaced }

/**
 * The library's own parseDocument with a limit of depth. Composing recurses, and near the end of
 * the stack the first use of a regular expression ends the process (V8 takes it for lack of
 * memory), which nothing can catch.
 */
export function readDocument(text: string): YamlDocument {
  const parser = new Parser()
  const composer = new Composer(OPTIONS)
  const documents: Document.Parsed[] = []
  let words = 0
  let errors = 0
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      if (token.type === 'error') errors++
      documents.push(...composer.next(token))
    }
    // What comes after so many problems is most likely no YAML at all.
    if (errors > MAX_ERRORS) break
    if (parser.stack.length > MAX_OPEN) return { fatal: tooDeep(parser.offset) }
    // The second document is a problem, whatever it says.
    if (documents.length > 1) return judge(documents, text)
    words += 1 + escapesIn(lexeme)
    if (words > MAX_WORDS) return { fatal: tooManyWords(parser.offset) }
  }
  for (const token of parser.end()) documents.push(...composer.next(token))
  return judge([...documents, ...withoutStacks(() => [...composer.end(true, text.length)])], text)
}

/**
 * The most words, spaces and signs that the library is given: what it reads, it reads in one step,
 * and a problem that it finds at each of them takes longest.
 */
export const MAX_WORDS = 5000

const MAX_ERRORS = 20

/** Each escape of a text may be a problem of its own. */
function escapesIn(lexeme: string): number {
  let escapes = 0
  if (lexeme.startsWith('"'))
    for (let at = lexeme.indexOf('\\'); at >= 0; at = lexeme.indexOf('\\', at + 2)) escapes++
  return escapes
}

/** The library makes an error for each problem, and nobody reads their stacks. */
function withoutStacks<T>(work: () => T): T {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return work()
  } finally {
    Error.stackTraceLimit = limit
  }
}

function judge([document, second]: readonly Document.Parsed[], text: string): YamlDocument {
  const [first, ...others] = document?.errors ?? []
  if (first)
    return {
      fatal: yamlProblem(
        others.reduce((a, b) => (b.pos[0] < a.pos[0] ? b : a), first),
        document?.contents ?? null,
        text,
      ),
    }
  if (second) return { fatal: secondDocument(second.range[0]) }
  return { contents: document?.contents ?? null }
}

function tooDeep(offset: number): Unplaced {
  return {
    code: 'too-deep',
    severity: 'error',
    message: `this is nested more than ${MAX_TEXT_DEPTH} levels deep; flatten it`,
    offset,
  }
}

function tooManyWords(offset: number): Unplaced {
  return {
    code: 'too-large',
    severity: 'error',
    message: `up to here are ${MAX_WORDS} words and signs of YAML that can only be read as a whole, and no more may be; begin each key on a line of its own, or write JSON`,
    offset,
  }
}

function secondDocument(offset: number): Unplaced {
  const message =
    'a second document begins here; a live config is one document, so remove the line that parts the two'
  return { code: 'syntax', severity: 'error', message, offset }
}

/** Where a node's own text begins; anchors and tags before it do not count. */
export function offsetOf(node: Pick<Node, 'range'>): number {
  return node.range?.[0] ?? 0
}

/**
 * The text of a key. A number or `null` counts as it is written, as in JSON; undefined when it is
 * no text.
 */
export function keyText(key: unknown): string | undefined {
  if (!isScalar(key)) return undefined
  return typeof key.value === 'string' ? key.value : key.source || undefined
}

const CORE: Readonly<Record<string, (node: Node) => boolean>> = {
  'tag:yaml.org,2002:map': isMap,
  'tag:yaml.org,2002:seq': isSeq,
  'tag:yaml.org,2002:str': (node) => isScalar(node) && typeof node.value === 'string',
  'tag:yaml.org,2002:int': (node) => isScalar(node) && typeof node.value === 'number',
  'tag:yaml.org,2002:float': (node) => isScalar(node) && typeof node.value === 'number',
  'tag:yaml.org,2002:bool': (node) => isScalar(node) && typeof node.value === 'boolean',
  'tag:yaml.org,2002:null': (node) => isScalar(node) && node.value === null,
  '!': () => true,
}

/** Whether a node's tag is one that JSON has, and the value fits it. */
export function hasCoreTag(node: Node & { readonly tag?: string | undefined }): boolean {
  return (
    node.tag === undefined || (Object.hasOwn(CORE, node.tag) && CORE[node.tag]?.(node) === true)
  )
}

export function styleOf(scalar: Scalar): Style {
  if (scalar.type === Scalar.QUOTE_DOUBLE) return 'double'
  return scalar.type === Scalar.QUOTE_SINGLE ? 'single' : 'plain'
}

/** Where the characters of a scalar begin: after its quote, or after the line of its `|`. */
export function contentOffset(scalar: Scalar, text: string): number {
  const start = offsetOf(scalar)
  if (scalar.type === Scalar.BLOCK_LITERAL || scalar.type === Scalar.BLOCK_FOLDED)
    return text.indexOf('\n', start) + 1 || start
  return styleOf(scalar) === 'plain' ? start : start + 1
}
