import type { SimulatedExperiment, SimulationReport } from '../analysis/simulation'
import { clipped, type Output, printable } from './output'
import { splitVerdict } from './split-verdict'
import { bar, percent, table, whole } from './table'

/** A simulation for people. */
export function simulationLines(report: SimulationReport, output: Pick<Output, 'paint'>): readonly string[] {
  const { feature, users, enabled, outcomes, experiments, values } = report
  return [
    output.paint.bold(printable(`${feature}: on for ${whole(enabled)} of ${whole(users)} users, ${percent(users === 0 ? 0 : enabled / users, 2)}`)),
    '',
    ...table([['outcome', 'users', 'share', ''], ...outcomes.map(({ outcome, users: count, share }) => [printable(outcome), whole(count), percent(share, 2), bar(share)])], [0, 3]),
    ...experiments.flatMap((experiment) => ['', ...experimentLines(experiment, output)]),
    ...(values.length === 0 ? [] : ['', ...table([['value', 'users', 'share', ''], ...values.map(({ value, users: count, share }) => [clipped(printable(JSON.stringify(value)), 40), whole(count), percent(share, 2), bar(share)])], [0, 3])]),
  ]
}

function experimentLines({ experiment, assigned, variants, sampleRatio }: SimulatedExperiment, { paint }: Pick<Output, 'paint'>): readonly string[] {
  const split = variants.flatMap(({ variant, users: observed, expectedShare: share }) => (share ? [{ variant, observed, share }] : []))
  const colour = sampleRatio.verdict === 'mismatch' ? paint.red : sampleRatio.verdict === 'as-configured' ? paint.green : paint.yellow
  return [
    paint.bold(printable(`Experiment ${experiment}: ${whole(assigned)} assigned`)),
    '',
    ...table([
      ['variant', 'users', 'of all', 'of assigned', 'expected', ''],
      ...variants.map(({ variant, users, share, shareOfAssigned, expectedShare }) =>
        [printable(variant), whole(users), percent(share, 2), percent(shareOfAssigned, 2), percent(expectedShare, 2), bar(shareOfAssigned ?? 0)]),
    ], [0, 5]),
    '',
    colour(splitVerdict(sampleRatio, split)),
  ]
}
