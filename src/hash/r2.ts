import { type Bucketing, POINTS_PER_BUCKET } from '../core/bucketing'
import { createSha1Remainder } from './sha1'
import { hundredthOf } from './sha256'
import { stablePointOf } from './stable'

/**
 * r2's scheme (docs/spec/r2.md, section 8): SHA-1 of the salt directly followed by the unit, both
 * as UTF-8, modulo 1000. The next three decimal digits of the digest refine each bucket into 1000
 * points. r2 does not have them: they make 0.5 % half a percent, and leave every whole bucket
 * exactly where r2 has it.
 */
export function createR2Bucketing(): Bucketing {
  const remainder = createSha1Remainder()
  return {
    name: 'r2',
    pointOf: (salt) => (unit) => {
      const rest = remainder(salt, unit)
      const bucket = rest % 1000
      return bucket * POINTS_PER_BUCKET + (rest - bucket) / 1000
    },
    hundredthOf,
    stablePointOf,
    loidBucket,
  }
}

/** r2's bucket, 0 to 999, of a point. */
export const bucketOf = (point: number): number => Math.floor(point / POINTS_PER_BUCKET)

const TAIL = /^[ \t\n\v\f\r]*([+-]?)[ \t\n\v\f\r]*([0-9A-Za-z]+)[ \t\n\v\f\r]*$/

/**
 * The bucket, 0 to 99, of a logged-out id, or undefined when its tail is no number
 * (docs/spec/r2.md, section 7.2): the last four characters read as Python 2's `int(text, 36)` reads
 * them, modulo 100. The feature's name is not in it.
 */
export function loidBucket(loid: string): number | undefined {
  const parts = TAIL.exec(Array.from(loid).slice(-4).join(''))
  if (!parts) return undefined
  const rest = Number.parseInt(parts[2] ?? '', 36) % 100
  return parts[1] === '-' ? (100 - rest) % 100 : rest
}
