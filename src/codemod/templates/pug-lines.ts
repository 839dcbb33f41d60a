import type { Tag } from './engines'

/** A line of Pug, with the lines that its attributes go on in. */
export interface PugLine {
  readonly start: number
  /** Before the line break. */
  readonly end: number
  readonly indent: string
  readonly code: string
  /** A line of text, of which only what is in `#{…}` is code. */
  readonly isText: boolean
}

/** Lines of text below these mean what they say. */
const HOLDS_TEXT = /^(?:\/\/|[^\s(]*(?:\([\s\S]*\))?[^\s]*\.$)/
const OPENS_ATTRIBUTES = /^[\w#.:+-]+\(/

/** The lines of a template; those of comments are left out. */
export function pugLines(text: string): readonly PugLine[] {
  const lines: PugLine[] = []
  let holder: PugLine | undefined
  for (let start = 0; start < text.length;) {
    const end = endOfLine(text, start)
    const [indent = ''] = /^[ \t]*/.exec(text.slice(start, end)) ?? []
    const code = text.slice(start + indent.length, end).trimEnd()
    if (holder && code !== '' && indent.length <= holder.indent.length) holder = undefined
    const line = { start, end, indent, code, isText: holder !== undefined || code.startsWith('|') }
    const isComment = (holder ?? line).code.startsWith('//')
    if (code !== '' && !isComment) lines.push(line)
    if (code !== '' && !holder && HOLDS_TEXT.test(code)) holder = line
    start = end + 1
  }
  return lines
}

/** Where a line ends, with the attributes that it opens. */
function endOfLine(text: string, start: number): number {
  const next = (from: number): number => {
    const found = text.indexOf('\n', from)
    return found < 0 ? text.length : found
  }
  let end = next(start)
  if (!OPENS_ATTRIBUTES.test(text.slice(start, end).trim())) return end
  while (end < text.length && depthOf(text.slice(start, end)) > 0) end = next(end + 1)
  return end
}

/** How many brackets are open, texts left out. */
function depthOf(code: string): number {
  const bare = code.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`/g, '')
  return (bare.match(/[([{]/g) ?? []).length - (bare.match(/[)\]}]/g) ?? []).length
}

/** A line as a tag, from the start of the line. */
export const tagOfLine = ({ start, end, indent, code }: PugLine): Tag => ({
  start,
  end,
  code,
  codeStart: start + indent.length,
  isOutput: false,
  trimsBefore: 'nothing',
  trimsAfter: 'nothing',
})

/** The code of a line, as tags. */
export function tagsOfLine(line: PugLine): readonly Tag[] {
  const tag = tagOfLine(line)
  if (!line.isText) return [tag]
  return Array.from(line.code.matchAll(/[#!]\{([^}]*)\}/g), ({ index, 1: code = '' }) => ({
    ...tag,
    code,
    codeStart: tag.codeStart + index + 2,
  }))
}
