import type { Asker } from '../core/asker'
import type { ExperimentDefinition } from '../core/trail'
import { hasher } from '../hash/fnv1a'
import { BLOCKED, forced, OUT, type Outcome, type Parts, variationKey } from './outcome'
import { chooseVariation, getBucketRanges, type Range } from './ranges'
import { addStickyAssignment, numberOr, type StickyAnswer, stickyKey } from './sticky'
import { compileLegacyUrl } from './taking'
import { type Hashed, type Payload, rangesOf, sharesOf, textOr, versionOr } from './targeting'

/**
 * Steps 11 to 20 of docs/spec/growthbook.md, section 9: the hash, the ranges, and the checks that
 * can still exclude the visitor.
 */
export function compileAssignment(
  { key, definition, variations, meta }: Parts,
  payload: Payload,
): (asker: Asker, unit: Hashed, sticky: StickyAnswer) => Outcome {
  const draw = (payload.hasher ?? hasher)(
    textOr(definition.seed, key),
    versionOr(definition.hashVersion, 1),
  )
  const ranges = variationRanges(definition, variations.length)
  const fits = compileLegacyUrl(definition.url, payload)
  const late = compileLate(definition, variations.length)
  const isKept = !definition.disableStickyBucketing
  const version = stickyKey(key, numberOr(definition.bucketVersion, 0))
  return (asker, unit, sticky) => {
    if (!fits(asker.rules.url)) return OUT
    const bucket = draw(unit.value)
    if (bucket === null) return OUT
    if (sticky === 'blocked') return BLOCKED
    const variation = sticky ?? chooseVariation(bucket, ranges)
    if (variation < 0) return OUT
    const stopped = late(asker)
    if (stopped) return stopped
    if (variation >= variations.length) return OUT
    if (isKept && asker.rules.sticky)
      addStickyAssignment(asker, unit, version, variationKey(meta, variation))
    return { variation, hashUsed: true, sticky: sticky !== undefined, bucket, hashed: unit }
  }
}

/**
 * Steps 16 to 18: only a visitor who would be included gets the forced variation; a key `force`
 * with the value undefined excludes.
 */
function compileLate(
  definition: ExperimentDefinition,
  count: number,
): (asker: Asker) => Outcome | undefined {
  if ('force' in definition) {
    const outcome = forced(numberOr(definition.force, -1), count)
    return () => outcome
  }
  const stopped = definition.status === 'stopped'
  return (asker) => (stopped || asker.rules.qaMode ? OUT : undefined)
}

/** Which part of the hash's range each variation has. */
export function variationRanges(
  { ranges, coverage, weights }: ExperimentDefinition,
  count: number,
): readonly Range[] {
  if (Array.isArray(ranges)) return rangesOf(ranges)
  const share = coverage === undefined ? 1 : numberOr(coverage, 0)
  return getBucketRanges(count, share, sharesOf(weights))
}
