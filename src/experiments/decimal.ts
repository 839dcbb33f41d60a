/**
 * A number as it is written: `digits` divided by ten to the power of `places`. Decimal, so that
 * 33.33 is 33.33.
 */
interface Decimal {
  readonly digits: bigint
  readonly places: number
}

/** The shortest text that JavaScript has for a double is what was written. */
function decimalOf(value: number): Decimal {
  const [mantissa = '0', exponent = '0'] = String(value).split('e')
  const [whole = '0', fraction = ''] = mantissa.split('.')
  const places = fraction.length - Number(exponent)
  const digits = BigInt(whole + fraction)
  return places < 0 ? { digits: digits * 10n ** BigInt(-places), places: 0 } : { digits, places }
}

/** The numbers as whole multiples of one unit that all of them have in common. */
function commonDigits(values: readonly number[]): readonly bigint[] {
  const decimals = values.map(decimalOf)
  const places = Math.max(0, ...decimals.map((decimal) => decimal.places))
  return decimals.map((decimal) => decimal.digits * 10n ** BigInt(places - decimal.places))
}

const roundedUp = (dividend: bigint, divisor: bigint): number =>
  Number((dividend + divisor - 1n) / divisor)

/**
 * Weights as limits to compare a bucket of `buckets` with: a bucket is the first weight's whose
 * limit is greater. Exact: the sum of the weights up to there, times `buckets`, is greater than the
 * bucket times the sum of all.
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

/** How many of `buckets` lie below a percentage, the one that it cuts included. */
export function bucketsBelow(percent: number, buckets: number): number {
  const [share = 0n, whole = 1n] = commonDigits([percent, 100])
  return roundedUp(share * BigInt(buckets), whole)
}
