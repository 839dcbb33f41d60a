import type { Member, MembersAsked, Reports, Span } from '../recording/store'
import { inSlices, TimeSlice } from '../runtime/time-slice'
import { isSignedOut, type SignIns, stitchedIds } from './sign-ins'

/** Everything that an experiment recorded of its units; see `eachMember`. */
export type MemberRows = readonly Member[]

/** Reads who was in an experiment. Texts that many rows have are kept once. */
export async function membersOf(
  reports: Pick<Reports, 'eachMember'>,
  asked: MembersAsked,
): Promise<MemberRows> {
  const rows: Member[] = []
  const { until } = asked
  const texts = new Map<string, string>()
  const once = <Text extends string | null>(text: Text): Text | string => {
    if (text === null) return text
    const known = texts.get(text)
    if (known === undefined) texts.set(text, text)
    return known ?? text
  }
  await reports.eachMember(asked, (row) =>
    rows.push({
      ...row,
      kind: once(row.kind),
      variant: once(row.variant),
      revision: once(row.revision),
      // What they saw once the span was over says nothing of it.
      lastRevision: once(row.lastAt < until ? row.lastRevision : row.revision),
      attributes: once(row.attributes),
    }),
  )
  return rows
}

/** An id by which somebody was drawn. */
export interface DrawnId {
  readonly unit: string
  /** What was bucketed; `loid` of a visitor who was not signed in, null of a decision. */
  readonly kind: string | null
  /** The entry by which it was first seen; null where the row does not say it. */
  readonly revision: string | null
  /** When it was first seen. */
  readonly at: number
}

/** A unit, or with `signIns` a visitor: the id by which they were first drawn, and what they saw. */
export interface Person extends DrawnId {
  /** Of a visitor who was drawn by several ids, the others. */
  readonly otherIds?: readonly DrawnId[]
  /** That they saw last. */
  readonly variant: string
  readonly firstVariant: string
  /** The entry by which they were last seen; null where the row does not say it. */
  readonly lastRevision: string | null
  readonly lastAt: number
  /** Whether they saw another variant at any time before the end of the span. */
  readonly crossed: boolean
  /** Of those who crossed: whether by signing in alone, so that no id of theirs saw two variants. */
  readonly crossedBySignIn?: boolean
  /** Whether they crossed so and count all the same, in the variant that they saw first. */
  readonly countsAsFirst?: boolean
  /** Whether they were first seen before the span. */
  readonly returned: boolean
  /** Whether an edit gave the bucket of an id of theirs to another variant after it was first seen. */
  readonly moved: boolean
  /** The cohort that they are compared in; 0 until there are several. */
  readonly cohort: number
  /** As JSON; those of when they were first seen. */
  readonly attributes: string | null
}

/**
 * Who is in estimates, always in the variant that they saw first: who saw one and could not see
 * another by coming back, or counts although they saw another by signing in.
 */
export const isEstimated = ({
  crossed,
  countsAsFirst,
  moved,
}: Pick<Person, 'crossed' | 'countsAsFirst' | 'moved'>): boolean =>
  (!crossed || countsAsFirst === true) && !moved

export interface People {
  /** Each once. */
  readonly list: readonly Person[]
  /** Where in the list the person is that a unit stands for; undefined of one who is not there. */
  readonly indexOf: (unit: string) => number | undefined
  /** How many others may have been seen in the span, which is not known; none of them is listed. */
  readonly unknown: number
  /** Whether a unit was seen, and is not known to be in the span. */
  readonly isElsewhere: (unit: string) => boolean
}

export interface PeopleAsked {
  readonly span?: Span
  /**
   * The span is over, and of a row the first and the last sighting alone are kept: a later visit may
   * hide one in the span. So who was first seen in it is in it, whenever it is read, and of the
   * others it is unknown.
   */
  readonly isOver?: boolean
  /**
   * Counts a visitor's signed-out and signed-in time as one person's, on each device: a logged-out id
   * is that of the user who was first exposed with it. Left out, they are two.
   */
  readonly signIns?: SignIns
}

/** Each person once, of those who were seen in the span. */
export const peopleOf = (rows: MemberRows, asked: PeopleAsked): Promise<People> =>
  inSlices(folded(rows, asked))

/** What is known of a person until all rows are read. */
interface Open {
  first: Member
  last: Member
  crossed: boolean
  /** Whether one of the ids saw two variants by itself. */
  crossedAlone: boolean
  /** When any of the ids was last seen. */
  latest: number
  /** Of several ids, the first sighting of each. */
  ids?: Member[]
}

/** Everybody who was seen until the end of the span, also before it began. */
export const everybodyUntil = (rows: MemberRows, asked: PeopleAsked): Promise<People> =>
  peopleOf(rows, {
    ...asked,
    span: asked.span?.to === undefined ? {} : { to: asked.span.to },
  })

