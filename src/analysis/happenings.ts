import type { RecordedEvent, Reports, Span } from '../recording/store'
import { inSlices, TimeSlice } from '../runtime/time-slice'
import type { People } from './people'

/** What people did, of one name: a list for each of its parts, since there may be millions. */
export interface Happenings {
  /** Where in the list of people the one is who did it. */
  readonly person: readonly number[]
  readonly at: readonly number[]
  readonly value: readonly number[]
}

/** Conversions that no figure of a report counts. */
export interface Misplaced {
  /** Of people of the experiment, before they were first seen. */
  earlier: number
  /** They name a decision that the store does not have. */
  orphans: number
  /** In the future. */
  ahead: number
}

/** What was recorded of one name since an experiment began. */
export interface Recorded extends Happenings {
  readonly misplaced: Misplaced
  /**
   * How many there are in the span since the first unit was seen, of whomever, apart from units that
   * are known and not in the span.
   */
  readonly conversions: number
}

export interface HappeningsAsked {
  readonly experiment: string
  readonly people: People
  /** Those that happened from then on, milliseconds since 1970. */
  readonly since: number
  /** When the first of the people was seen. */
  readonly first: number
  readonly span: Span
  /** From then on is the future. */
  readonly future: number
}

type Open = ReturnType<typeof eventsOf>

/**
 * Reads what was done, by name. An event that is stored for several decisions, or for a decision and
 * a unit, is one: the earliest time of it, and the largest value. Each value below 0, as a refund
 * has, makes it another.
 */
export async function happeningsOf(
  reports: Pick<Reports, 'eachEvent'>,
  { experiment, people, since, first, span, future }: HappeningsAsked,
): Promise<ReadonlyMap<string, Recorded>> {
  const found = new Map<string, Open>()
  // These join a unit of the experiment, though none of the span.
  const isElsewhere = ({ unit, subject }: RecordedEvent): boolean =>
    [unit, subject].some((id) => id !== null && people.isElsewhere(id))
  const [from, to] = [span.from ?? -Infinity, span.to ?? Infinity]
  await reports.eachEvent({ experiment, from: since }, (event) => {
    const { name, at, isOrphan } = event
    const known = found.get(name)
    const events = known ?? eventsOf(people)
    if (known === undefined) found.set(name, events)
    const isInSpan = at >= from && at < to
    if (isInSpan && at >= first && !isElsewhere(event)) events.conversions++
    if (isInSpan && isOrphan) events.misplaced.orphans++
    if (at >= future) events.misplaced.ahead++
    events.add(event)
  })
  for (const { misplaced, person, at } of found.values())
    misplaced.earlier = await earlierOf(people, { person, at }, from)
  return found
}

/**
 * How many are from before their unit was first seen, apart from those of the `usedMs` before, which
 * CUPED uses.
 */
export const earlierOf = (
  { list }: Pick<People, 'list'>,
  { person, at }: Pick<Happenings, 'person' | 'at'>,
  from: number,
  usedMs = 0,
): Promise<number> => inSlices(countEarlier(list, person, at, { from, usedMs }))

function* countEarlier(
  list: People['list'],
  person: readonly number[],
  at: readonly number[],
  { from, usedMs }: { readonly from: number; readonly usedMs: number },
): Generator<void, number> {
  const slice = new TimeSlice()
  let earlier = 0
  for (let i = 0; i < person.length; i++) {
    const [happened, seen] = [at[i] ?? 0, list[person[i] ?? 0]?.at ?? 0]
    if (happened >= from && happened < seen - usedMs) earlier++
    if (slice.isOver()) yield
  }
  return earlier
}

/** Lists to which events are added. */
function eventsOf({ indexOf }: Pick<People, 'indexOf'>) {
  const [person, at, value]: [number[], number[], number[]] = [[], [], []]
  /** Where events are that several rows may be about. */
  const known = new Map<string, number>()
  const addFor = (
    index: number | undefined,
    { event, at: happened, value: amount }: RecordedEvent,
  ): void => {
    if (index === undefined) return
    const number = amount ?? 0
    const key = event === null ? undefined : `${index}\0${number < 0 ? number : ''}\0${event}`
    const place = key === undefined ? undefined : known.get(key)
    if (place !== undefined) {
      at[place] = Math.min(happened, at[place] ?? happened)
      value[place] = Math.max(number, value[place] ?? number)
      return
    }
    if (key !== undefined) known.set(key, person.length)
    person.push(index)
    at.push(happened)
    value.push(number)
  }
  return {
    ...{ person, at, value, conversions: 0 },
    misplaced: { earlier: 0, orphans: 0, ahead: 0 },
    add(event: RecordedEvent): void {
      const { unit, subject } = event
      const byUnit = unit === null ? undefined : indexOf(unit)
      const bySubject = subject === null ? undefined : indexOf(subject)
      addFor(byUnit, event)
      if (bySubject !== byUnit) addFor(bySubject, event)
    },
  }
}
