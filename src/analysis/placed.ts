import type { Reports } from '../recording/store'
import { type Cohort, type Cohorts, cohortsOf } from './cohorts'
import type { ConfiguredExperiment } from './configured'
import { withMoved } from './moved'
import type { People } from './people'
import { type Phases, phasesOf } from './phases'
import { withSignedIn } from './signed-in'
import { Splits } from './splits'
import { type UnitGroup, unitGroups } from './unit-groups'

const DAY_MS = 86_400_000

/** People, who of them is in estimates, and with whom each is compared. */
export interface Placed {
  readonly people: People
  readonly groups: readonly UnitGroup[]
  readonly phases: Phases
  readonly cohorts: readonly Cohort[]
}

/** Finds the phases and cohorts of people, whom an edit moved, and who counts although they crossed. */
export async function placed(
  reports: Pick<Reports, 'configs'>,
  experiment: ConfiguredExperiment,
  found: People,
): Promise<Placed> {
  const counted = await unitGroups(found, DAY_MS)
  const phases = await phasesOf(reports, experiment, counted)
  const marked = await withSignedIn(found, phases)
  const { people, list: cohorts } = await redrawn(marked, phases, experiment.id)
  const groups = people === found ? counted : await unitGroups(people, DAY_MS)
  return { people, groups, phases, cohorts }
}

/** Draws everybody again by the draws of other phases: whom an edit moved, and whom it let in. */
async function redrawn(people: People, phases: Phases, experiment: string): Promise<Cohorts> {
  // A decision is about a user.
  const kind = people.list[0]?.kind ?? 'user'
  const splits = new Splits(experiment, kind)
  try {
    return await cohortsOf(await withMoved(people, phases, splits), phases, kind, splits)
  } finally {
    await splits.close()
  }
}
