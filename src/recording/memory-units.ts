import type { StoredRows } from './memory-rows'
import type { SeenRow } from './sql/tables'
import {
  ASSIGNED,
  type ConversionGroup,
  type ConversionRow,
  type ConversionsAsked,
  type Misplaced,
  type UnitGroup,
  type UnitsAsked,
} from './store'

/** A variant that a unit saw, and the person that the unit stands for. */
interface Member {
  readonly person: string
  readonly unit: string
  readonly variant: string
  readonly revision: string | null
  readonly at: number
  readonly lastAt: number
  readonly lastRevision: string | null
}

/** A person: as they were first seen, and what they saw last. */
interface Person extends Pick<UnitGroup, 'variant' | 'revision' | 'lastRevision' | 'crossed'> {
  readonly person: string
  readonly units: ReadonlySet<string>
  readonly at: number
}

const LAST = Number.MAX_SAFE_INTEGER

function membersOf(stored: StoredRows, asked: UnitsAsked): readonly Member[] {
  const { experiment, by, span, stitch } = asked
  const to = span?.to ?? LAST
  if (by === 'decision')
    return [...stored.decisions.values()].flatMap(
      ({ experimentId, reason, variantId, subject, revision = null, at }) =>
        experimentId === experiment && reason === ASSIGNED && variantId !== null && at < to
          ? [
              {
                ...{ person: subject, unit: subject, variant: variantId, revision, at },
                ...{ lastAt: at, lastRevision: revision },
              },
            ]
          : [],
    )
  const rows = [...stored.exposures.values()].filter(
    (row) => row.experiment === experiment && row.at < to,
  )
  const users = stitch === true ? usersByLoid(rows) : new Map<string, string>()
  return rows.map(
    ({ unit, kind, user, loid, variant, revision = null, at, lastAt, lastRevision }) => ({
      person: (kind === 'user' && !user && loid ? users.get(loid) : undefined) ?? unit,
      ...{ unit, variant, revision, at, lastAt, lastRevision: lastRevision ?? revision },
    }),
  )
}

/** A signed-out id belongs to the user who was first exposed with it. */
function usersByLoid(rows: readonly SeenRow[]): ReadonlyMap<string, string> {
  const users = new Map<string, string>()
  const inOrder = rows.toSorted((a, b) => a.at - b.at || ((a.user ?? '') < (b.user ?? '') ? -1 : 1))
  for (const { kind, user, loid } of inOrder)
    if (kind === 'user' && user && loid && !users.has(loid)) users.set(loid, user)
  return users
}

const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b))

function peopleOf(stored: StoredRows, asked: UnitsAsked): readonly Person[] {
  const members = byPerson(membersOf(stored, asked))
  const from = asked.span?.from ?? -LAST
  return [...members].flatMap(([person, rows]) => {
    const [first] = rows.toSorted((a, b) => a.at - b.at || byText(a.variant, b.variant))
    const [last] = rows.toSorted(
      (a, b) => b.lastAt - a.lastAt || b.at - a.at || byText(a.variant, b.variant),
    )
    if (!first || !last || last.lastAt < from) return []
    const { variant, lastRevision } = last
    const crossed = rows.some((one) => one.variant !== variant)
    const units = new Set(rows.map(({ unit }) => unit))
    return [
      { person, units, variant, lastRevision, crossed, revision: first.revision, at: first.at },
    ]
  })
}

function byPerson(members: readonly Member[]): ReadonlyMap<string, readonly Member[]> {
  const found = new Map<string, Member[]>()
  for (const one of members) {
    const known = found.get(one.person)
    if (known) known.push(one)
    else found.set(one.person, [one])
  }
  return found
}

const startOf = ({ at }: Person, { stepMs }: UnitsAsked): number => at - (at % stepMs)

export function unitGroups(stored: StoredRows, asked: UnitsAsked): UnitGroup[] {
  const groups = grouped(peopleOf(stored, asked), (one) => {
    const { variant, revision, lastRevision, crossed } = one
    return { variant, revision, lastRevision, start: startOf(one, asked), crossed }
  })
  return groups.map(({ key, rows }) => ({ ...key, units: rows.length }))
}

