import type { Share } from '../experiments/shares'
import { ofWhole } from '../experiments/shares'
import { closureOf } from './closure'
import { PlannedDraws, segmentsOf } from './impact-draws'
import { Spread } from './impact-spread'
import { newCompilers, PlannedSide } from './planned-side'
import { type Redraw, worldOfUnit } from './redraw'

/** A part of all buckets, from 0 to 1, and the variant that each draw gives it. */
export interface JointShare {
  readonly share: number
  /** In the order of the draws; undefined where one leaves it out. */
  readonly variants: readonly (string | undefined)[]
}

/**
 * What several draws of one experiment give its units, side by side: exact over all buckets, as the
 * draws that have a hash in common move together. Undefined where that cannot be enumerated.
 */
export function jointShares(
  redraws: readonly Pick<Redraw, 'feature' | 'features'>[],
  kind: string,
): readonly JointShare[] | undefined {
  const [draws, compilers] = [new PlannedDraws(), newCompilers()]
  const asked = redraws.map(({ feature, features }) => ({
    names: [feature],
    side: new PlannedSide(closureOf([feature], features), draws, compilers),
  }))
  if (asked.some(({ side }) => side.isBroken)) return undefined
  const [{ feature, features } = NOBODY] = redraws
  const { compat = 'liveflag' } = features?.definition(feature) ?? {}
  const segments = segmentsOf(
    asked.flatMap(({ side }) => side.versions),
    compat,
  )
  const spread = new Spread(asked, draws, segments)
  const found = spread.over(worldOfUnit('unit', kind), 0)
  const [only, another] = found
  if (spread.isCutShort || !only || another) return undefined
  return only.outcomes.map(({ share, claims }) => ({
    share,
    variants: claims.map(({ assignment }) => assignment?.variant),
  }))
}

const NOBODY = { feature: '', features: undefined }

/** The variants of those whom the condition holds for, as shares of them; empty of nobody. */
export function sharesWhere(
  joint: readonly JointShare[],
  isOf: (variants: JointShare['variants']) => boolean,
): readonly Share[] {
  const found = new Map<string, number>()
  for (const { share, variants } of joint) {
    const variant = variants.at(-1)
    if (variant !== undefined && isOf(variants))
      found.set(variant, (found.get(variant) ?? 0) + share)
  }
  return ofWhole([...found].sort(([a], [b]) => (a < b ? -1 : Number(a > b))))
}
