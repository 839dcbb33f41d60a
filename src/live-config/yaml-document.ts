import { Composer, type Document, Lexer, Parser, type ParsedNode } from 'yaml'
import { MAX_TEXT_DEPTH } from './nesting'
import type { Unplaced } from './unplaced'
import { yamlFault } from './yaml-fault'

/** YAML 1.2 core: `on` and `off` stay text. Duplicates are for us to report, and `<<` is a key like any other. */
const OPTIONS = { version: '1.2', schema: 'core', merge: false, uniqueKeys: false, resolveKnownTags: false } as const

/** What the parser holds open besides the value: the document, its mapping, a scalar, and some to spare. */
const MAX_OPEN = MAX_TEXT_DEPTH + 20

/** The nodes of a YAML text, or why there are none. */
export type YamlDocument = { readonly contents: ParsedNode | null; readonly fatal?: undefined } | { readonly fatal: Unplaced }

/**
 * The library's own parseDocument, but for the depth: composing recurses, and near the end of the stack the first use of
 * a regular expression ends the process (V8 takes it for lack of memory), which nothing can catch.
 */
export function readDocument(text: string): YamlDocument {
  const parser = new Parser()
  const composer = new Composer(OPTIONS)
  const documents: Document.Parsed[] = []
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) documents.push(...composer.next(token))
    if (parser.stack.length > MAX_OPEN) return { fatal: tooDeep(parser.offset) }
  }
  for (const token of parser.end()) documents.push(...composer.next(token))
  documents.push(...composer.end(true, text.length))
  return judge(documents, text)
}

function judge([document, second]: readonly Document.Parsed[], text: string): YamlDocument {
  const [first, ...others] = document?.errors ?? []
  if (first) return { fatal: yamlFault(others.reduce((a, b) => (b.pos[0] < a.pos[0] ? b : a), first), document?.contents ?? null, text) }
  if (second) return { fatal: secondDocument(second.range[0]) }
  return { contents: document?.contents ?? null }
}

function tooDeep(offset: number): Unplaced {
  return { code: 'too-deep', severity: 'error', message: `this is nested more than ${MAX_TEXT_DEPTH} levels deep; flatten it`, offset }
}

function secondDocument(offset: number): Unplaced {
  const message = 'a second document begins here; a live config is one document, so remove the line that parts the two'
  return { code: 'syntax', severity: 'error', message, offset }
}
