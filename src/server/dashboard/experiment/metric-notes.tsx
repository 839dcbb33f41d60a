import { count, probabilityText } from '../parts/figures'
import type { Conversion } from './effects'
import { meanText, rateText } from './numbers'
import { windowText } from './times'

interface MetricNotesProps {
  readonly conversion: Conversion
  readonly controls: readonly string[]
}

/** What was done to the values of a metric, and why not to go by them. */
export const MetricNotes = ({ conversion, controls }: MetricNotesProps) => (
  <>
    <ControlCheck conversion={conversion} controls={controls} />
    <Limits winsorized={conversion.winsorized} />
    <Before cuped={conversion.cuped} />
    <Skew conversion={conversion} />
  </>
)

/** Chance makes a p this small in one of twenty A/A checks. */
const SUSPICIOUS_BELOW = 0.05

function ControlCheck({ conversion: { controlCheck, metric }, controls }: MetricNotesProps) {
  const isOfRate = metric === null || metric.type === 'rate'
  const p = (isOfRate ? controlCheck?.difference : controlCheck?.value)?.p ?? null
  if (p === null) return null
  return (
    <p class="small muted">
      A/A check: {controls.join(' and ')} differ as much in {rateText(p)} of experiments by chance
      {p < SUSPICIOUS_BELOW ? '; look at how units are assigned and recorded.' : '.'}
    </p>
  )
}

function Limits({ winsorized }: Pick<Conversion, 'winsorized'>) {
  if (winsorized === null) return null
  const { lowest, highest, units, isImpossible } = winsorized
  if (isImpossible)
    return (
      <p class="small">
        Not winsorised: almost all units have the same value, so nothing else would be left.
      </p>
    )
  const limits = [
    ...(lowest === null ? [] : [`below ${meanText(lowest)}`]),
    ...(highest === null ? [] : [`above ${meanText(highest)}`]),
  ]
  return (
    <p class="small muted">
      Winsorised: values {limits.join(' and ')} count as that, in all variants alike; it is so of{' '}
      {count(units)} units.
    </p>
  )
}

function Before({ cuped }: Pick<Conversion, 'cuped'>) {
  if (cuped === null) return null
  const { beforeMs, reduction, balanceP, isBalanced } = cuped
  const before = `the ${windowText(beforeMs)} before their exposure`
  if (!isBalanced)
    return (
      <div class="notice bad">
        <p>
          <strong>Unbalanced.</strong> The variants differed in {before} already (p{' '}
          {probabilityText(balanceP ?? 0)}), so nothing is adjusted. Look at how units are assigned
          and recorded.
        </p>
      </div>
    )
  if (balanceP !== null && balanceP < SUSPICIOUS_BELOW)
    return (
      <div class="notice warn">
        <p>
          CUPED: {before} took {rateText(reduction)} of the variance away, and effects are adjusted.
          The variants may have differed then (p {probabilityText(balanceP)}).
        </p>
      </div>
    )
  return (
    <p class="small muted">
      {balanceP === null
        ? `CUPED: nobody did anything else in ${before}, so nothing is adjusted.`
        : `CUPED: ${before} took ${rateText(reduction)} of the variance away, and effects are adjusted; the variants did not differ then (p ${probabilityText(balanceP)}).`}
    </p>
  )
}

function Skew({ conversion }: Pick<MetricNotesProps, 'conversion'>) {
  const { metric, variants, unitsForMean } = conversion
  const small = variants.filter(({ units }) => units > 0 && units < (unitsForMean ?? 0))
  if (metric?.type === 'rate' || small.length === 0) return null
  return (
    <div class="notice warn">
      <p>
        <strong>Skewed.</strong> A few large values decide these means; they need{' '}
        {count(unitsForMean ?? 0)} units in each variant, and{' '}
        {small.map(({ variant, units }) => `${variant} has ${count(units)}`).join(', ')}.{' '}
        {conversion.isSkewed
          ? 'Do not go by their intervals.'
          : 'Do not go by the interval of a mean. The differences are of groups of about one size, in which it cancels.'}
      </p>
    </div>
  )
}
