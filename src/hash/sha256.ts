import { createHash } from 'node:crypto'

/** Hundredths of a percent: a bucket of this scheme is a whole number from 0 to 9,999. */
export const HUNDREDTHS = 10_000

/** 2^32 in hundredths, to fold two words of a digest without leaving whole doubles. */
const WORD = 2 ** 32 % HUNDREDTHS

/**
 * The decide service's bucket (docs/spec/decide.md, section 2): the first eight bytes, big-endian,
 * of SHA-256 over the UTF-8 text `subject:experiment:salt`, modulo 10,000; in hundredths of a
 * percent.
 */
export function hundredthOf(
  subject: string,
  experiment: string,
  salt: 'allocation' | 'variant' | 'limit',
): number {
  const digest = createHash('sha256').update(`${subject}:${experiment}:${salt}`, 'utf8').digest()
  return ((digest.readUInt32BE(0) % HUNDREDTHS) * WORD + digest.readUInt32BE(4)) % HUNDREDTHS
}
