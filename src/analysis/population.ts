import { DAY_MS } from '../core/time'
import type { Reports, Span } from '../recording/store'
import { inSlices, TimeSlice } from '../runtime/time-slice'
import type { Cohort } from './cohorts'
import { type Happenings, happeningsOf, type Recorded } from './happenings'
import type { Population } from './metric-values'
import { isEstimated, type People } from './people'

/**
 * Conversions are read from so long before the first unit was seen on. Those of a unit of before it
 * was seen itself are counted as such, and older ones have nothing to do with the experiment.
 */
const EARLIER_MS = 30 * DAY_MS

interface PopulationAsked {
  readonly experiment: string
  readonly span: Span
  readonly future: number
  readonly people: People
  readonly cohorts: readonly Cohort[]
  /** The longest time before the exposure that a metric of it takes into account. */
  readonly beforeMs: number
}

/** Everything that was done, and by whom of an experiment. */
export interface WholePopulation extends Population {
  /** The names of what was done since the experiment began. */
  readonly names: readonly string[]
  /** Those that people of the experiment have. */
  readonly ofUnits: readonly string[]
  /** The span since the first unit was seen, of which conversions are counted. */
  readonly time: Span
  /** Whether somebody who saw one variant did that since they were first seen. */
  readonly joins: (name: string) => boolean
}

/** The people of an experiment, and what they did. */
export async function populationOf(
  reports: Reports,
  { experiment, span, future, people, cohorts, beforeMs }: PopulationAsked,
): Promise<WholePopulation> {
  const first = await inSlices(firstSeen(people))
  const since = Math.max(0, first - Math.max(EARLIER_MS, beforeMs))
  const read = await happeningsOf(reports, {
    ...{ experiment, people, since, first, span, future },
  })
  const happenings = (name: string): Recorded => read.get(name) ?? NOTHING
  const names = [...read.keys()].sort()
  return {
    people,
    cohorts: Math.max(1, cohorts.length),
    happenings,
    time: { ...span, from: Math.max(first, span.from ?? 0) },
    names,
    ofUnits: names.filter((name) => happenings(name).person.length > 0),
    joins: (name) => joinsAny(people, happenings(name), span),
  }
}

const NOTHING: Recorded = {
  ...{ person: [], at: [], value: [], conversions: 0 },
  misplaced: { earlier: 0, orphans: 0, ahead: 0 },
}

/** When the first person was seen; 0 without any. */
function* firstSeen({ list }: People): Generator<void, number> {
  const slice = new TimeSlice()
  let first = Infinity
  for (const { at } of list) {
    first = Math.min(first, at)
    if (slice.isOver()) yield
  }
  return first === Infinity ? 0 : first
}

function joinsAny({ list }: People, { person, at }: Happenings, { from, to }: Span): boolean {
  return person.some((index, i) => {
    const [who, happened] = [list[index], at[i] ?? 0]
    return (
      who !== undefined &&
      isEstimated(who) &&
      happened >= who.at &&
      happened >= (from ?? -Infinity) &&
      happened < (to ?? Infinity)
    )
  })
}
