import { logGamma } from './distributions'
import type { Split } from './split'

/**
 * How near to the configured shares a mismatch is expected: each weighs as much as so many units
 * that were seen before the first. Small ones find a large mismatch early, large ones find a small
 * mismatch at all. The authors' program, `ssrm-test`, has the last alone.
 */
const CONCENTRATIONS = [10, 100, 1000, 10_000] as const

/**
 * A test of the split for whoever looks often: p is valid at every look, also after the first look
 * that saw a mismatch. It is one over a Bayes factor, that of a Dirichlet-multinomial against the
 * shares, which is a martingale if the split is as configured: Lindon and Malek, Anytime-Valid
 * Inference for Multinomial Count Data (2020), arXiv 2011.03567. The mean of several martingales is
 * one, too. Null if there are fewer than two shares.
 */
export function sequentialSampleRatio(split: readonly Split[]): number | null {
  if (split.length < 2) return null
  return Math.min(1, Math.exp(-dirichletLog(split)))
}

/** The logarithm of the mean of the martingales. */
export const dirichletLog = (split: readonly Split[]): number =>
  meanLog(CONCENTRATIONS.map((concentration) => logFactor(split, concentration)))

/** The logarithm of the mean of what these are logarithms of. */
export function meanLog(logs: readonly number[]): number {
  const largest = Math.max(...logs)
  const sum = logs.reduce((before, log) => before + Math.exp(log - largest), 0)
  return largest + Math.log(sum / logs.length)
}

function logFactor(split: readonly Split[], concentration: number): number {
  const total = split.reduce((sum, { observed }) => sum + observed, 0)
  return split.reduce(
    (sum, { observed, share }) =>
      sum +
      logGamma(concentration * share + observed) -
      logGamma(concentration * share) -
      observed * Math.log(share),
    logGamma(concentration) - logGamma(concentration + total),
  )
}
