import { DAY_MS } from '../core/time'
import type { Reports } from '../recording/store'
import { type Cohort, type Cohorts, cohortsOf, type CutBy } from './cohorts'
import type { ConfiguredExperiment } from './configured'
import { withMoved } from './moved'
import type { People } from './people'
import { type Draw, type Phases, phasesOf } from './phases'
import { withSignedIn } from './signed-in'
import { Splits } from './splits'
import { type UnitGroup, unitGroups } from './unit-groups'

/** People, who of them is in estimates, and with whom each is compared. */
export interface Placed {
  readonly people: People
  readonly groups: readonly UnitGroup[]
  readonly phases: Phases
  readonly cohorts: readonly Cohort[]
}

/** Who is placed, and by what. */
export interface PlacedAsked {
  /**
   * All people of the experiment until the end of the span, since an edit before the span let in people, too, and who
   * was let in by it is nobody's of the span. Default: the same people.
   */
  readonly everybody?: People
  readonly cutBy?: CutBy
}

/** Finds the phases and cohorts of people, whom an edit moved, and who counts although they crossed. */
export async function placed(
  reports: Pick<Reports, 'configs'>,
  experiment: ConfiguredExperiment,
  found: People,
  { everybody = found, cutBy = 'earlier' }: PlacedAsked = {},
): Promise<Placed> {
  const counted = await unitGroups(found, DAY_MS)
  const all = everybody === found ? counted : await unitGroups(everybody, DAY_MS)
  const phases = await phasesOf(reports, experiment, all)
  const marked = await withSignedIn(found, { draws: drawsOf(counted, phases) })
  const { people, list: cohorts } = await redrawn(marked, phases, experiment.id, cutBy)
  const groups = people === found ? counted : await unitGroups(people, DAY_MS)
  return { people, groups, phases, cohorts }
}

/** By which these people came. */
const drawsOf = (groups: readonly UnitGroup[], phases: Phases): readonly Draw[] => [
  ...new Set(
    groups.flatMap(({ revision, lastRevision }) =>
      [revision, lastRevision].map((one) => phases.drawOf(one)),
    ),
  ),
]

/** Draws everybody again by the draws of other phases: whom an edit moved, and whom it let in. */
async function redrawn(
  people: People,
  phases: Phases,
  experiment: string,
  cutBy: CutBy,
): Promise<Cohorts> {
  // A decision is about a user.
  const kind = people.list[0]?.kind ?? 'user'
  const splits = new Splits(experiment, kind)
  try {
    const moved = await withMoved(people, phases, splits)
    return await cohortsOf(moved, phases, { kind, splits, cutBy })
  } finally {
    await splits.close()
  }
}
