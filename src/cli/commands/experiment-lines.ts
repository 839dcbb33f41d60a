import type { DayReport, ExperimentReport } from '../../analysis/experiment-report'
import { type Output, printable } from '../output'
import { testsSome } from '../../analysis/counted-units'
import { percent, whole } from '../../analysis/figures'
import { isLikelyMisspelt } from '../../analysis/unrecorded'
import { isSound, spanText } from '../../analysis/verdicts'
import { bar, type Row, sparkline, table } from '../table'
import { conversionLines } from './conversion-lines'
import { segmentLines } from './segment-lines'
import { boxLines, trustLines } from './trust-lines'

/** If there are more days than these, only their sparkline is printed. */
const MOST_DAYS = 14

/** A report as lines: what was counted, whether it can be trusted, and its results. */
export function reportLines(
  report: ExperimentReport,
  output: Pick<Output, 'paint'>,
): readonly string[] {
  const { paint } = output
  const { feature, experiment, status } = report
  return [
    paint.bold(
      printable(`${feature}, experiment ${experiment}${status === null ? '' : `, ${status}`}`),
    ),
    countedLine(report),
    '',
    ...splitLines(report),
    // Of nobody there is nothing to test and nothing to compare.
    ...(report.gaps.nothing === null
      ? ['', ...trustLines(report, output), ...resultLines(report, output)]
      : boxLines(report, output).flatMap((line, i) => (i === 0 ? ['', line] : [line]))),
    ...decisionLines(report),
    ...endLines(report, output),
  ]
}

/** Why the command ends with 1, at the end of a report that may be long. */
function endLines(report: ExperimentReport, { paint }: Pick<Output, 'paint'>): readonly string[] {
  const { gaps, sampleRatio, conversions } = report
  if (gaps.nothing !== null) return []
  const isBroken = sampleRatio.verdict === 'mismatch'
  const worse = conversions.flatMap(({ name, metric, guardrails }) =>
    guardrails
      .filter(({ verdict }) => verdict === 'fail')
      .map(({ variant }) => `${metric?.name ?? name} is worse than its margin in ${variant}`),
  )
  const reasons = [
    ...(isBroken ? ['the split is no draw by its shares'] : []),
    ...(!isBroken && !isSound(report) ? ['the data are not sound'] : []),
    ...worse,
    ...(isLikelyMisspelt(report) ? ['the event of a metric is likely misspelt'] : []),
  ]
  return reasons.length === 0
    ? []
    : ['', paint.red(printable(`This ends with exit code 1: ${reasons.join('; ')}.`))]
}

const resultLines = (
  report: ExperimentReport,
  output: Pick<Output, 'paint'>,
): readonly string[] => [
  ...dayLines(report, output),
  ...report.conversions.flatMap((conversion) => [
    '',
    ...conversionLines(conversion, report.controls, output),
  ]),
  ...report.segments.flatMap((segment) => segmentLines(segment, output)),
]

/** Where the split is tested by some of the units, it is their shares that are expected. */
function splitLines({ variants }: ExperimentReport): readonly string[] {
  const isOfSome = testsSome(variants)
  const rows = variants.map((one): Row => {
    const share = isOfSome ? one.testedShare : one.share
    return [
      printable(one.variant),
      whole(one.units),
      ...(isOfSome ? [whole(one.tested)] : []),
      percent(share, 2),
      percent(one.expectedShare, 2),
      bar(share ?? 0),
    ]
  })
  const head = ['variant', 'units', ...(isOfSome ? ['tested'] : []), 'share', 'expected', '']
  return table([head, ...rows], [0, head.length - 1])
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
