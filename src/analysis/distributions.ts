/** The part of the package jstat that is used here; it brings no types. */
interface JStat {
  readonly chisquare: { cdf(x: number, degreesOfFreedom: number): number }
  gammaln(x: number): number
  readonly normal: { inv(p: number, mean: number, deviation: number): number }
  readonly studentt: { inv(p: number, degreesOfFreedom: number): number }
}

let loaded: JStat | undefined

/** Loaded by the first who asks for a statistic, as nothing else of liveflag does. */
function jstat(): JStat {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded on use, and at once: commands that report nothing start without it
  return (loaded ??= (require('jstat') as { readonly jStat: JStat }).jStat)
}

/** From the lower end to the upper. */
export type Interval = readonly [low: number, high: number]

/** All intervals of a report are of this level, two-sided. */
const CONFIDENCE = 0.95
const UPPER = 1 - (1 - CONFIDENCE) / 2

/**
 * How probable a chi-square of at least `x` is when nothing but chance is at work. Below about
 * 1e-15 it is 0.
 */
export const chiSquareTail = (x: number, degreesOfFreedom: number): number =>
  Math.min(1, Math.max(0, 1 - jstat().chisquare.cdf(x, degreesOfFreedom)))

/** 1.96: how many standard errors an interval reaches to each side. */
export const normalReach = (): number => jstat().normal.inv(UPPER, 0, 1)

/** The same by Student's t, for a deviation that is itself estimated. Degrees need not be whole. */
export const studentReach = (degreesOfFreedom: number): number =>
  jstat().studentt.inv(UPPER, degreesOfFreedom)

/** The natural logarithm of n!. */
export const logFactorial = (n: number): number => jstat().gammaln(n + 1)
