import { TimeSlice } from '../runtime/time-slice'

/** People of one group, and how many of them did something. */
export interface Group {
  readonly units: number
  readonly did: number
}

/**
 * How probable it is that groups which are alike differ by as much in how many of them did something, each
 * stratum by itself: Fisher's exact test, and over several strata the exact conditional test of a
 * common odds ratio of 1 (Gart, Point and interval estimation of the common odds ratio in the
 * combination of 2 × 2 tables with fixed marginals, Biometrika 57, 1970), two-sided by the outcomes
 * that are no more probable than the observed one. Of more than two groups, each is compared with all
 * others, with Bonferroni's bound.
 *
 * @param strata for each stratum the groups, in the same order
 * @returns null of fewer than two groups that have anybody
 */
export function* exactHomogeneity(
  strata: readonly (readonly Group[])[],
): Generator<void, number | null> {
  const groups = Math.max(0, ...strata.map(({ length }) => length))
  const some = Array.from({ length: groups }, (_, i) => i).filter((i) =>
    strata.some((all) => (all[i]?.units ?? 0) > 0),
  )
  if (some.length < 2) return null
  let least = 1
  for (const group of some.length === 2 ? some.slice(1) : some)
    least = Math.min(least, yield* ofGroup(strata, group))
  return Math.min(1, (some.length === 2 ? 1 : some.length) * least)
}

/** Probabilities of whole numbers from one on. */
interface Outcomes {
  readonly from: number
  readonly weights: Float64Array
}

/** Two outcomes whose probabilities differ by less are equally probable. */
const ROUNDING = 1e-7

function* ofGroup(strata: readonly (readonly Group[])[], group: number): Generator<void, number> {
  let outcomes: Outcomes = { from: 0, weights: Float64Array.of(1) }
  let observed = 0
  for (const all of strata) {
    const { units, did } = all[group] ?? { units: 0, did: 0 }
    observed += did
    outcomes = yield* added(outcomes, outcomesOf(units, sumOf(all, 'units'), sumOf(all, 'did')))
  }
  const bound = (outcomes.weights[observed - outcomes.from] ?? 0) * (1 + ROUNDING)
  return outcomes.weights.reduce((sum, weight) => (weight <= bound ? sum + weight : sum), 0)
}

const sumOf = (groups: readonly Group[], what: keyof Group): number =>
  groups.reduce((sum, group) => sum + group[what], 0)

/** What is less probable than this, beside the most probable, is left out. */
const NOTHING = 1e-18

/**
 * How many of `units` out of `all` did it, where `did` of all did: the hypergeometric distribution,
 * from its mode to both sides, where its terms only fall.
 */
function outcomesOf(units: number, all: number, did: number): Outcomes {
  const least = Math.max(0, units + did - all)
  const most = Math.min(units, did)
  const mode = Math.min(most, Math.max(least, Math.floor(((units + 1) * (did + 1)) / (all + 2))))
  const odds = (x: number): number =>
    ((units - x) * (did - x)) / ((x + 1) * (all - units - did + x + 1))
  const [down, up]: [number[], number[]] = [[], []]
  let term = 1
  for (let x = mode; x > least && term > NOTHING; x--) down.push((term /= odds(x - 1)))
  term = 1
  for (let x = mode; x < most && term > NOTHING; x++) up.push((term *= odds(x)))
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
    sums.findIndex((sum) => sum > NOTHING),
  )
  const end = sums.findLastIndex((sum) => sum > NOTHING)
  return { from: a.from + b.from + begin, weights: sums.subarray(begin, end + 1) }
}
