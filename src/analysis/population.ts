import type { Reports, Span } from '../recording/store'
import { inSlices, TimeSlice } from '../runtime/time-slice'
import { type Happenings, happeningsOf, type Misplaced } from './happenings'
import type { Population, WindowedMetric } from './metric-values'
import type { People } from './people'
import type { Phases } from './phases'

const DAY_MS = 86_400_000

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
  readonly phases: Phases
  readonly metrics: readonly WindowedMetric[]
}

/** The people of an experiment, and what they did. */
export async function populationOf(
  reports: Reports,
  asked: PopulationAsked,
): Promise<Population & { readonly joins: (name: string) => Promise<boolean> }> {
  const { experiment, span, future, people, phases, metrics } = asked
  const phaseList = await inSlices(phasesOfPeople(people, phases))
  const before = Math.max(EARLIER_MS, ...metrics.map(({ metric }) => metric?.cupedMs ?? 0))
  const since = Math.max(0, (await inSlices(firstSeen(people))) - before)
  const read = new Map<string, Promise<Happenings & { readonly misplaced: Misplaced }>>()
  const happenings: Population['happenings'] = (name) => {
    const known = read.get(name)
    if (known) return known
    const found = happeningsOf(reports, { experiment, name, people, since, span, future })
    read.set(name, found)
    return found
  }
  return {
    people,
    phases: Math.max(1, phases.list.length),
    phaseOf: (index) => phaseList[index] ?? 0,
    happenings,
    joins: async (name) => joinsAny(people, await happenings(name), span),
  }
}

function* phasesOfPeople({ list }: People, phases: Phases): Generator<void, Uint16Array> {
  const found = new Uint16Array(list.length)
  if (phases.list.length < 2) return found
  const slice = new TimeSlice()
  for (const [index, { revision, at }] of list.entries()) {
    found[index] = phases.phaseOf(revision, at - (at % DAY_MS))
    if (slice.isOver()) yield
  }
  return found
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

/** Whether somebody who saw one variant did that since they were first seen. */
function joinsAny({ list }: People, { person, at }: Happenings, { from, to }: Span): boolean {
  return person.some((index, i) => {
    const [who, happened] = [list[index], at[i] ?? 0]
    return (
      who !== undefined &&
      !who.crossed &&
      happened >= who.at &&
      happened >= (from ?? -Infinity) &&
      happened < (to ?? Infinity)
    )
  })
}
