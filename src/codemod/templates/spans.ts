import type { Tag } from './engines'
import type { Change } from './draft'

/** From the start of one tag to the end of another, or of the same. */
export interface Span {
  readonly first: Tag
  readonly last: Tag
}

const BLANK = /[ \t]/

/**
 * Cuts tags, and what is between them, out of a text. Blanks that the tags trimmed go with them; a
 * line on which nothing is left goes whole.
 */
export function cut(text: string, { first, last }: Span): Change {
  const start = trimmedBefore(text, first)
  const end = trimmedAfter(text, last)
  if (!isAlone(text, first.start, last.end)) return { start, end }
  // Trimmed up to the line before, it leaves its line break to what comes after it.
  if (first.trimsBefore === 'all') return { start, end }
  return {
    start: Math.min(start, lineStart(text, first.start)),
    end: Math.max(end, lineEnd(text, last.end)),
  }
}

function trimmedBefore(text: string, { start, trimsBefore }: Tag): number {
  if (trimsBefore === 'line') return text.slice(0, start).replace(/\r?\n$/, '').length
  const blank = trimsBefore === 'all' ? /\s/ : trimsBefore === 'blanks' ? BLANK : undefined
  let at = start
  while (at > 0 && blank?.test(text.charAt(at - 1))) at--
  return at
}

function trimmedAfter(text: string, { end, trimsAfter }: Tag): number {
  if (trimsAfter === 'line') return end + (/^\r?\n/.exec(text.slice(end))?.[0].length ?? 0)
  const blank = trimsAfter === 'all' ? /\s/ : trimsAfter === 'blanks' ? BLANK : undefined
  let at = end
  while (at < text.length && blank?.test(text.charAt(at))) at++
  return at
}

/** Whether nothing else is on the lines of a range. */
export function isAlone(text: string, start: number, end: number): boolean {
  const before = text.slice(lineStart(text, start), start)
  const after = text.slice(end, lineEnd(text, end))
  return before.trim() === '' && after.trim() === ''
}

const lineStart = (text: string, at: number): number =>
  at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1

/** Behind the line break. */
function lineEnd(text: string, at: number): number {
  const found = text.indexOf('\n', at)
  return found < 0 ? text.length : found + 1
}

export function indentBefore(text: string, at: number): string {
  const start = lineStart(text, at)
  let end = start
  while (BLANK.test(text.charAt(end))) end++
  return text.slice(start, Math.min(end, at))
}

/** In these a blank counts, or may. */
const BLANKS_COUNT = /<(?:pre|textarea)\b|`/i

/**
 * Moves the lines of a range to the left, to the indentation of what held them. Nothing moves when a
 * line is not as deep as that, or when blanks may count.
 *
 * @param isCertain they count for nothing but the structure
 */
export function outdented(
  text: string,
  start: number,
  end: number,
  outer: string,
  isCertain = false,
): Change[] {
  const body = text.slice(start, end)
  if (!isCertain && BLANKS_COUNT.test(body)) return []
  const lines = [...body.matchAll(/^([ \t]*)\S/gm)].map(({ index, 1: indent = '' }) => ({
    at: start + index,
    indent,
  }))
  const [shortest] = lines.map(({ indent }) => indent).sort((a, b) => a.length - b.length)
  if (shortest === undefined || !lines.every(({ indent }) => indent.startsWith(shortest))) return []
  if (shortest.length <= outer.length || !shortest.startsWith(outer)) return []
  const surplus = shortest.length - outer.length
  return lines.map(({ at }) => ({ start: at, end: at + surplus }))
}
