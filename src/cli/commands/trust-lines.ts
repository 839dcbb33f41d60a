import { splitOf } from '../../analysis/counted-units'
import type { ExperimentReport } from '../../analysis/experiment-report'
import { probability } from '../../analysis/figures'
import { leakText, looksLine, noteLines, phaseLines, redLines } from '../../analysis/verdicts'
import { splitVerdict } from '../../analysis/split-verdict'
import { isLikelyMisspelt, unrecordedLines } from '../../analysis/unrecorded'
import type { Output } from '../output'

const UNTRUSTED = 'Do not trust this experiment until you know why.'

/** What is wrong with the records, as lines; none where nothing is. */
export function boxLines(
  report: ExperimentReport,
  { paint }: Pick<Output, 'paint'>,
): readonly string[] {
  // Where nothing was recorded, it says nothing of a metric that it was not.
  const isOfNobody = report.gaps.nothing !== null && !isLikelyMisspelt(report)
  const unrecorded = isLikelyMisspelt(report) ? paint.red : paint.yellow
  const box = [
    ...redLines(report).map(paint.red),
    ...(isOfNobody ? [] : unrecordedLines(report).map(unrecorded)),
  ]
  return box.length === 0 ? [] : ['Data quality:', ...box.map((line) => `  ${line}`)]
}

/** Whether the counts can be trusted, as lines. */
export function trustLines(
  report: ExperimentReport,
  { paint }: Pick<Output, 'paint'>,
): readonly string[] {
  const { sampleRatio, leaks } = report
  const verdict = splitVerdict(sampleRatio, splitOf(report), report.phases)
  const colour =
    sampleRatio.verdict === 'mismatch'
      ? paint.red
      : sampleRatio.verdict === 'no-mismatch'
        ? paint.green
        : paint.yellow
  const phases = phaseLines(report)
  return [
    colour(sampleRatio.verdict === 'mismatch' ? `${verdict} ${UNTRUSTED}` : verdict),
    ...(sampleRatio.p === null || sampleRatio.sequentialP === null
      ? []
      : [
          sampleRatio.isOfAllLooks
            ? `Of one look alone: p ${probability(sampleRatio.p)}.`
            : `Of every look together: p ${probability(sampleRatio.sequentialP)}.`,
        ]),
    looksLine(report),
    ...leaks.map((leak) => paint.red(leakText(leak))),
    ...boxLines(report, { paint }),
    ...noteLines(report).map((line) => (line.startsWith('CROSSED') ? paint.red(line) : line)),
    ...(phases.length === 0
      ? []
      : [
          'Phases, because the entry was edited; differences compare units of one phase:',
          ...phases.map((line) => `  ${line}`),
        ]),
  ]
}
