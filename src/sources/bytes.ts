import { createHash } from 'node:crypto'
import type { Position } from '../core/problem'
import type { SourceProblem } from '../core/source'
import { atOnce, inSlices, TimeSlice } from '../runtime/time-slice'

/** What is decoded or hashed at once. */
const PIECE = 1024 * 1024

/** Longer contents are decoded and hashed in slices: 50 MB hold the event loop for 100 ms and more. */
export const LONG = 4 * PIECE

/**
 * Bytes as strict UTF-8, or the problem with the first byte that is not, with its line and column.
 * One byte-order mark at the start is skipped; a wrong byte is never replaced in silence.
 *
 * @param name what the bytes are called in messages
 */
export const decodeText = (name: string, bytes: Uint8Array): string | SourceProblem =>
  atOnce(decoding(name, bytes))

/** `decodeText`; long bytes in slices, so that other work of the event loop has its turn. */
export async function decodeTextInSlices(
  name: string,
  bytes: Uint8Array,
): Promise<string | SourceProblem> {
  return bytes.length > LONG ? inSlices(decoding(name, bytes)) : decodeText(name, bytes)
}

function* decoding(name: string, bytes: Uint8Array): Generator<void, string | SourceProblem> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const slice = new TimeSlice()
  const parts: string[] = []
  let start = 0
  try {
    for (; bytes.length - start > PIECE; start += PIECE) {
      if (slice.isOver()) yield
      parts.push(decoder.decode(bytes.subarray(start, start + PIECE), { stream: true }))
    }
    parts.push(decoder.decode(bytes.subarray(start)))
  } catch {
    const offset = firstWrongByte(bytes, start)
    return badEncoding(name, bytes, offset, yield* positionAfter(bytes.subarray(0, offset), slice))
  }
  return parts.length === 1 ? (parts[0] ?? '') : parts.join('')
}

/**
 * A lenient decoder replaces wrong bytes, so what it decoded, encoded again, first differs at the
 * first wrong byte. `start`: all is right before the piece that begins there, but for a character that
 * the piece may go on with.
 */
function firstWrongByte(bytes: Uint8Array, start: number): number {
  let from = Math.max(0, start - 3)
  while (from < start && isContinuation(bytes[from] ?? 0)) from++
  const piece = bytes.subarray(from, start + PIECE + 4)
  const lenient = new TextDecoder('utf-8', { ignoreBOM: true }).decode(piece)
  const again = new TextEncoder().encode(lenient)
  return from + piece.findIndex((byte, i) => byte !== again[i])
}

const isContinuation = (byte: number): boolean => (byte & 0xc0) === 0x80

function badEncoding(
  name: string,
  bytes: Uint8Array,
  offset: number,
  position: Position,
): SourceProblem {
  const found = bytes[offset] ?? 0
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
  const what = utf16
    ? 'is UTF-16'
    : `is not UTF-8: byte 0x${found.toString(16).padStart(2, '0')} at offset ${offset}`
  return {
    code: 'bad-encoding',
    severity: 'error',
    message: `${name} ${what}; save it as UTF-8`,
    ...position,
  }
}

/** The last line is decoded as a stream, so that a character cut short at the end is left out. */
function* positionAfter(bytes: Uint8Array, slice: TimeSlice): Generator<void, Position> {
  let line = 1
  let start = 0
  for (let at = 0; at < bytes.length; at++) {
    if (at % PIECE === 0 && slice.isOver()) yield
    if (bytes[at] !== LINE_END) continue
    line++
    start = at + 1
  }
  const decoder = new TextDecoder('utf-8', { ignoreBOM: start > 0 })
  const lastLine = decoder.decode(bytes.subarray(start), { stream: true })
  return { line, column: lastLine.length + 1 }
}

const LINE_END = 10

/** The SHA-256 that tells one content from another, in lower-case hex. */
export const contentHash = (content: Uint8Array | string): string => atOnce(hashing(content))

/** `contentHash`; of a long content in slices, so that other work of the event loop has its turn. */
export async function contentHashInSlices(content: Uint8Array | string): Promise<string> {
  return content.length > LONG ? inSlices(hashing(content)) : contentHash(content)
}

/** A long text at once takes three times as long as in pieces, which must not cut a character in two. */
function* hashing(content: Uint8Array | string): Generator<void, string> {
  const hash = createHash('sha256')
  const slice = new TimeSlice()
  for (let start = 0; start < content.length;) {
    if (slice.isOver()) yield
    const next = Math.min(start + PIECE, content.length)
    const cutsCharacter =
      typeof content === 'string' && isHighSurrogate(content.charCodeAt(next - 1))
    const end = cutsCharacter ? next + 1 : next
    hash.update(
      typeof content === 'string' ? content.slice(start, end) : content.subarray(start, end),
    )
    start = end
  }
  return hash.digest('hex')
}

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code < 0xdc00
