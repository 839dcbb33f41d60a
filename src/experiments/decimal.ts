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

/**
 * Divides `buckets` among weights, exactly as far as whole buckets go; what is left goes to those
 * whose share is cut short by most, then to the first by `tieOf`. The order of the weights decides nothing.
 */
export function apportioned(
  weights: readonly number[],
  buckets: number,
  tieOf: (a: number, b: number) => number,
): readonly number[] {
  const shares = commonDigits(weights)
  const total = shares.reduce((sum, share) => sum + share, 0n)
  if (total === 0n) return weights.map(() => 0)
  const parts = shares.map((share, index) => ({
    index,
    whole: Number((share * BigInt(buckets)) / total),
    rest: (share * BigInt(buckets)) % total,
  }))
  let left = buckets - parts.reduce((sum, { whole }) => sum + whole, 0)
  const byRest = [...parts].sort((a, b) =>
    a.rest === b.rest ? tieOf(a.index, b.index) : a.rest > b.rest ? -1 : 1,
  )
  const counts = parts.map(({ whole }) => whole)
  for (const { index } of byRest) if (left-- > 0) counts[index] = (counts[index] ?? 0) + 1
  return counts
}

/** The whole number of `buckets` that a percentage is; undefined when it is no whole number. */
export function wholeBuckets(percent: number, buckets: number): number | undefined {
  const [share = 0n, whole = 1n] = commonDigits([percent, 100])
  const product = share * BigInt(buckets)
  return product % whole === 0n ? Number(product / whole) : undefined
}
