/** GrowthBook's hashes have three or four digits. */
const TEN_THOUSAND = 10_000
const GROWTHBOOK = 'growthbook'

/** A bucket as records have it: a whole number, and the hash that drew it. */
export const drawnBy = (
  bucket: number | undefined,
  hash: string | undefined,
  isOfRule: boolean,
): { readonly bucket: number | null; readonly hash: string } => {
  const name = hash ?? (isOfRule ? GROWTHBOOK : 'r2')
  const digits = name === GROWTHBOOK ? TEN_THOUSAND : 1
  return { bucket: bucket === undefined ? null : Math.round(bucket * digits), hash: name }
}
