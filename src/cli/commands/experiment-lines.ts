import type { ConversionReport } from '../../analysis/conversion-report'
import type { DayReport, ExperimentReport } from '../../analysis/experiment-report'
import type { MeanEstimate } from '../../analysis/means'
import type { Estimate } from '../../analysis/proportions'
import { type Output, printable } from '../output'
import { percent, whole } from '../../analysis/figures'
import { spanText } from '../../analysis/verdicts'
import { bar, type Row, sparkline, table } from '../table'
import { trustLines } from './trust-lines'

/** One kind of conversion as lines; intervals are of 95 %. */
function conversionLines(
  { name, variants }: ConversionReport,
  control: string | null,
  { paint }: Pick<Output, 'paint'>,
): readonly string[] {
  const hasValues = variants.some(({ value }) => value !== null)
  const values: readonly Row[] = [
    ['variant', 'sum', 'mean', '95 %', 'difference', '95 %'],
    ...variants.map(({ variant, value }) => [
      printable(variant),
      sumText(value?.sum),
      figure(value?.mean?.value),
      range(value?.mean, figure),
      figure(value?.difference?.value, '+'),
      range(value?.difference, figure),
    ]),
  ]
  return [
    paint.bold(printable(name)) +
      (control === null
        ? ''
        : paint.dim(`  lift and difference are against ${printable(control)}`)),
    '',
    ...table([
      ['variant', 'units', 'converted', 'rate', '95 %', 'lift', '95 %', 'difference', '95 %'],
      ...variants.map(({ variant, units, converted, rate, lift, difference }) => [
        printable(variant),
        whole(units),
        whole(converted),
        percent(rate?.value, 2),
        range(rate, rates),
        signed(lift),
        range(lift, lifts),
        points(difference),
        range(difference, rates),
      ]),
    ]),
    ...(hasValues ? ['', ...table(values)] : []),
  ]
}

type Text = (value: number) => string

const range = (estimate: MeanEstimate | null | undefined, text: Text): string =>
  estimate?.interval ? `${text(estimate.interval[0])} … ${text(estimate.interval[1])}` : '–'
const rates: Text = (value) => (value * 100).toFixed(2)
const lifts: Text = (value) => (value * 100).toFixed(1)

const signed = (estimate: Estimate | null): string =>
  estimate ? `${estimate.value < 0 ? '' : '+'}${lifts(estimate.value)} %` : '–'
const points = (estimate: Estimate | null): string =>
  estimate ? `${estimate.value < 0 ? '' : '+'}${rates(estimate.value)}` : '–'

const sumText = (value: number | undefined): string =>
  value === undefined ? '–' : value.toLocaleString('en-US', { maximumFractionDigits: 2 })

function figure(value: number | undefined, plus = ''): string {
  if (value === undefined) return '–'
  return `${value < 0 ? '' : plus}${value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`
}

/** If there are more days than these, only their sparkline is printed. */
const MOST_DAYS = 14

/** A report as lines: what was counted, whether it can be trusted, and its results. */
export function reportLines(
  report: ExperimentReport,
  output: Pick<Output, 'paint'>,
): readonly string[] {
  const { paint } = output
  const { feature, experiment, status, by, variants } = report
  const what = by === 'unit' ? 'Units exposed' : 'Subjects assigned by decisions'
  return [
    paint.bold(
      printable(`${feature}, experiment ${experiment}${status === null ? '' : `, ${status}`}`),
    ),
    `${what}${spanText(report)}:`,
    '',
    ...table(
      [
        ['variant', 'units', 'share', 'expected', ''],
        ...variants.map(({ variant, units, share, expectedShare }) => [
          printable(variant),
          whole(units),
          percent(share, 2),
          percent(expectedShare, 2),
          bar(share ?? 0),
        ]),
      ],
      [0, 4],
    ),
    '',
    ...trustLines(report, output),
    ...dayLines(
      report.days,
      variants.map(({ variant }) => variant),
      output,
    ),
    ...report.conversions.flatMap((conversion) => [
      '',
      ...conversionLines(conversion, report.control, output),
    ]),
    ...decisionLines(report),
  ]
}

function dayLines(
  days: readonly DayReport[],
  variants: readonly string[],
  { paint }: Pick<Output, 'paint'>,
): readonly string[] {
  if (days.length === 0) return []
  const shown = days.slice(-MOST_DAYS)
  const skipped = days.length - shown.length
  const count = ({ units }: DayReport, variant: string): number => units[variant] ?? 0
  return [
    '',
    `First exposures by day of UTC${skipped === 0 ? '' : `, the last ${MOST_DAYS} of ${days.length}`}:`,
    '',
    ...table([
      ['day', ...variants.map(printable)],
      ...shown.map((day) => [day.day, ...variants.map((variant) => whole(count(day, variant)))]),
    ]),
    ...(days.length < 2
      ? []
      : [
          '',
          ...table(
            variants.map((variant) => [
              printable(variant),
              paint.dim(sparkline(days.map((day) => count(day, variant)))),
            ]),
          ),
        ]),
  ]
}

function decisionLines({ decisions }: ExperimentReport): readonly string[] {
  const reasons = Object.entries(decisions)
  if (reasons.length === 0) return []
  return [
    '',
    'Decisions by reason:',
    '',
    ...table(
      reasons
        .sort(([, a], [, b]) => b - a)
        .map(([reason, count]) => [printable(reason), whole(count)]),
    ),
  ]
}
