import type { Metric } from '../live-config/read-entries'
import type { ConversionReport, Guardrail } from './conversion-report'
import { CONFIDENCE } from './distributions'
import { isSkewedDifference } from './outliers'
import { sequentialLift } from './sequential-lift'
import { isUsable, type Strata, type Stratum, total } from './strata'

/**
 * Judges a guardrail metric by the bounds of its lift for every look, since it is what somebody
 * watches: a test of non-inferiority, Schultzberg and others, Risk-aware product decisions in A/B
 * tests with multiple metrics (2024). Empty for any other metric.
 */
export function guardrailsOf({
  metric,
  variants,
  skewness,
}: ConversionReport): readonly Guardrail[] {
  if (metric?.role !== 'guardrail') return []
  return variants.flatMap(({ variant, strata }) =>
    strata === null ? [] : [guardrailOf(metric, variant, strata, { skewness })],
  )
}

/** What a metric says of its values. */
type Guarding = Pick<Metric, 'type' | 'direction' | 'margin'>

export interface GuardrailOptions {
  /** Of the bounds; 0.95 by default. */
  readonly confidence?: number
  /** Of all values together; null, the default, where it is not known. */
  readonly skewness?: number | null
}

/** Judges one variant. Reports and the gates of ramps both judge by it. */
export function guardrailOf(
  metric: Guarding,
  variant: string,
  strata: Strata,
  { confidence = CONFIDENCE, skewness = null }: GuardrailOptions = {},
): Guardrail {
  const { type, direction, margin } = metric
  const found = sequentialLift(strata, type, confidence)
  const reason = whyNothing(metric, strata, skewness)
  if (!found)
    return {
      ...{ variant, verdict: 'inconclusive', bounds: null },
      reason: reason ?? 'nothing to compare with yet',
    }
  const { value, low, high } = found
  const bounds = { value, low, high }
  const [worst, best] = direction === 'up' ? [low, high] : [-high, -low]
  const verdict = worst > -margin ? 'pass' : best < -margin ? 'fail' : 'inconclusive'
  return { variant, verdict: reason === null ? verdict : 'inconclusive', bounds, reason }
}

/** Why bounds say nothing; null if they do. */
function whyNothing(metric: Guarding, strata: Strata, skewness: number | null): string | null {
  const { units, others } = comparedUnits(metric, strata)
  return isTooSkewed(metric, { units, others }, skewness)
    ? `a few large values decide it, in groups as uneven as ${units} and ${others}; cut them with winsorize, or compare equal shares`
    : null
}

/** How many units there are on each side of a comparison. */
export interface ComparedUnits {
  readonly units: number
  /** Of the controls. */
  readonly others: number
}

/** Units of phases in which both sides have some; those of others are not compared. */
export function comparedUnits(
  { type }: Pick<Metric, 'type'>,
  strata: Strata | null,
): ComparedUnits {
  const compared: readonly Stratum<{ readonly units: number }>[] =
    (type === 'rate' ? strata?.rates.filter(isUsable) : strata?.values) ?? []
  return {
    units: total(compared, ({ ours }) => ours.units),
    others: total(compared, ({ theirs }) => theirs.units),
  }
}

/** Whether a few large values decide the difference of the means, so that its bounds are wrong. */
const isTooSkewed = (
  { type }: Pick<Metric, 'type'>,
  { units, others }: ComparedUnits,
  skewness: number | null,
): boolean => type === 'value' && isSkewedDifference(skewness ?? 0, units, others)

/** Whether skewness decides a difference of the report as well as its means. */
export const isSkewed = ({
  variants,
  skewness,
}: Pick<ConversionReport, 'variants' | 'skewness'>): boolean =>
  variants.some(({ strata }) => {
    if (strata === null) return false
    const { units, others } = comparedUnits({ type: 'value' }, strata)
    return isSkewedDifference(skewness ?? 0, units, others)
  })
