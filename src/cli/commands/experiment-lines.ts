import type { DayReport, ExperimentReport } from '../../analysis/experiment-report'
import { type Output, printable } from '../output'
import { percent, whole } from '../../analysis/figures'
import { spanText } from '../../analysis/verdicts'
import { bar, sparkline, table } from '../table'
import { conversionLines } from './conversion-lines'
import { segmentLines } from './segment-lines'
import { trustLines } from './trust-lines'

/** If there are more days than these, only their sparkline is printed. */
const MOST_DAYS = 14

/** A report as lines: what was counted, whether it can be trusted, and its results. */
export function reportLines(
  report: ExperimentReport,
  output: Pick<Output, 'paint'>,
): readonly string[] {
  const { paint } = output
  const { feature, experiment, status, variants } = report
  return [
    paint.bold(
      printable(`${feature}, experiment ${experiment}${status === null ? '' : `, ${status}`}`),
    ),
    countedLine(report),
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
    ...dayLines(report, output),
    ...report.conversions.flatMap((conversion) => [
      '',
      ...conversionLines(conversion, report.controls, output),
    ]),
    ...report.segments.flatMap((segment) => segmentLines(segment, output)),
    ...decisionLines(report),
  ]
}

/** What the table below counts. */
function countedLine(report: ExperimentReport): string {
  const span = spanText(report)
  if (report.gaps.nothing !== null)
    return `Nothing was recorded${span}; the shares that the live config gives:`
  return `${report.by === 'unit' ? 'Units exposed' : 'Subjects assigned by decisions'}${span}:`
}

function dayLines(
  { days, by, variants: all }: ExperimentReport,
  { paint }: Pick<Output, 'paint'>,
): readonly string[] {
  if (days.length === 0) return []
  const variants = all.map(({ variant }) => variant)
  const shown = days.slice(-MOST_DAYS)
  const skipped = days.length - shown.length
  const count = ({ units }: DayReport, variant: string): number => units[variant] ?? 0
  return [
    '',
    `First ${by === 'unit' ? 'exposures' : 'assignments'} by day of UTC${skipped === 0 ? '' : `, the last ${MOST_DAYS} of ${days.length}`}:`,
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
