import type { Metric } from '../live-config/read-entries'
import type { ConversionReport, Guardrail } from './conversion-report'
import { CONFIDENCE } from './distributions'
import { sequentialLift } from './sequential-lift'
import type { Strata } from './strata'

/**
 * Judges a guardrail metric by the bounds of its lift for every look, since it is what somebody
 * watches: a test of non-inferiority, Schultzberg and others, Risk-aware product decisions in A/B
 * tests with multiple metrics (2024). Empty for any other metric.
 */
export function guardrailsOf({ metric, variants }: ConversionReport): readonly Guardrail[] {
  if (metric?.role !== 'guardrail') return []
  return variants.flatMap(({ variant, strata }) =>
    strata === null ? [] : [guardrailOf(metric, variant, strata)],
  )
}

/** Judges one variant, with so much confidence. Reports and the gates of ramps both judge by it. */
export function guardrailOf(
  { type, direction, margin }: Pick<Metric, 'type' | 'direction' | 'margin'>,
  variant: string,
  strata: Strata,
  confidence = CONFIDENCE,
): Guardrail {
  const bounds = sequentialLift(strata, type, confidence)
  if (!bounds) return { variant, verdict: 'inconclusive', bounds: null }
  const { value, low, high } = bounds
  const [worst, best] = direction === 'up' ? [low, high] : [-high, -low]
  const verdict = worst > -margin ? 'pass' : best < -margin ? 'fail' : 'inconclusive'
  return { variant, verdict, bounds: { value, low, high } }
}
