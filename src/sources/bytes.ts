import { createHash } from 'node:crypto'
import type { Position } from '../core/problem'

/** Bytes read as strict UTF-8, or the first place where they are something else. */
export type Decoded = { readonly text: string } | Undecodable

export interface Undecodable {
  readonly text?: undefined
  readonly offset: number
  readonly position: Position
}

/** One byte-order mark at the start is skipped; a wrong byte is never replaced in silence. */
export function decodeUtf8(bytes: Uint8Array): Decoded {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch {
    const offset = firstWrongByte(bytes)
    return { offset, position: positionAfter(bytes.subarray(0, offset)) }
  }
}

/** A lenient decoder replaces what is wrong, so its text encoded again first differs where the fault is. */
function firstWrongByte(bytes: Uint8Array): number {
  const lenient = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  const again = new TextEncoder().encode(lenient)
  return bytes.findIndex((byte, i) => byte !== again[i])
}

/** Decoded as a stream, so that a character cut short at the end is left out. */
function positionAfter(bytes: Uint8Array): Position {
  const lines = new TextDecoder().decode(bytes, { stream: true }).split('\n')
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
}

/** The SHA-256 by which contents are told apart, lower-case hex. */
export function contentHash(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}
