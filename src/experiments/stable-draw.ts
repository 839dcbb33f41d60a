import type { Asker } from '../core/asker'
import { POINTS } from '../core/bucketing'
import { type Claim, claimOf } from '../core/decision'
import { type JsonObject, own } from '../core/json'
import type { Place } from '../core/selector'
import { ownerSearch } from './ranges'
import { stablePoints } from './scheme'
import { stableVariants } from './stable-variants'
import { NOBODY, unitKindOf, type UnitSource } from './unit'

/** The claims for visitors who are not drawn. */
export interface Undrawn {
  readonly noUnit: Claim
  readonly excluded: Claim
}

/**
 * Compiles the draw of a stable experiment: the unit's point, and the variant that owns it
 * (docs/spec/bucketing.md, section 6).
 */
export function stableDraw(
  experiment: JsonObject,
  place: Place,
  source: UnitSource,
  undrawn: Undrawn,
): (asker: Asker) => Claim {
  const variants = stableVariants(experiment, place)
  const ownerOf = ownerSearch(variants)
  const pointsOf = stablePoints(place, 'split')
  const id = own(experiment, 'experiment_id') ?? undefined
  const base = {
    kind: source.kind,
    ...(id !== undefined && { experimentId: id }),
    experiment: place.feature,
    hash: 'stable',
  } as const
  return (asker) => {
    const unit = source.unitOf(asker)
    if (unit === null || unit === NOBODY) return undrawn.noUnit
    const bucket = pointsOf(unitKindOf(source, asker))(unit)
    const owner = variants[ownerOf(bucket) ?? -1]
    asker.trace?.drew({
      unit,
      bucket,
      passed: owner !== undefined,
      test: `point ${bucket} of ${POINTS} is ${owner === undefined ? "no variant's" : `${owner.name}'s`}`,
    })
    if (owner === undefined) return undrawn.excluded
    const { name: variant, value, enabled } = owner
    const assignment = { ...base, variant, unit, bucket }
    return claimOf({ enabled, variant, value, reason: 'SPLIT', selector: 'experiment', assignment })
  }
}
