import type { Impact } from '../../analysis/impact'
import type { FeatureImpact } from '../../analysis/impact-view'
import { happeningIn, type Move } from '../../analysis/moves'
import { type HoldoutChange, holdoutChanges } from '../holdout-changes'
import { refusedIn, type Version } from '../versions'

/** Who gets another answer in a newer live config, as a command prints it. */
export interface Difference {
  readonly old: string
  readonly new: string
  /** Features of both that were compared. */
  readonly compared: number
  /** Nobody gets another answer: proven over all buckets and kinds of visitors. */
  readonly isNobody: boolean
  /** What is wrong with entries of the newer one: whoever starts with it has them off. */
  readonly refused: readonly string[]
  /** The changes that `--allow` does not name. */
  readonly notAllowed: readonly Happening[]
  /** Those whose entry changes, or what it requires. */
  readonly features: readonly FeatureImpact[]
  /** Those that keep another share of people out of features; left out where there are none. */
  readonly holdouts?: readonly HoldoutChange[]
  /** When both are asked, where one of them is of the past: that of the newer one, or now. */
  readonly asOf?: string
  /** Whom `population` of each feature counts; empty where nobody was named. */
  readonly counted: string
}

export type Happening = Move | 'unproven'

/** Of two live configs, the older first. */
export function differenceOf(
  [old, now]: readonly [Version, Version],
  { features, isNobody }: Impact,
  counted: string,
  allowed: ReadonlySet<string> | undefined,
  names: boolean,
): Difference {
  const happening = new Set(features.flatMap((one) => [...happeningIn(one)]))
  const ledgers = [old, now].filter(({ isLedger }) => isLedger === true)
  const listing = ledgers.length > 0 ? ledgers : [old, now]
  const all = new Set(listing.flatMap((one) => [...one.features.snapshot.names]))
  const holdouts = holdoutChanges(features, old, now)
  return {
    old: old.name,
    new: now.name,
    compared: all.size,
    isNobody,
    refused: refusedIn(now),
    notAllowed: allowed ? [...happening].filter((one) => !allowed.has(one)).sort() : [],
    ...(holdouts.length > 0 && { holdouts }),
    features: features.map((one) => (names ? one : { ...one, examples: [] })),
    counted,
  }
}
