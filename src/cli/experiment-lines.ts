import type { DayReport, ExperimentReport, Leak } from '../analysis/experiment-report'
import { conversionLines } from './conversion-lines'
import { type Output, printable } from './output'
import { splitVerdict } from './split-verdict'
import { bar, percent, sparkline, table, whole } from './table'

/** More days than these are told by their sparkline alone. */
const MOST_DAYS = 14

const UNTRUSTED = 'Do not trust this experiment until you know why; if its shares were edited, read it from then on with --since.'

/** A report for people: what was counted, whether it can be trusted, and what it shows. */
export function reportLines(report: ExperimentReport, output: Pick<Output, 'paint'>): readonly string[] {
  const { paint } = output
  const { feature, experiment, status, by, variants } = report
  const what = by === 'unit' ? 'Units exposed' : 'Subjects assigned by decisions'
  return [
    paint.bold(printable(`${feature}, experiment ${experiment}${status === null ? '' : `, ${status}`}`)),
    `${what}${spanText(report)}:`,
    '',
    ...table([
      ['variant', 'units', 'share', 'expected', ''],
      ...variants.map(({ variant, units, share, expectedShare }) => [printable(variant), whole(units), percent(share, 2), percent(expectedShare, 2), bar(share ?? 0)]),
    ], [0, 4]),
    '',
    ...trust(report, output),
    ...dayLines(report.days, variants.map(({ variant }) => variant), output),
    ...report.conversions.flatMap((conversion) => ['', ...conversionLines(conversion, report.control, output)]),
    ...decisionLines(report),
  ]
}

function spanText({ from, to }: ExperimentReport): string {
  const text = (at: number): string => new Date(at).toISOString().replace(/:00\.000Z$/, 'Z').replace(/T00:00Z$/, '')
  return `${from === null ? '' : ` since ${text(from)}`}${to === null ? '' : ` until ${text(to)}`}`
}

function trust(report: ExperimentReport, { paint }: Pick<Output, 'paint'>): readonly string[] {
  const { sampleRatio, variants, leaks } = report
  const verdict = splitVerdict(sampleRatio, variants.flatMap(({ variant, units: observed, expectedShare: share }) => (share ? [{ variant, observed, share }] : [])))
  const colour = sampleRatio.verdict === 'mismatch' ? paint.red : sampleRatio.verdict === 'as-configured' ? paint.green : paint.yellow
  const crossed = variants.filter((one) => one.crossed)
  return [
    colour(sampleRatio.verdict === 'mismatch' ? `${verdict} ${UNTRUSTED}` : verdict),
    ...leaks.map((leak) => paint.red(leakText(leak))),
    ...(crossed.length === 0 ? [] : [paint.red(`LEAK: units saw more than one variant: ${crossed.map(({ variant, crossed: count }) => `${whole(count ?? 0)} of ${printable(variant)}`).join(', ')}`)]),
  ]
}

function leakText({ variant, units, why }: Leak): string {
  const which = why === 'no-share' ? 'has no share in' : 'is not in'
  return `LEAK: ${whole(units)} ${units === 1 ? 'unit' : 'units'} in ${printable(variant)}, which ${which} the live config`
}

function dayLines(days: readonly DayReport[], variants: readonly string[], { paint }: Pick<Output, 'paint'>): readonly string[] {
  if (days.length === 0) return []
  const shown = days.slice(-MOST_DAYS)
  const skipped = days.length - shown.length
  const count = ({ units }: DayReport, variant: string): number => units[variant] ?? 0
  return [
    '',
    `First exposures by day of UTC${skipped === 0 ? '' : `, the last ${MOST_DAYS} of ${days.length}`}:`,
    '',
    ...table([['day', ...variants.map(printable)], ...shown.map((day) => [day.day, ...variants.map((variant) => whole(count(day, variant)))])]),
    ...(days.length < 2 ? [] : ['', ...table(variants.map((variant) => [printable(variant), paint.dim(sparkline(days.map((day) => count(day, variant))))]))]),
  ]
}

function decisionLines({ decisions }: ExperimentReport): readonly string[] {
  const reasons = Object.entries(decisions)
  if (reasons.length === 0) return []
  return ['', 'Decisions by reason:', '', ...table(reasons.sort(([, a], [, b]) => b - a).map(([reason, count]) => [printable(reason), whole(count)]))]
}
