import type { PointOf, StableKey, UnitKind } from '../core/bucketing'
import { type JsonObject, own } from '../core/json'
import type { Compat, Place } from '../core/selector'

/** The schemes of an entry; the first is the default. */
export const SCHEMES = ['r2', 'stable'] as const

/** Whether an entry draws by the stable scheme. r2 has no other scheme than its own. */
export const isStable = (entry: JsonObject, compat: Compat): boolean =>
  compat !== 'r2' && own(entry, 'bucketing') === 'stable'

/** The points of one purpose, for each kind of unit. */
export type StablePoints = (kind: UnitKind) => PointOf

/**
 * Prepares the draws of a stable entry for one purpose. Percentages, traffic and variants of one
 * entry are independent of each other, because their purposes differ.
 */
export function stablePoints(
  { entry, feature, bucketing }: Pick<Place, 'entry' | 'feature' | 'bucketing'>,
  purpose: StableKey['purpose'],
): StablePoints {
  const salt = own(entry, 'salt')
  const shuffle = own(entry, 'shuffle')
  const of = (kind: UnitKind): PointOf =>
    bucketing.stablePointOf({
      salt: typeof salt === 'string' ? salt : feature,
      shuffle: typeof shuffle === 'number' ? shuffle : 0,
      purpose,
      kind,
    })
  const points: Readonly<Record<UnitKind, PointOf>> = {
    user: of('user'),
    loid: of('loid'),
    page: of('page'),
  }
  return (kind) => points[kind]
}
