import { logFactorial } from './distributions'
import type { Split } from './split'

/** More outcomes than these take longer than a reader waits. */
const MOST_OUTCOMES = 100_000

/**
 * Two probabilities of outcomes that differ by less are equal and were rounded, as in R's
 * fisher.test.
 */
const ROUNDING = 1e-7

/**
 * The exact multinomial test of goodness of fit: the probability of all outcomes that are no more
 * probable than the observed one. Undefined if there are too many outcomes to visit: more than 100,000
 * units of three variants, or 440 of four.
 *
 * All variants but two are enumerated. How the rest falls on the last two is binomial, and its
 * improbable outcomes are two tails, so these are added up from where they begin.
 */
export function exactMultinomialP(split: readonly Split[]): number | undefined {
  const total = split.reduce((sum, { observed }) => sum + observed, 0)
  // The largest shares last: they have the most outcomes.
  const sorted = split.toSorted((a, b) => a.share - b.share)
  const shares = sorted.map(({ share }) => share)
  if (outcomes(total, shares.length - 2) > MOST_OUTCOMES) return undefined
  const logs = shares.map(Math.log)
  const factorials = shares.length === 2 ? logFactorial : tableOfFactorials(total)
  const observed = sorted.reduce(
    (sum, one, i) => sum + one.observed * (logs[i] ?? 0) - factorials(one.observed),
    factorials(total),
  )
  const visit = (index: number, left: number, log: number): number => {
    if (index === shares.length - 2)
      return improbable(
        left,
        [shares[index] ?? 0, shares[index + 1] ?? 0],
        log,
        observed,
        factorials,
      )
    let sum = 0
    for (let count = 0; count <= left; count++)
      sum += visit(index + 1, left - count, log + count * (logs[index] ?? 0) - factorials(count))
    return sum
  }
  return Math.min(1, visit(0, total, factorials(total)))
}

/** The logarithms of all factorials up to that of `most`, which are asked for again and again. */
function tableOfFactorials(most: number): (n: number) => number {
  const table = Float64Array.from({ length: most + 1 }, (_, n) => logFactorial(n))
  return (n) => table[n] ?? logFactorial(n)
}

/** In how many ways so many units fall on `kinds` variants and the rest. */
function outcomes(units: number, kinds: number): number {
  let count = 1
  for (let i = 1; i <= kinds; i++) count *= (units + i) / i
  return count
}

/**
 * The probability of the outcomes of `left` units on two variants, of which the logarithm is at
 * most `bound`; `log` is what the others bring to it.
 */
function improbable(
  left: number,
  [first, second]: readonly [number, number],
  log: number,
  bound: number,
  factorials: (n: number) => number,
): number {
  const [logFirst, logSecond] = [Math.log(first), Math.log(second)]
  const at = (count: number): number =>
    log +
    count * logFirst +
    (left - count) * logSecond -
    factorials(count) -
    factorials(left - count)
  const mode = Math.min(left, Math.floor(((left + 1) * first) / (first + second)))
  const limit = bound + ROUNDING
  // The terms fall on both sides of the mode, so each tail begins where a search by halves says.
  const odds = first / second
  const up = firstWhere(mode, left + 1, (count) => at(count) <= limit)
  const down = mode - firstWhere(0, mode + 1, (steps) => at(mode - steps) <= limit)
  const above =
    up > left ? 0 : fallingSum(at(up), left - up, (i) => ((left - up - i) / (up + i + 1)) * odds)
  const from = up === mode ? down - 1 : down
  if (from < 0) return above
  return above + fallingSum(at(from), from, (i) => (from - i) / ((left - from + i + 1) * odds))
}

/** The first whole number from `low` at which `holds` is true, `end` if none before it is. */
function firstWhere(low: number, end: number, holds: (at: number) => boolean): number {
  let [below, above] = [low, end]
  while (below < above) {
    const middle = Math.floor((below + above) / 2)
    if (holds(middle)) above = middle
    else below = middle + 1
  }
  return below
}

/** The sum of a term and of at most `steps` after it, each `ratio(i)` of the one before. */
function fallingSum(log: number, steps: number, ratio: (i: number) => number): number {
  let term = Math.exp(log)
  let sum = term
  for (let i = 0; i < steps && term > sum * Number.EPSILON; i++) {
    term *= ratio(i)
    sum += term
  }
  return sum
}
