/**
 * A decimal number: `digits` divided by ten to the power of `places`, so that 33.33 is exactly
 * 33.33.
 */
interface Decimal {
  readonly digits: bigint
  readonly places: number
}

/** JavaScript's shortest text of a double is what was written. */
function decimalOf(value: number): Decimal {
  const [mantissa = '0', exponent = '0'] = String(value).split('e')
  const [whole = '0', fraction = ''] = mantissa.split('.')
  const places = fraction.length - Number(exponent)
  const digits = BigInt(whole + fraction)
  return places < 0 ? { digits: digits * 10n ** BigInt(-places), places: 0 } : { digits, places }
}

/** The numbers as whole multiples of one common unit. */
function commonDigits(values: readonly number[]): readonly bigint[] {
  const decimals = values.map(decimalOf)
  const places = Math.max(0, ...decimals.map((decimal) => decimal.places))
  return decimals.map((decimal) => decimal.digits * 10n ** BigInt(places - decimal.places))
}

const roundedUp = (dividend: bigint, divisor: bigint): number =>
  Number((dividend + divisor - 1n) / divisor)

/**
 * Turns weights into limits: a bucket, of `buckets`, belongs to the first weight whose limit is
 * greater. Exact: the sum of the weights up to there, times `buckets`, is greater than the bucket
 * times the sum of all weights.
 */
export function limitsOf(weights: readonly number[], buckets: number): readonly number[] {
  const shares = commonDigits(weights)
  const total = shares.reduce((sum, share) => sum + share, 0n)
  let sum = 0n
  return shares.map((share) => {
    sum += share
    return total === 0n ? 0 : roundedUp(sum * BigInt(buckets), total)
  })
}

/** How many of `buckets` are below a percentage; a bucket that the percentage cuts counts. */
export function bucketsBelow(percent: number, buckets: number): number {
  const [share = 0n, whole = 1n] = commonDigits([percent, 100])
  return roundedUp(share * BigInt(buckets), whole)
}
