import { isCollection, isScalar, type Node, visit, type YAMLError } from 'yaml'
import { skipBlank } from './json-scan'
import type { Unplaced } from './unplaced'

type Sentence = (found: string, parts: RegExpExecArray) => string

const LINE: Sentence = (found) => `found ${found} where a "key: value" line must stand; add the colon and the value, or indent the line to go on with the one above`
const INDENT: Sentence = (found) => `${found} stands in another column than what it belongs to; indent all of one mapping or list equally`
const COLON: Sentence = () => 'a second ": " stands in this value; put quotes around the text, begin the inner mapping on a line of its own, or indent the next key less'

const UNCLOSED = /^(?:Missing closing|Flow (?:map|sequence) in block)/
const TAB = /^Tabs are not allowed/

/** The parser's words, which name rules of the YAML grammar, as what to do. Anything else passes through with advice. */
const SENTENCES: readonly (readonly [RegExp, Sentence])[] = [
  [/^Missing closing (.)/, (_found, parts) => `the text that opens here is not closed; add the closing ${parts[1] === '"' ? 'double' : 'single'} quote`],
  [/^Flow (map|sequence) in block/, (_found, parts) => `the ${parts[1] === 'map' ? '"{"' : '"["'} that opens here is not closed; add the closing bracket, or indent the lines inside it`],
  [TAB, () => 'a tab indents this line; indent with spaces'],
  [/^Nested mappings are not allowed/, COLON],
  [/^(?:Implicit keys need|Implicit map keys need)/, LINE],
  [/^All (?:mapping|sequence) items must|^Sequence item without/, INDENT],
  [/^Plain value cannot start/, (found) => `a value cannot begin with ${found}; put quotes around it`],
  [/^Invalid escape sequence (.*)/s, (_found, parts) => `${parts[1]} is no escape; write \\\\ for a backslash, or use single quotes`],
  [/^Missing , /, (found) => `a comma is missing before ${found}; add it`],
  [/^(?:Unexpected|Block scalar header includes)/, (found) => `found ${found} where it means nothing; remove it, or put quotes around the text`],
]

/** One clear sentence, placed where the mending is to be done. */
export function yamlFault(error: YAMLError, contents: Node | null, text: string): Unplaced {
  const [noticed, end] = error.pos
  const offset = UNCLOSED.test(error.message) ? openingOf(contents, noticed) : TAB.test(error.message) ? noticed : skipBlank(text, noticed)
  const found = offset >= text.length ? 'the end of the text' : quoted(text.slice(offset, Math.max(end, offset + 1)))
  return { code: 'syntax', severity: 'error', message: sentence(error.message, found), offset: Math.min(offset, text.length) }
}

function sentence(message: string, found: string): string {
  for (const [pattern, words] of SENTENCES) {
    const parts = pattern.exec(message)
    if (parts) return words(found, parts)
  }
  return `the YAML cannot be read here (${message}); mend the line, or put quotes around the text`
}

function quoted(found: string): string {
  const line = found.split('\n', 1)[0] ?? ''
  return JSON.stringify(line.length > 40 ? `${line.slice(0, 40)}…` : line)
}

/** What is left open is noticed where the text ends; what is to be mended begins where it opened. */
function openingOf(contents: Node | null, noticed: number): number {
  let opening = noticed
  visit(contents, {
    Node: (_key, node) => {
      const [start, end] = node.range ?? [noticed, noticed]
      const opens = (isScalar(node) && node.type?.startsWith('QUOTE')) || (isCollection(node) && node.flow)
      if (opens && start < noticed && end >= noticed) opening = start
    },
  })
  return opening
}
