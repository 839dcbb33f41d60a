import type { ExperimentReport } from '../analysis/experiment-report'
import { splitVerdict } from './split-verdict'
import { bars, colourOf, columns, svg } from './svg'
import { percent, whole } from './table'

/** A report as a picture: the shares beside what is expected, and the days. */
export function reportChart({ feature, experiment, variants, sampleRatio, days, by }: ExperimentReport): string {
  const split = variants.flatMap(({ variant, units: observed, expectedShare: share }) => (share ? [{ variant, observed, share }] : []))
  const shares = bars(by === 'unit' ? 'Units exposed; the line is the expected share' : 'Subjects assigned; the line is the expected share', variants.map(({ variant, units, share, expectedShare }, i) => ({
    label: variant, share: share ?? 0, expected: expectedShare, figures: `${whole(units)}, ${percent(share, 2)}`, colour: colourOf(i),
  })))
  const stacks = days.map(({ day, units }) => ({ label: day, parts: variants.map(({ variant }, i) => ({ count: units[variant] ?? 0, colour: colourOf(i) })) }))
  const over = stacks.length === 0 ? [] : [columns('First exposures by day', stacks, whole)]
  return svg(`${feature}, experiment ${experiment}`, splitVerdict(sampleRatio, split), [shares, ...over])
}
