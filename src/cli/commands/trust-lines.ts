import type { ExperimentReport, Leak } from '../../analysis/experiment-report'
import type { SampleRatio, Split } from '../../analysis/sample-ratio'
import type { DropReason, Dropped } from '../../recording/store'
import { type Output, printable } from '../output'
import { probability, whole } from '../table'

/** The result of the test of the split, as a sentence. */
export function splitVerdict({ verdict, p }: SampleRatio, split: readonly Split[]): string {
  const total = split.reduce((sum, { observed }) => sum + observed, 0)
  if (verdict === 'nothing-to-test')
    return 'There is no split to test: the live config has fewer than two variants with a share.'
  if (verdict === 'too-few')
    return `Too few to test the split: ${whole(total)}; of so few, no split at all would be a mismatch.`
  if (verdict === 'incomplete')
    return `What is left of the split is as configured (p ${probability(p ?? 1)}), but rows of it were lost.`
  if (verdict === 'as-configured') return `The split is as configured (p ${probability(p ?? 1)}).`
  return `SAMPLE-RATIO MISMATCH (p ${probability(p ?? 0)}): ${worst(split, total)}.`
}

/** The variant that is farthest from its share. */
function worst(split: readonly Split[], total: number): string {
  const off = ({ observed, share }: Split): number =>
    (observed - share * total) ** 2 / (share * total)
  const [most] = split.toSorted((a, b) => off(b) - off(a))
  return most
    ? `${printable(most.variant)} has ${whole(most.observed)} where ${whole(Math.round(most.share * total))} were expected`
    : ''
}

const UNTRUSTED =
  'Do not trust this experiment until you know why; if its shares were edited, read it from then on with --since.'

/** Whether the counts can be trusted, as lines. */
export function trustLines(
  report: ExperimentReport,
  { paint }: Pick<Output, 'paint'>,
): readonly string[] {
  const { sampleRatio, variants, leaks, drops } = report
  const verdict = splitVerdict(
    sampleRatio,
    variants.flatMap(({ variant, units: observed, expectedShare: share }) =>
      share ? [{ variant, observed, share }] : [],
    ),
  )
  const colour =
    sampleRatio.verdict === 'mismatch'
      ? paint.red
      : sampleRatio.verdict === 'as-configured'
        ? paint.green
        : paint.yellow
  const crossed = variants.filter((one) => one.crossed)
  return [
    colour(sampleRatio.verdict === 'mismatch' ? `${verdict} ${UNTRUSTED}` : verdict),
    ...drops.map((drop) => paint.red(dropText(drop, report))),
    ...leaks.map((leak) => paint.red(leakText(leak))),
    ...(crossed.length === 0
      ? []
      : [
          paint.red(
            `LEAK: units saw more than one variant: ${crossed.map(({ variant, crossed: count }) => `${whole(count ?? 0)} of ${printable(variant)}`).join(', ')}`,
          ),
        ]),
  ]
}

const WHY: Readonly<Record<DropReason, string>> = {
  full: 'their writer was full',
  timeout: 'their writer had no room in time',
  closed: 'their writer closed before they were written',
  exit: 'their process ended before they were written',
  refused: 'no store can hold them',
}

function dropText(
  { kind, experiment, name, reason, rows, firstAt, lastAt, processes }: Dropped,
  { feature }: ExperimentReport,
): string {
  const what = rows === 1 ? kind.slice(0, -1) : kind
  const of =
    experiment !== null
      ? ` of ${printable(name ?? feature)}`
      : kind === 'conversions' && name !== null
        ? ` named ${printable(name)}`
        : kind === 'conversions'
          ? ''
          : ' that may be of this experiment'
  const when =
    firstAt === lastAt
      ? `at ${timeText(firstAt)}`
      : `between ${timeText(firstAt)} and ${timeText(lastAt)}`
  const by = processes === 1 ? '' : `, in ${processes} processes`
  return `LOST: ${whole(rows)} ${what}${of} ${rows === 1 ? 'was' : 'were'} dropped ${when}, because ${WHY[reason]}${by}: the counts are not complete`
}

function leakText({ variant, units, why }: Leak): string {
  const which = why === 'no-share' ? 'has no share in' : 'is not in'
  return `LEAK: ${whole(units)} ${units === 1 ? 'unit' : 'units'} in ${printable(variant)}, which ${which} the live config`
}

/** A day of UTC, or a time to the minute where that says all. */
export const timeText = (at: number): string =>
  new Date(at)
    .toISOString()
    .replace(/:00\.000Z$/, 'Z')
    .replace(/T00:00Z$/, '')
