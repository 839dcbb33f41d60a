import type { RecordedEvent, Reports, Span } from '../recording/store'
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

export interface HappeningsAsked {
  readonly experiment: string
  readonly name: string
  readonly people: People
  /** Those that happened from then on, milliseconds since 1970. */
  readonly since: number
  readonly span: Span
  /** From then on is the future. */
  readonly future: number
}

/**
 * Reads what people did. An event that is stored for several decisions, or for a decision and a
 * unit, is one: the earliest time of it, and the largest value. A value below 0, as a refund has,
 * makes it another.
 */
export async function happeningsOf(
  reports: Pick<Reports, 'eachEvent'>,
  { experiment, name, people, since, span, future }: HappeningsAsked,
): Promise<Happenings & { readonly misplaced: Misplaced }> {
  const events = eventsOf(people)
  const [from, to] = [span.from ?? -Infinity, span.to ?? Infinity]
  const misplaced: Misplaced = { earlier: 0, orphans: 0, ahead: 0 }
  await reports.eachEvent({ experiment, name, from: since }, (event) => {
    const { at, isOrphan } = event
    if (isOrphan && at >= from && at < to) misplaced.orphans++
    if (at >= future) misplaced.ahead++
    events.add(event)
  })
  const { person, at, value } = events
  person.forEach((index, i) => {
    const happened = at[i] ?? 0
    if (happened >= from && happened < (people.list[index]?.at ?? 0)) misplaced.earlier++
  })
  return { person, at, value, misplaced }
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
    const key = event === null ? undefined : `${index}\0${number < 0}\0${event}`
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
    ...{ person, at, value },
    add(event: RecordedEvent): void {
      const { unit, subject } = event
      const byUnit = unit === null ? undefined : indexOf(unit)
      const bySubject = subject === null ? undefined : indexOf(subject)
      addFor(byUnit, event)
      if (bySubject !== byUnit) addFor(bySubject, event)
    },
  }
}
