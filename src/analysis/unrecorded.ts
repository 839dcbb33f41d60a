import { printable } from '../core/printable'
import type { ConversionReport, Unrecorded } from './conversion-report'

/**
 * Takes the figures away: 0 % would say that nobody did it, where nobody knows whether it is
 * recorded. A guardrail is then inconclusive for every variant.
 */
export function withoutFigures(
  report: ConversionReport,
  unrecorded: Unrecorded,
  controls: readonly string[],
): ConversionReport {
  const compared = report.variants.filter(({ variant }) => !controls.includes(variant))
  return {
    ...report,
    unrecorded,
    guardrails:
      report.metric?.role === 'guardrail'
        ? compared.map(({ variant }) => ({
            variant,
            verdict: 'inconclusive',
            bounds: null,
            reason: unrecordedText(unrecorded),
          }))
        : [],
    variants: report.variants.map(({ variant, units }) => ({
      ...{ variant, units, converted: 0, conversions: 0, rate: null, difference: null },
      ...{ lift: null, strata: null, adjustedP: null, value: null },
    })),
    ...{
      unitsForMean: null,
      skewness: null,
      isSkewed: false,
      winsorized: null,
      cuped: null,
      controlCheck: null,
    },
  }
}

type Reported = { readonly conversions: readonly ConversionReport[] }

/** What is not recorded, metric by metric, each as a sentence. */
export const unrecordedLines = ({ conversions }: Reported): readonly string[] =>
  conversions.flatMap(({ name, metric, unrecorded }) =>
    unrecorded === null
      ? []
      : [
          `NOT RECORDED: ${unrecordedText(unrecorded)}, so ${printable(metric?.name ?? name)} has no figures${unrecorded.meant === null ? '' : '; if it is a mistake, correct the event of the metric in the live config'}`,
        ],
  )

/** `no event purchse was recorded yet (did you mean purchase?)`. */
export const unrecordedText = ({ event, meant }: Unrecorded): string =>
  `no event ${printable(event)} was recorded yet${meant === null ? '' : ` (did you mean ${printable(meant)}?)`}`

/** Whether the name that a metric counts is nearly one that was recorded. */
export const isLikelyMisspelt = ({ conversions }: Reported): boolean =>
  conversions.some(({ unrecorded }) => typeof unrecorded?.meant === 'string')
