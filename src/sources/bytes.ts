import { createHash } from 'node:crypto'
import type { Position } from '../core/problem'
import type { SourceProblem } from '../core/source'

/**
 * Bytes as strict UTF-8, or the problem with the first byte that is not, with its line and column.
 * One byte-order mark at the start is skipped; a wrong byte is never replaced in silence.
 *
 * @param name what the bytes are called in messages
 */
export function decodeText(name: string, bytes: Uint8Array): string | SourceProblem {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return badEncoding(name, bytes, firstWrongByte(bytes))
  }
}

/**
 * A lenient decoder replaces wrong bytes, so what it decoded, encoded again, first differs at the
 * first wrong byte.
 */
function firstWrongByte(bytes: Uint8Array): number {
  const lenient = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  const again = new TextEncoder().encode(lenient)
  return bytes.findIndex((byte, i) => byte !== again[i])
}

function badEncoding(name: string, bytes: Uint8Array, offset: number): SourceProblem {
  const found = bytes[offset] ?? 0
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
  const what = utf16
    ? 'is UTF-16'
    : `is not UTF-8: byte 0x${found.toString(16).padStart(2, '0')} at offset ${offset}`
  return {
    code: 'bad-encoding',
    severity: 'error',
    message: `${name} ${what}; save it as UTF-8`,
    ...positionAfter(bytes.subarray(0, offset)),
  }
}

/** Decoded as a stream, so that a character cut short at the end is left out. */
function positionAfter(bytes: Uint8Array): Position {
  const lines = new TextDecoder().decode(bytes, { stream: true }).split('\n')
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
}

/** The SHA-256 that tells one content from another, in lower-case hex. */
export function contentHash(bytes: Uint8Array | string): string {
  const hash = createHash('sha256')
  if (typeof bytes !== 'string') return hash.update(bytes).digest('hex')
  // A long text at once takes three times as long as in pieces, which must not cut a character in two.
  for (let start = 0; start < bytes.length;) {
    const next = Math.min(start + HASHED_AT_ONCE, bytes.length)
    const end = isHighSurrogate(bytes.charCodeAt(next - 1)) ? next + 1 : next
    hash.update(bytes.slice(start, end))
    start = end
  }
  return hash.digest('hex')
}

const HASHED_AT_ONCE = 1024 * 1024

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code < 0xdc00
