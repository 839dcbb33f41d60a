/**
 * Asymptotic confidence sequences: Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, Time-uniform
 * central limit theory and asymptotic confidence sequences (2021), arXiv 2103.06476. With the
 * confidence that was asked for, the estimate stays within all of its intervals at once, however
 * often somebody looks.
 */

/** The intervals are narrowest at about so many units: N* of the paper. GrowthBook's default. */
export const NARROWEST_AT = 5000

const ALPHA = 0.05

/**
 * The square of ρ: the variance of the normal prior by which the martingale is mixed. Equation 161
 * of the paper, for the `narrowestAt` units.
 */
const squaredRho = (alpha: number, narrowestAt: number): number =>
  (-2 * Math.log(alpha) + Math.log(1 - 2 * Math.log(alpha))) / narrowestAt

/**
 * How many standard errors an interval reaches to each side after so many units: equation 9 of the
 * paper over the standard error.
 */
export function sequentialReach(
  units: number,
  confidence = 1 - ALPHA,
  narrowestAt = NARROWEST_AT,
): number {
  const alpha = 1 - confidence
  const time = units * squaredRho(alpha, narrowestAt)
  return Math.sqrt(2 * ((time + 1) / time) * Math.log(Math.sqrt(time + 1) / alpha))
}

/**
 * The p of an estimate so many standard errors from no effect, valid at every look: one over the
 * value of the martingale. It is below 0.05 exactly when the interval of 95 % leaves out no effect.
 */
export function sequentialP(distance: number, units: number, narrowestAt = NARROWEST_AT): number {
  const time = units * squaredRho(ALPHA, narrowestAt)
  return Math.min(1, Math.sqrt(time + 1) * Math.exp((-(distance ** 2) / 2) * (time / (time + 1))))
}
