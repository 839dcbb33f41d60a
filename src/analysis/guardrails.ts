import type { ConversionReport, Guardrail } from './conversion-report'

/**
 * Judges a guardrail metric by the interval of its lift for every look, since it is what somebody
 * watches: a test of non-inferiority, Schultzberg and others, Risk-aware product decisions in A/B
 * tests with multiple metrics (2024). Empty for any other metric.
 */
export function guardrailsOf({ metric, variants }: ConversionReport): readonly Guardrail[] {
  if (metric?.role !== 'guardrail') return []
  const { type, direction, margin } = metric
  return variants.flatMap(({ variant, lift, difference, value }) => {
    // Only a variant that is compared has a difference; one without a lift is not known yet.
    if (difference === null) return []
    const effect = type === 'rate' ? lift : (value?.lift ?? null)
    const interval = effect?.sequential
    if (!interval) return [{ variant, verdict: 'inconclusive' }]
    const [worst, best] = direction === 'up' ? interval : ([-interval[1], -interval[0]] as const)
    const verdict = worst > -margin ? 'pass' : best < -margin ? 'fail' : 'inconclusive'
    return [{ variant, verdict }]
  })
}
