import { isJsonList, isJsonObject, type JsonObject, own } from '../core/json'
import type { Compat } from '../core/selector'
import { HUNDREDTHS } from '../hash/sha256'
import { sizeOf } from './ranges'
import { isStable } from './scheme'
import { stableVariants } from './stable-variants'
import { silentPlace, sizedVariants, variantOf } from './variants'
import { weightedVariants } from './weighted'

/** A variant and its share of the visitors that are drawn: from 0 to 1; all shares sum to 1. */
export interface Share {
  readonly variant: string
  readonly share: number
}

const THOUSAND = 1000

/**
 * The shares of the `variants` of an entry's experiment, computed from the buckets that each owns, in order of
 * names. r2's variants need not own all buckets; their shares are those among visitors that have a
 * variant. Empty when nobody is drawn.
 */
export function sharesOfExperiment(
  experiment: JsonObject,
  entry: JsonObject,
  compat: Compat,
): readonly Share[] {
  const place = silentPlace(compat)
  if (isStable(entry, compat))
    return ofWhole(
      stableVariants(experiment, place).map(({ name, ranges }) => [name, sizeOf(ranges)]),
    )
  const variants = own(experiment, 'variants')
  if (isJsonList(variants) && compat !== 'r2') {
    let below = 0
    return ofWhole(
      weightedVariants(variants, place).map(({ name, limit }) => {
        const buckets = limit - below
        below = limit
        return [name, buckets / HUNDREDTHS]
      }),
    )
  }
  const sized = sizedVariants(isJsonObject(variants) ? variants : {}, place)
  const owned = new Map(sized.map(({ name }) => [name, 0]))
  for (let bucket = 0; bucket < THOUSAND; bucket++) {
    const owner = variantOf(sized, bucket)
    if (owner) owned.set(owner.name, (owned.get(owner.name) ?? 0) + 1)
  }
  return ofWhole([...owned])
}

/** Divides each part by the sum of all; empty when the sum is 0. */
export function ofWhole(
  parts: readonly (readonly [variant: string, part: number])[],
): readonly Share[] {
  const whole = parts.reduce((sum, [, part]) => sum + part, 0)
  return whole > 0 ? parts.map(([variant, part]) => ({ variant, share: part / whole })) : []
}
