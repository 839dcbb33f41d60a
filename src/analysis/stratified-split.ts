import { chiSquareTail } from './distributions'
import { dirichletLog, meanLog } from './sequential-sample-ratio'
import type { Split } from './split'

/**
 * The test of a split of which the shares were edited, cohort by cohort. Added up, a cohort that loses units of one
 * variant hides another that loses those of another; and counts whose shares differ vary less than
 * a draw by their mean does, so that no loss is found.
 */

/** The units of one cohort. */
export type Stratum = readonly Split[]

/** Pearson's chi-square and its p. */
export interface ChiSquare {
  readonly chiSquare: number
  readonly degreesOfFreedom: number
  readonly p: number
}

/** Each cohort by itself, added up: it finds any cohort that is off. */
export function addedChiSquare(strata: readonly Stratum[]): ChiSquare {
  const degreesOfFreedom = strata.reduce((sum, { length }) => sum + length - 1, 0)
  const chiSquare = strata.reduce((sum, stratum) => sum + chiSquareOf(stratum), 0)
  return { chiSquare, degreesOfFreedom, p: chiSquareTail(chiSquare, degreesOfFreedom) }
}

/** Pearson's of one split. */
export function chiSquareOf(split: Stratum): number {
  const total = unitsOf(split)
  return split.reduce(
    (sum, { observed, share }) => sum + (observed - share * total) ** 2 / (share * total),
    0,
  )
}

/**
 * What all cohorts have in common: the sum of what is observed less what is expected, beside the
 * variance that a draw of each cohort by its own shares has. It finds a variant that loses a little
 * everywhere. Of one cohort it is Pearson's.
 */
export function commonChiSquare(strata: readonly Stratum[]): ChiSquare {
  const names = namesIn(strata)
  const places = new Map(names.map((name, i) => [name, i]))
  const off = names.map(() => 0)
  const variance = names.map(() => names.map(() => 0))
  for (const stratum of strata) {
    const total = unitsOf(stratum)
    for (const { variant, observed, share } of stratum) {
      const i = places.get(variant) ?? 0
      off[i] = (off[i] ?? 0) + observed - share * total
      const row = variance[i] ?? []
      for (const other of stratum) {
        const j = places.get(other.variant) ?? 0
        row[j] = (row[j] ?? 0) + total * share * (Number(i === j) - other.share)
      }
    }
  }
  const { length: rank, sum } = squaredLength(off, variance)
  return { chiSquare: sum, degreesOfFreedom: rank, p: rank > 0 ? chiSquareTail(sum, rank) : 1 }
}

/** What is left of a variance is 0, but for rounding. */
const ROUNDING = 1e-9

/** v' V⁻ v of a variance V that may have a rank below its size, by elimination. */
function squaredLength(
  vector: readonly number[],
  variance: readonly (readonly number[])[],
): { readonly length: number; readonly sum: number } {
  const [left, rows] = [[...vector], variance.map((row) => [...row])]
  let [length, sum] = [0, 0]
  for (const [i, row] of rows.entries()) {
    const pivot = row[i] ?? 0
    if (pivot <= ROUNDING * (variance[i]?.[i] ?? 0)) continue
    length++
    sum += (left[i] ?? 0) ** 2 / pivot
    for (let j = i + 1; j < rows.length; j++) {
      const factor = (row[j] ?? 0) / pivot
      left[j] = (left[j] ?? 0) - factor * (left[i] ?? 0)
      rows[j] = (rows[j] ?? []).map((cell, k) => cell - factor * (row[k] ?? 0))
    }
  }
  return { length, sum }
}

/**
 * The cohorts, those in which some variant expects fewer than `least` added to the next larger one, or
 * the largest of all to the next smaller, until none is left or all are one.
 */
export function withEnough(strata: readonly Stratum[], least: number): readonly Stratum[] {
  const isFew = (split: Stratum): boolean =>
    split.some(({ share }) => share * unitsOf(split) < least)
  let list = [...strata]
  for (;;) {
    const bySize = list.toSorted((a, b) => unitsOf(a) - unitsOf(b))
    const at = bySize.findIndex(isFew)
    const [few, next] = [bySize[at], bySize[at + 1] ?? bySize[at - 1]]
    if (!few || !next) return list
    list = [...list.filter((one) => one !== few && one !== next), added([few, next])]
  }
}

/** Several cohorts as one, by the mean of their shares. */
export function added(strata: readonly Stratum[]): Stratum {
  const total = strata.reduce((sum, stratum) => sum + unitsOf(stratum), 0)
  return namesIn(strata).map((variant) => {
    const own = strata.flatMap((stratum) =>
      stratum
        .filter((one) => one.variant === variant)
        .map(({ observed, share }) => ({ observed, expected: share * unitsOf(stratum) })),
    )
    const expected = own.reduce((sum, one) => sum + one.expected, 0)
    const observed = own.reduce((sum, one) => sum + one.observed, 0)
    return { variant, observed, share: expected / total }
  })
}

/** Parts of the units of one variant that are recorded: those that are lost, and those that are counted twice. */
const KEPT = [0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 1 / 0.99, 1 / 0.98, 1 / 0.95, 1 / 0.9, 1 / 0.8, 2]

/**
 * The p of every look: one over the mean of two martingales. One is the product of those of the
 * cohorts, which finds any that is off. The other is a mean itself, of the likelihood that of one
 * variant a part of the units is recorded, the same in each cohort, over that of the shares.
 */
export function sequentialOfStrata(strata: readonly Stratum[]): number {
  const product = strata.reduce((sum, stratum) => sum + dirichletLog(stratum), 0)
  const common = namesIn(strata).flatMap((name) => KEPT.map((kept) => keptLog(strata, name, kept)))
  return Math.min(1, Math.exp(-meanLog([product, meanLog(common)])))
}

function keptLog(strata: readonly Stratum[], name: string, kept: number): number {
  return strata.reduce((sum, stratum) => {
    const own = stratum.find(({ variant }) => variant === name)
    if (own === undefined) return sum
    const recorded = 1 - own.share * (1 - kept)
    return sum + own.observed * Math.log(kept) - unitsOf(stratum) * Math.log(recorded)
  }, 0)
}

const unitsOf = (split: Stratum): number => split.reduce((sum, { observed }) => sum + observed, 0)

const namesIn = (strata: readonly Stratum[]): readonly string[] => [
  ...new Set(strata.flatMap((stratum) => stratum.map(({ variant }) => variant))),
]
