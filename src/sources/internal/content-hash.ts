import { createHash } from 'node:crypto'

/** The SHA-256 by which contents are told apart, lower-case hex. */
export function contentHash(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}
