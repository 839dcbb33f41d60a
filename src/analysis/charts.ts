import { splitOf, testsSome } from './counted-units'
import { effectDrawings } from './effects-chart'
import type { ExperimentReport } from './experiment-report'
import type { SimulatedExperiment, SimulationReport } from './simulation'
import { bars, colourOf, columns, type Drawing, svg } from './svg'
import { percent, whole } from './figures'
import { splitVerdict } from './split-verdict'

/** A report as a picture: the shares beside what is expected, the days, and what variants did. */
export function reportChart(report: ExperimentReport): string {
  const { feature, experiment, variants, sampleRatio, days, by } = report
  const split = splitOf(report)
  const isOfSome = testsSome(variants)
  const counted = by === 'unit' ? 'Units exposed' : 'Subjects assigned'
  const shares = bars(
    `${counted}${isOfSome ? ' that are in the test of the split' : ''}; the line is the expected share`,
    variants.map((one, i) => {
      const share = isOfSome ? one.testedShare : one.share
      return {
        label: one.variant,
        share: share ?? 0,
        expected: one.expectedShare,
        figures: figures(isOfSome ? one.tested : one.units, share),
        colour: colourOf(i),
      }
    }),
  )
  const stacks = days.map(({ day, units }) => ({
    label: day,
    parts: variants.map(({ variant }, i) => ({ count: units[variant] ?? 0, colour: colourOf(i) })),
  }))
  const over = stacks.length === 0 ? [] : [columns('First exposures by day', stacks, whole)]
  return svg(
    `${feature}, experiment ${experiment}`,
    splitVerdict(sampleRatio, split, report.phases),
    [shares, ...over, ...effectDrawings(report)],
  )
}

/**
 * A simulation as a picture: the outcomes, and the variants of each experiment beside what is
 * expected.
 */
export function simulationChart({
  feature,
  users,
  enabled,
  outcomes,
  experiments,
}: SimulationReport): string {
  const rows = outcomes.map(({ outcome, users: count, share }) => ({
    label: outcome,
    share,
    figures: figures(count, share),
    colour: '#555555',
  }))
  return svg(feature, `on for ${whole(enabled)} of ${whole(users)} users`, [
    bars('Outcomes', rows),
    ...experiments.map(variantBars),
  ])
}

function variantBars({ experiment, variants }: SimulatedExperiment): Drawing {
  return bars(
    `Experiment ${experiment}: shares of those assigned; the line is the expected share`,
    variants.map(({ variant, users, shareOfAssigned, expectedShare }, i) => ({
      label: variant,
      share: shareOfAssigned ?? 0,
      expected: expectedShare,
      figures: figures(users, shareOfAssigned),
      colour: colourOf(i),
    })),
  )
}

const figures = (users: number, share: number | null): string =>
  `${whole(users)}, ${percent(share, 2)}`
