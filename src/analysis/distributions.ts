/* eslint-disable @typescript-eslint/no-require-imports -- loaded on use, and at once: commands that report nothing start without it */
/** The functions of @stdlib that are used here. The build copies them into this file's output. */
type OfOne = (x: number) => number
type OfThree = (x: number, a: number, b: number) => number
type OfTwo = (x: number, a: number) => number
type IncompleteGamma = (x: number, s: number, regularized: boolean, upper: boolean) => number

interface Functions {
  readonly gammainc: IncompleteGamma
  readonly gammaln: OfOne
  readonly normalCdf: OfThree
  readonly normalQuantile: OfThree
  readonly studentCdf: OfTwo
  readonly studentQuantile: OfTwo
}

let loaded: Functions | undefined

/** Loaded by the first who asks for a statistic, as nothing else of liveflag does. */
function functions(): Functions {
  return (loaded ??= {
    gammainc: require('@stdlib/math-base-special-gammainc') as IncompleteGamma,
    gammaln: require('@stdlib/math-base-special-gammaln') as OfOne,
    normalCdf: require('@stdlib/stats-base-dists-normal-cdf') as OfThree,
    normalQuantile: require('@stdlib/stats-base-dists-normal-quantile') as OfThree,
    studentCdf: require('@stdlib/stats-base-dists-t-cdf') as OfTwo,
    studentQuantile: require('@stdlib/stats-base-dists-t-quantile') as OfTwo,
  })
}

/** From the lower end to the upper. */
export type Interval = readonly [low: number, high: number]

/** How sure the intervals of a report are, two-sided. */
export const CONFIDENCE = 0.95
const UPPER = 1 - (1 - CONFIDENCE) / 2

/** How probable a chi-square of at least `x` is when nothing but chance is at work. */
export const chiSquareTail = (x: number, degreesOfFreedom: number): number =>
  functions().gammainc(x / 2, degreesOfFreedom / 2, true, true)

/** How probable a value above `x` is, of a normal distribution of mean 0 and deviation 1. */
export const normalTail = (x: number): number => functions().normalCdf(-x, 0, 1)

/** The value below which the share `p` of that distribution is. */
export const normalInverse = (p: number): number => functions().normalQuantile(p, 0, 1)

/** 1.96: how many standard errors an interval reaches to each side. */
export const normalReach = (): number => normalInverse(UPPER)

/** The same by Student's t, for a deviation that is itself estimated. Degrees need not be whole. */
export const studentReach = (degreesOfFreedom: number, confidence = CONFIDENCE): number => {
  const upper = 1 - (1 - confidence) / 2
  return degreesOfFreedom === Infinity
    ? normalInverse(upper)
    : functions().studentQuantile(upper, degreesOfFreedom)
}

/** How probable a t is that is at least so far from 0, to either side. */
export const studentTails = (distance: number, degreesOfFreedom: number): number =>
  degreesOfFreedom === Infinity
    ? 2 * normalTail(distance)
    : 2 * functions().studentCdf(-distance, degreesOfFreedom)

export const logGamma = (x: number): number => functions().gammaln(x)

/** The natural logarithm of n!. */
export const logFactorial = (n: number): number => logGamma(n + 1)
