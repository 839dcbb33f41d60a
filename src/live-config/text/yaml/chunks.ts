import { MAX_ENTRIES, MAX_PIECE } from '../limits'
import type { TimeSlice } from '../../../runtime/time-slice'

/** The lines of one top-level key, without the comments and empty lines that follow. */
export interface Chunk {
  readonly offset: number
  readonly text: string
}

type Line = 'key' | 'inside' | 'blank' | 'start' | 'end' | 'unclear'

/**
 * Cuts YAML before each line that begins with a top-level key, so that each piece can be read by
 * itself: unchanged pieces need not be read again, and the rest is read in slices. Returns
 * undefined when the text is not such a plain list of keys. All of a key's value is further right
 * than the key, lists and closing brackets excepted, so no value is cut in two.
 */
export function* cutChunks(
  text: string,
  slice: TimeSlice,
): Generator<void, readonly Chunk[] | undefined> {
  const chunks: Chunk[] = []
  let start = -1
  /** Where the last line ends that is neither blank nor a comment at the left edge. */
  let contentEnd = 0
  let state: 'before' | 'started' | 'ended' = 'before'
  for (let at = 0; at < text.length; at = nextLine(text, at)) {
    if (slice.isOver()) yield
    const next = nextLine(text, at)
    const line = kindOfLine(text, at)
    if (line === 'unclear' || (state === 'ended' && line !== 'blank')) return undefined
    if (line === 'inside' && start < 0 && !isBlank(text.slice(at, next))) return undefined
    if (line === 'start' && (state === 'started' || start >= 0)) return undefined
    if ((line === 'start' || line === 'end') && !isBlank(text.slice(at + 3, next))) return undefined
    if (line === 'start') state = 'started'
    if (line === 'inside') contentEnd = next
    if (line !== 'key' && line !== 'end') continue
    if (start >= 0) chunks.push(chunkOf(text, start, at, contentEnd))
    if (chunks.length > MAX_ENTRIES) return chunks
    start = line === 'key' ? at : -1
    contentEnd = next
    if (line === 'end') state = 'ended'
  }
  if (start >= 0) chunks.push(chunkOf(text, start, text.length, contentEnd))
  return chunks
}

const nextLine = (text: string, at: number): number => text.indexOf('\n', at) + 1 || text.length

function kindOfLine(text: string, at: number): Line {
  switch (text.charAt(at)) {
    case '\n':
    case '#':
      return 'blank'
    case ' ':
    case '\t':
    case '}':
    case ']':
      return 'inside'
    case '-':
      return marker(text, at, '---') ? 'start' : endsWord(text, at + 1) ? 'inside' : 'key'
    case '.':
      return marker(text, at, '...') ? 'end' : 'key'
    case '%':
    case '?':
    case ':':
    case '{':
    case '[':
    case '&':
    case '!':
    case '*':
    case '\uFEFF':
      return 'unclear'
    default:
      return 'key'
  }
}

const marker = (text: string, at: number, mark: string): boolean =>
  text.startsWith(mark, at) && endsWord(text, at + mark.length)
const endsWord = (text: string, at: number): boolean =>
  at >= text.length || ' \t\r\n'.includes(text.charAt(at))
const isBlank = (line: string): boolean => /^[ \t]*(?:#.*)?\n?$/.test(line)

/** A block scalar that keeps its last line breaks owns the empty lines after it. */
const KEEPS_LINES = /[|>]\d?\+/

function chunkOf(text: string, start: number, end: number, contentEnd: number): Chunk {
  // It is refused, so searching it would be in vain.
  const whole = text.slice(start, contentEnd)
  if (whole.length > MAX_PIECE) return { offset: start, text: whole }
  return { offset: start, text: KEEPS_LINES.test(whole) ? text.slice(start, end) : whole }
}