export function conversionGroups(stored: StoredRows, asked: ConversionsAsked): ConversionGroup[] {
  const { windowMs = LAST, now, span } = asked
  const people = peopleOf(stored, asked).filter(
    ({ crossed, at }) => !crossed && (asked.windowMs === undefined || at + windowMs <= now),
  )
  const events = eventsOf(stored, people, asked)
  const groups = grouped(people, (one) => {
    const { variant, revision } = one
    return { variant, revision, start: startOf(one, asked) }
  })
  return groups.map(({ key, rows }) => {
    const done = rows.map(({ person, at }) =>
      (events.get(person) ?? []).filter(
        (event) =>
          event.at >= Math.max(at, span?.from ?? -LAST) &&
          event.at < Math.min(span?.to ?? LAST, at + windowMs),
      ),
    )
    return { ...key, ...totalsOf(done) }
  })
}

export function misplaced(stored: StoredRows, asked: ConversionsAsked): Misplaced {
  const { name, span, now, clocksDifferMs } = asked
  const [from, to] = [span?.from ?? -LAST, span?.to ?? LAST]
  const people = peopleOf(stored, asked)
  const events = eventsOf(stored, people, asked)
  const rows = [...stored.conversionRows.values()].filter((row) => row.name === name)
  return {
    earlier: people
      .flatMap(({ person, at }) => (events.get(person) ?? []).filter((event) => event.at < at))
      .filter(({ at }) => at >= from).length,
    orphans: rows.filter(
      ({ decisionId, at }) =>
        decisionId !== null && at >= from && at < to && !stored.decisions.has(decisionId),
    ).length,
    ahead: rows.filter(({ at }) => at >= now + clocksDifferMs).length,
  }
}

interface Happened {
  readonly at: number
  readonly value: number
}

/** What each person did: an event of several rows is one. */
function eventsOf(
  stored: StoredRows,
  people: readonly Person[],
  { experiment, name }: ConversionsAsked,
): ReadonlyMap<string, readonly Happened[]> {
  const personOf = new Map(
    people.flatMap(({ person, units }) => [...units].map((unit) => [unit, person])),
  )
  const found = new Map<string, Map<string, Happened>>()
  const add = (unit: string | null | undefined, row: ConversionRow): void => {
    const person = typeof unit === 'string' ? personOf.get(unit) : undefined
    if (person === undefined) return
    const { eventId, event, value, at } = row
    const own = found.get(person) ?? new Map<string, Happened>()
    const key = JSON.stringify([event ?? eventId, (value ?? 0) < 0])
    const known = own.get(key)
    const number = value ?? 0
    own.set(key, {
      at: Math.min(at, known?.at ?? at),
      value: Math.max(number, known?.value ?? number),
    })
    found.set(person, own)
  }
  for (const row of stored.conversionRows.values()) {
    if (row.name !== name) continue
    add(row.unit, row)
    const made = row.decisionId === null ? undefined : stored.decisions.get(row.decisionId)
    if (made?.experimentId === experiment && made.reason === ASSIGNED) add(made.subject, row)
  }
  return new Map([...found].map(([person, own]) => [person, [...own.values()]]))
}

/** Sums over units, of which each has its events; an event without a value counts as 0. */
export function totalsOf(
  units: readonly (readonly { readonly value: number | null }[])[],
): Pick<ConversionGroup, 'units' | 'converted' | 'conversions' | 'sum' | 'squaredDeviations'> {
  const totals = units.map((events) => events.reduce((sum, { value }) => sum + (value ?? 0), 0))
  const sum = totals.reduce((before, total) => before + total, 0)
  const mean = sum / units.length
  return {
    units: units.length,
    converted: units.filter((events) => events.length > 0).length,
    conversions: units.reduce((before, events) => before + events.length, 0),
    sum,
    squaredDeviations: totals.reduce((before, total) => before + (total - mean) ** 2, 0),
  }
}

function grouped<Row, Key>(
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
): readonly { readonly key: Key; readonly rows: readonly Row[] }[] {
  const found = new Map<string, { readonly key: Key; readonly rows: Row[] }>()
  for (const row of rows) {
    const key = keyOf(row)
    const text = JSON.stringify(key)
    const known = found.get(text)
    if (known) known.rows.push(row)
    else found.set(text, { key, rows: [row] })
  }
  return [...found.values()]
}
