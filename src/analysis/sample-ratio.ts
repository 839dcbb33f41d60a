import { chiSquareTail } from './distributions'

/**
 * Below this the split is not as configured, and no figure of the experiment can be trusted. So
 * small because the test is made of every experiment, again and again: Kohavi, Tang and Xu,
 * Trustworthy Online Controlled Experiments (2020), chapter 21.
 */
const MISMATCH_BELOW = 0.001

/**
 * With fewer expected somewhere, chi-square is no good approximation: Cochran, Some Methods for
 * Strengthening the Common χ² Tests (1954).
 */
export const LEAST_EXPECTED = 5

/** What became of a variant that the live config gives a share. */
export interface Split {
  readonly variant: string
  readonly observed: number
  /** From 0 to 1, above 0; the shares of a split sum to 1. */
  readonly share: number
}

/** Null where there is nothing to compute. */
export interface SampleRatio {
  readonly verdict: 'as-configured' | 'mismatch' | 'too-few' | 'nothing-to-test'
  readonly chiSquare: number | null
  readonly degreesOfFreedom: number | null
  readonly p: number | null
}

/**
 * Pearson's chi-square test of goodness of fit (1900): whether the observed counts can be a draw by
 * the shares.
 */
export function sampleRatio(split: readonly Split[]): SampleRatio {
  const total = split.reduce((sum, { observed }) => sum + observed, 0)
  if (split.length < 2)
    return { verdict: 'nothing-to-test', chiSquare: null, degreesOfFreedom: null, p: null }
  if (split.some(({ share }) => share * total < LEAST_EXPECTED))
    return { verdict: 'too-few', chiSquare: null, degreesOfFreedom: null, p: null }
  const chiSquare = split.reduce(
    (sum, { observed, share }) => sum + (observed - share * total) ** 2 / (share * total),
    0,
  )
  const degreesOfFreedom = split.length - 1
  const p = chiSquareTail(chiSquare, degreesOfFreedom)
  return {
    verdict: p < MISMATCH_BELOW ? 'mismatch' : 'as-configured',
    chiSquare,
    degreesOfFreedom,
    p,
  }
}
