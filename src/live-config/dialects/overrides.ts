import { type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser'
import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml'
import type { JsonValue } from '../../core/json'
import type { Position } from '../../core/problem'
import type { Format, SourceProblem } from '../../core/source'

/** One override, and where its name stands. */
interface Override extends Position {
  readonly name: string
  readonly value: JsonValue
}

/** What is wrong with the whole. */
class Fault extends Error {
  constructor(
    readonly code: SourceProblem['code'],
    message: string,
    readonly position: Partial<Position> = {},
  ) {
    super(message)
  }
}

export type Rewritten =
  | { readonly text: string; readonly fault?: undefined }
  | { readonly text?: undefined; readonly fault: SourceProblem }

/**
 * The overrides as a live config in JSON: `"name": value` becomes `"feature_name": { "default": value }`. Each entry
 * stands in the line where its name does, and in that column where there is room, so that problems are found in the file.
 */
export function overridesAsLiveConfig(text: string, format: Format, path: string): Rewritten {
  try {
    return { text: written(format === 'json' ? readJson(text) : readYaml(text)) }
  } catch (error) {
    // A text nested without end ends the reader's stack.
    const { code, message, position } =
      error instanceof Fault ? error : new Fault('syntax', String(error))
    return {
      fault: {
        code,
        severity: 'error',
        message: `${path} holds no overrides: ${message}; write an object of names and values`,
        ...position,
      },
    }
  }
}

function written(overrides: readonly Override[]): string {
  let text = '{'
  let line = 1
  let start = 0
  for (const [i, { name, value, ...at }] of overrides.entries()) {
    if (i > 0) text += ','
    for (; line < at.line; line++) {
      text += '\n'
      start = text.length
    }
    text += ' '.repeat(Math.max(0, at.column - 1 - (text.length - start)))
    text += `${JSON.stringify(`feature_${name}`)}: ${JSON.stringify({ default: value })}`
  }
  return `${text}}`
}

function readJson(text: string): Override[] {
  const plain = text.replace(/^\uFEFF/, '')
  const at = placeIn(linesOf(plain))
  const errors: ParseError[] = []
  const root = parseTree(plain, errors, { disallowComments: true, allowTrailingComma: false })
  const [first] = errors
  if (plain.trim() === '') throw new Fault('empty', 'it is empty')
  if (first)
    throw new Fault(
      'syntax',
      `it is not JSON (${printParseErrorCode(first.error)})`,
      at(first.offset),
    )
  if (root?.type !== 'object')
    throw new Fault(
      'not-an-object',
      'at its top stands something else than an object',
      at(root?.offset ?? 0),
    )
  return (root.children ?? []).flatMap(({ children: [name, value] = [] }) => {
    if (!name || !value) return []
    // JSON.parse takes `__proto__` for a plain name.
    const read = JSON.parse(plain.slice(value.offset, value.offset + value.length)) as JsonValue
    return [{ name: String(name.value), value: read, ...at(name.offset) }]
  })
}

function readYaml(text: string): Override[] {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter, uniqueKeys: false })
  const at = placeIn(lineCounter)
  const [first] = document.errors
  if (first)
    throw new Fault('syntax', `it is not YAML (${first.message.split('\n')[0]})`, at(first.pos[0]))
  if (document.contents === null) throw new Fault('empty', 'it is empty')
  if (!isMap(document.contents))
    throw new Fault('not-an-object', 'at its top stands something else than an object')
  return document.contents.items.map(({ key, value }) => {
    const offset = isScalar(key) ? key.range?.[0] : undefined
    if (!isScalar(key) || offset === undefined)
      throw new Fault('not-an-object', 'it has a key that is no name')
    const read: unknown = isNode(value) ? value.toJS(document) : value
    // JSON cannot say everything that YAML can.
    return {
      name: String(key.value),
      value: JSON.parse(JSON.stringify(read ?? null)) as JsonValue,
      ...at(offset),
    }
  })
}

const placeIn =
  (lines: LineCounter) =>
  (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }

function linesOf(text: string): LineCounter {
  const lines = new LineCounter()
  lines.addNewLine(0)
  for (const { index } of text.matchAll(/\n/g)) lines.addNewLine(index + 1)
  return lines
}
