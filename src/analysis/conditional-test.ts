import { TimeSlice } from '../runtime/time-slice'

/** A group beside others of one stratum: how many of each there are, and how many of them did something. */
export interface Divided {
  readonly units: number
  readonly did: number
  /** Of the group and all others together. */
  readonly all: number
  readonly allDid: number
}

/** How probable each count is, from the first that is not negligible on. */
interface Outcomes {
  readonly from: number
  readonly weights: Float64Array
}

/** Outcomes less probable than the most probable one by this factor add nothing to a double. */
const NEGLIGIBLE = 1e-20
/** Outcomes as probable as the observed one may differ by rounding. R has the same factor. */
const ROUNDING = 1 + 1e-7

/**
 * How probable it is by chance that a group has a part of those who did something that is no more
 * probable than the one that was seen, given how many did in each stratum: Fisher's exact test (1935),
 * and over several strata the exact conditional test of a common odds ratio of 1 (Gart, Point and
 * interval estimation of the common odds ratio in the combination of 2 × 2 tables with fixed
 * marginals, Biometrika 57, 1970). R's fisher.test, and its mantelhaen.test with exact = TRUE.
 *
 * @returns null where only one outcome is possible, as where nobody or everybody did it
 */
export function* conditionalP(strata: readonly Divided[]): Generator<void, number | null> {
  let outcomes: Outcomes = { from: 0, weights: Float64Array.of(1) }
  let observed = 0
  for (const one of strata) {
    observed += one.did
    outcomes = yield* added(outcomes, outcomesOf(one))
  }
  const { from, weights } = outcomes
  if (weights.length < 2) return null
  const bound = (weights[observed - from] ?? 0) * ROUNDING
  return Math.min(
    1,
    weights.reduce((sum, weight) => (weight <= bound ? sum + weight : sum), 0),
  )
}

/** The hypergeometric distribution, from its mode to both sides, where its terms only fall. */
function outcomesOf({ units, all, allDid: did }: Divided): Outcomes {
  const least = Math.max(0, units + did - all)
  const most = Math.min(units, did)
  const mode = Math.min(most, Math.max(least, Math.floor(((units + 1) * (did + 1)) / (all + 2))))
  const odds = (x: number): number =>
    ((units - x) * (did - x)) / ((x + 1) * (all - units - did + x + 1))
  const [down, up]: [number[], number[]] = [[], []]
  let term = 1
  for (let x = mode; x > least && term > NEGLIGIBLE; x--) down.push((term /= odds(x - 1)))
  term = 1
  for (let x = mode; x < most && term > NEGLIGIBLE; x++) up.push((term *= odds(x)))
  return ofWhole(mode - down.length, [...down.reverse(), 1, ...up])
}

function ofWhole(from: number, weights: readonly number[]): Outcomes {
  const whole = weights.reduce((sum, weight) => sum + weight, 0)
  return { from, weights: Float64Array.from(weights, (weight) => weight / whole) }
}

/** The sum of two independent counts. */
function* added(a: Outcomes, b: Outcomes): Generator<void, Outcomes> {
  if (a.weights.length === 1) return { from: a.from + b.from, weights: b.weights }
  if (b.weights.length === 1) return { from: a.from + b.from, weights: a.weights }
  const slice = new TimeSlice()
  const sums = new Float64Array(a.weights.length + b.weights.length - 1)
  for (let i = 0; i < a.weights.length; i++) {
    const first = a.weights[i] ?? 0
    for (let j = 0; j < b.weights.length; j++)
      sums[i + j] = (sums[i + j] ?? 0) + first * (b.weights[j] ?? 0)
    if (slice.isOver()) yield
  }
  const begin = Math.max(
    0,
    sums.findIndex((sum) => sum > NEGLIGIBLE),
  )
  const end = sums.findLastIndex((sum) => sum > NEGLIGIBLE)
  return { from: a.from + b.from + begin, weights: sums.subarray(begin, end + 1) }
}
