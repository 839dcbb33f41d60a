import type { ExperimentReport } from '../../analysis/experiment-report'
import { probability, whole } from '../../analysis/figures'
import { dropText, leakText, splitVerdict } from '../../analysis/verdicts'
import { type Output, printable } from '../output'

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
    ...(sampleRatio.p === null || sampleRatio.sequentialP === null
      ? []
      : [`Of every look together: p ${probability(sampleRatio.sequentialP)}.`]),
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