function* folded(rows: MemberRows, asked: PeopleAsked): Generator<void, People> {
  const { signIns } = asked
  const slice = new TimeSlice()
  const idOf = signIns ? yield* stitchedIds(rows, signIns, slice) : unitIn
  const lastAtOf = lastSeenBy(asked)
  const found = new Map<string, Open>()
  const variants = new Map<string, string>()
  for (const row of rows) {
    const open = joined(found, idOf(row), row, lastAtOf)
    if (signIns) open.crossedAlone ||= isOfAnother(row, variants)
    if (slice.isOver()) yield
  }
  const list: Person[] = []
  const places = new Map<string, number>()
  const elsewhere = new Set<string>()
  let unknown = 0
  const from = asked.span?.from ?? -Infinity
  for (const [person, open] of found) {
    if (isIn(open.first.at, open.latest, asked)) {
      places.set(person, list.length)
      const one = { ...personOf(open, lastAtOf), returned: open.first.at < from }
      const bySignIn = signIns && open.crossed && !open.crossedAlone
      list.push(bySignIn ? { ...one, crossedBySignIn: true } : one)
    } else {
      elsewhere.add(person)
      if (open.latest >= from) unknown++
    }
    if (slice.isOver()) yield
  }
  if (signIns)
    for (const row of rows) {
      const person = idOf(row)
      const place = places.get(person)
      if (place !== undefined) places.set(row.unit, place)
      else if (elsewhere.has(person)) elsewhere.add(row.unit)
      if (slice.isOver()) yield
    }
  const isElsewhere = (unit: string): boolean => elsewhere.has(unit)
  return { list, indexOf: (unit) => places.get(unit), unknown, isElsewhere }
}

/** Whether somebody was seen in the span. */
const isIn = (first: number, latest: number, { span, isOver }: PeopleAsked): boolean =>
  (isOver ? first : latest) >= (span?.from ?? -Infinity)

/** Whom a later sighting hides was last seen when they were first seen, as far as is known. */
const lastSeenBy = ({ span, isOver }: PeopleAsked): ((row: Member) => number) => {
  const to = isOver ? (span?.to ?? Infinity) : Infinity
  return ({ at, lastAt }) => (lastAt < to ? lastAt : at)
}

const unitIn = ({ unit }: Member): string => unit

/** How many people there are, and how many of them saw two variants. */
export interface PeopleCount {
  readonly people: number
  readonly crossed: number
}

/** As many as `peopleOf` lists, without a list of them. */
export const countPeople = (rows: MemberRows, asked: PeopleAsked): Promise<PeopleCount> =>
  inSlices(counted(rows, asked))

function* counted(rows: MemberRows, asked: PeopleAsked): Generator<void, PeopleCount> {
  const { signIns } = asked
  const slice = new TimeSlice()
  const idOf = signIns ? yield* stitchedIds(rows, signIns, slice) : unitIn
  const found = new Map<string, Counting>()
  for (const row of rows) {
    const { variant, at, lastAt } = row
    const person = idOf(row)
    const known = found.get(person)
    if (known === undefined) found.set(person, { variant, at, lastAt, crossed: false })
    else {
      known.crossed ||= variant !== known.variant
      known.at = Math.min(known.at, at)
      known.lastAt = Math.max(known.lastAt, lastAt)
    }
    if (slice.isOver()) yield
  }
  const count = { people: 0, crossed: 0 }
  for (const { at, lastAt, crossed } of found.values()) {
    if (!isIn(at, lastAt, asked)) continue
    count.people++
    if (crossed) count.crossed++
    if (slice.isOver()) yield
  }
  return count
}

interface Counting {
  readonly variant: string
  at: number
  lastAt: number
  crossed: boolean
}

function personOf(
  { first, last, crossed, ids }: Open,
  lastAtOf: (row: Member) => number,
): Omit<Person, 'returned'> {
  const { variant, lastRevision } = last
  const others = ids?.filter(({ unit }) => unit !== first.unit).map(drawnBy)
  return {
    ...{ ...drawnBy(first), firstVariant: first.variant, attributes: first.attributes },
    ...{ variant, lastRevision, lastAt: lastAtOf(last), crossed, moved: false, cohort: 0 },
    ...(others && { otherIds: others }),
  }
}

const drawnBy = (row: Member): DrawnId => {
  const { unit, revision, at } = row
  return { unit, kind: isSignedOut(row) && unit === row.loid ? 'loid' : row.kind, revision, at }
}

function joined(
  found: Map<string, Open>,
  person: string,
  row: Member,
  lastAtOf: (row: Member) => number,
): Open {
  const known = found.get(person)
  if (known) {
    if (known.ids || row.unit !== known.first.unit) keepId((known.ids ??= [known.first]), row)
    join(known, row, lastAtOf)
    return known
  }
  const open = { first: row, last: row, crossed: false, crossedAlone: false, latest: row.lastAt }
  found.set(person, open)
  return open
}

/** Adds the id of a row, or the earlier sighting of it. */
function keepId(ids: Member[], row: Member): void {
  const place = ids.findIndex(({ unit }) => unit === row.unit)
  const known = ids[place]
  if (known === undefined) ids.push(row)
  else if (isEarlier(row, known)) ids[place] = row
}

/** Whether the id saw another variant than in the rows before; `variants` has the first of each. */
function isOfAnother({ unit, variant }: Member, variants: Map<string, string>): boolean {
  const first = variants.get(unit)
  if (first === undefined) variants.set(unit, variant)
  return first !== undefined && first !== variant
}

/** Of two rows of one time the variant decides, so that the order of rows does not. */
const isEarlier = (row: Member, known: Member): boolean =>
  row.at < known.at || (row.at === known.at && row.variant < known.variant)

function join(known: Open, row: Member, lastAtOf: (row: Member) => number): void {
  const { first, last } = known
  known.crossed ||= row.variant !== first.variant
  known.latest = Math.max(known.latest, row.lastAt)
  if (isEarlier(row, first)) known.first = row
  const later = lastAtOf(row) - lastAtOf(last) || row.at - last.at
  if (later > 0 || (later === 0 && row.variant < last.variant)) known.last = row
}
