import { pOf } from '../../analysis/adjusted-p'
import type { ConversionReport } from '../../analysis/conversion-report'
import type { Effect, Figure } from '../../analysis/effects'
import type { ExperimentReport } from '../../analysis/experiment-report'

type Cell = string | number | null | undefined
type Row = readonly Cell[]

const HEAD = [
  ...['experiment', 'by', 'variant', 'units', 'share', 'expected_share', 'conversion'],
  ...['converted', 'rate', 'rate_low', 'rate_high', 'lift', 'lift_low', 'lift_high'],
  ...['p', 'adjusted_p', 'lift_low_every_look', 'lift_high_every_look'],
  ...['mean', 'mean_low', 'mean_high', 'mean_lift', 'mean_lift_low', 'mean_lift_high'],
  ...['mean_p', 'mean_adjusted_p', 'mean_lift_low_every_look', 'mean_lift_high_every_look'],
  ...['metric', 'segment', 'segment_value', 'segment_units', 'estimated_units'],
]

/**
 * The figures of a report as CSV: a row for each variant and conversion, and then one for each of
 * these in every segment, whose `segment` is not empty. `units` are all whom the variant has, and
 * `estimated_units` those of whom `converted` and the means are: crossed, moved and young ones are not.
 */
export function reportCsv(report: ExperimentReport): string {
  const whole = rowsOf(report, report.conversions, () => [null, null, null])
  const bySegment = report.segments.flatMap(({ attribute, values }) =>
    values.flatMap(({ value, conversions }) =>
      rowsOf(report, conversions, (units) => [attribute, value, units]),
    ),
  )
  return [HEAD, ...whole, ...bySegment].map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n'
}

function rowsOf(
  { experiment, by, variants }: ExperimentReport,
  conversions: readonly ConversionReport[],
  segmentOf: (units: number | undefined) => Row,
): readonly Row[] {
  return variants.flatMap(({ variant, units, share, expectedShare }) => {
    const base = [experiment, by, variant, units, share, expectedShare]
    if (conversions.length === 0) return [base]
    return conversions.map(({ name, metric, variants: all }) => {
      const own = all.find((one) => one.variant === variant)
      const value = own?.value
      return [
        ...[...base, name, own?.converted],
        ...[...ends(own?.rate), ...ends(own?.lift), own && pOf(own), own?.adjustedP],
        ...everyLook(own?.lift),
        ...[...ends(value?.mean), ...ends(value?.lift), value && pOf(value), value?.adjustedP],
        ...everyLook(value?.lift),
        metric?.name,
        ...segmentOf(own?.units),
        own?.units,
      ]
    })
  })
}

const ends = (figure: Figure | null | undefined): Row => [
  figure?.value,
  ...(figure?.interval ?? [null, null]),
]

const everyLook = (effect: Effect | null | undefined): Row => effect?.sequential ?? [null, null]

/** A text that a spreadsheet would take for a formula begins with an apostrophe. */
function cell(value: Cell): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const plain = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}
