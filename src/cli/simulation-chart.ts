import type { SimulatedExperiment, SimulationReport } from '../analysis/simulation'
import { bars, colourOf, type Drawing, svg } from './svg'
import { percent, whole } from './table'

/** A simulation as a picture: the outcomes, and the variants of each experiment beside what is expected. */
export function simulationChart({ feature, users, enabled, outcomes, experiments }: SimulationReport): string {
  const rows = outcomes.map(({ outcome, users: count, share }) => ({ label: outcome, share, figures: figures(count, share), colour: '#555555' }))
  return svg(feature, `on for ${whole(enabled)} of ${whole(users)} users`, [bars('Outcomes', rows), ...experiments.map(variantBars)])
}

function variantBars({ experiment, variants }: SimulatedExperiment): Drawing {
  return bars(`Experiment ${experiment}: shares of those assigned; the line is the expected share`, variants.map(({ variant, users, shareOfAssigned, expectedShare }, i) => ({
    label: variant, share: shareOfAssigned ?? 0, expected: expectedShare, figures: figures(users, shareOfAssigned), colour: colourOf(i),
  })))
}

const figures = (users: number, share: number | null): string => `${whole(users)}, ${percent(share, 2)}`
