import type { Member, MembersAsked, Reports, SignIn, Span } from '../recording/store'
import { inSlices, TimeSlice } from '../runtime/time-slice'
import { nextTurn } from '../runtime/timers'

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

/**
 * Whose a logged-out id is: the user's who was first exposed with it. Undefined of one that was
 * nobody's at that time.
 */
export type SignIns = ReadonlyMap<string, string | undefined>

export const NO_SIGN_INS: SignIns = new Map()

/** Reads which logged-out id is whose. A store that does not know leaves it to the rows. */
export async function signInsOf(
  reports: Pick<Reports, 'eachSignIn'>,
  { experiment, until }: Omit<MembersAsked, 'by'>,
): Promise<SignIns> {
  const found = new Map<string, Holder>()
  await reports.eachSignIn?.(experiment, (signIn) => keepFirst(found, signIn))
  const signIns = new Map<string, string | undefined>()
  const slice = new TimeSlice()
  for (const [loid, { unit, at }] of found) {
    signIns.set(loid, at < until ? unit : undefined)
    if (slice.isOver()) await nextTurn()
  }
  return signIns
}

type Holder = Omit<SignIn, 'loid'>

/** Of two of one time the unit decides, so that the order of rows does not. */
function keepFirst(found: Map<string, Holder>, { loid, unit, at }: SignIn): void {
  const known = found.get(loid)
  if (!known || at < known.at || (at === known.at && unit < known.unit))
    found.set(loid, { unit, at })
}

/** A unit, or with `signIns` a visitor: as they were first seen, and what they saw last. */
export interface Person {
  /** By which they were first drawn. */
  readonly unit: string
  /** What was bucketed; `loid` of a visitor who was not signed in, null of a decision. */
  readonly kind: string | null
  /** That they saw last. */
  readonly variant: string
  readonly firstVariant: string
  /** The entry by which they were first seen, and last; null where the row does not say it. */
  readonly revision: string | null
  readonly lastRevision: string | null
  /** When they were first seen. */
  readonly at: number
  readonly lastAt: number
  /** Whether they saw another variant at any time before the end of the span. */
  readonly crossed: boolean
  /** Of those who crossed: whether by signing in alone, so that no id of theirs saw two variants. */
  readonly crossedBySignIn?: boolean
  /** Whether they were first seen before the span. */
  readonly returned: boolean
  /** Whether an edit gave their bucket to another variant after they were first seen. */
  readonly moved: boolean
  /** The cohort that they are compared in; 0 until there are several. */
  readonly cohort: number
  /** As JSON; those of when they were first seen. */
  readonly attributes: string | null
}

/** Who is in estimates: who saw one variant and could not see another by coming back. */
export const isEstimated = ({ crossed, moved }: Pick<Person, 'crossed' | 'moved'>): boolean =>
  !crossed && !moved

export interface People {
  /** Each once. */
  readonly list: readonly Person[]
  /** Where in the list the person is that a unit stands for; undefined of one who is not there. */
  readonly indexOf: (unit: string) => number | undefined
}

export interface PeopleAsked {
  readonly span?: Span
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
}

function* folded(rows: MemberRows, { span, signIns }: PeopleAsked): Generator<void, People> {
  const slice = new TimeSlice()
  const idOf = signIns ? yield* stitchedIds(rows, signIns, slice) : unitIn
  const found = new Map<string, Open>()
  const variants = new Map<string, string>()
  for (const row of rows) {
    const open = joined(found, idOf(row), row)
    if (signIns) open.crossedAlone ||= isOfAnother(row, variants)
    if (slice.isOver()) yield
  }
  const list: Person[] = []
  const places = new Map<string, number>()
  const from = span?.from ?? -Infinity
  for (const [person, open] of found) {
    if (open.last.lastAt >= from) {
      places.set(person, list.length)
      const bySignIn = signIns && open.crossed && !open.crossedAlone
      const one = { ...personOf(open), returned: open.first.at < from }
      list.push(bySignIn ? { ...one, crossedBySignIn: true } : one)
    }
    if (slice.isOver()) yield
  }
  if (signIns)
    for (const row of rows) {
      const place = places.get(idOf(row))
      if (place !== undefined) places.set(row.unit, place)
      if (slice.isOver()) yield
    }
  return { list, indexOf: (unit) => places.get(unit) }
}

const unitIn = ({ unit }: Member): string => unit

/** Returns whose a row is. */
function* stitchedIds(
  rows: MemberRows,
  signIns: SignIns,
  slice: TimeSlice,
): Generator<void, (row: Member) => string> {
  // Those of a store, or of a process, that keeps no sign-ins.
  const others = new Map<string, Holder>()
  for (const { kind, unit, user, loid, at } of rows) {
    if (kind === 'user' && user && loid && loid !== unit && !signIns.has(loid))
      keepFirst(others, { loid, unit, at })
    if (slice.isOver()) yield
  }
  const holderOf = (loid: string): string | undefined => signIns.get(loid) ?? others.get(loid)?.unit
  return (row) => (isSignedOut(row) ? holderOf(row.loid ?? '') : undefined) ?? row.unit
}

/** How many people there are, and how many of them saw two variants. */
export interface PeopleCount {
  readonly people: number
  readonly crossed: number
}

/** As many as `peopleOf` lists, without a list of them. */
export const countPeople = (rows: MemberRows, asked: PeopleAsked): Promise<PeopleCount> =>
  inSlices(counted(rows, asked))

function* counted(rows: MemberRows, { span, signIns }: PeopleAsked): Generator<void, PeopleCount> {
  const slice = new TimeSlice()
  const idOf = signIns ? yield* stitchedIds(rows, signIns, slice) : unitIn
  const found = new Map<string, { readonly variant: string; lastAt: number; crossed: boolean }>()
  for (const row of rows) {
    const { variant, lastAt } = row
    const person = idOf(row)
    const known = found.get(person)
    if (known === undefined) found.set(person, { variant, lastAt, crossed: false })
    else {
      known.crossed ||= variant !== known.variant
      known.lastAt = Math.max(known.lastAt, lastAt)
    }
    if (slice.isOver()) yield
  }
  const count = { people: 0, crossed: 0 }
  const from = span?.from ?? -Infinity
  for (const { lastAt, crossed } of found.values()) {
    if (lastAt < from) continue
    count.people++
    if (crossed) count.crossed++
    if (slice.isOver()) yield
  }
  return count
}

function personOf({ first, last, crossed }: Open): Omit<Person, 'returned'> {
  const { unit, revision, at, attributes } = first
  const { variant, lastRevision, lastAt } = last
  const kind = isSignedOut(first) && first.unit === first.loid ? 'loid' : first.kind
  const drawn = { unit, kind, variant, firstVariant: first.variant, revision, lastRevision }
  return { ...drawn, at, lastAt, crossed, moved: false, cohort: 0, attributes }
}

function joined(found: Map<string, Open>, person: string, row: Member): Open {
  const known = found.get(person)
  if (known) {
    join(known, row)
    return known
  }
  const open = { first: row, last: row, crossed: false, crossedAlone: false }
  found.set(person, open)
  return open
}

/** Whether the id saw another variant than in the rows before; `variants` has the first of each. */
function isOfAnother({ unit, variant }: Member, variants: Map<string, string>): boolean {
  const first = variants.get(unit)
  if (first === undefined) variants.set(unit, variant)
  return first !== undefined && first !== variant
}

/** Of two rows of one time the variant decides, so that the order of rows does not. */
function join(known: Open, row: Member): void {
  const { first, last } = known
  known.crossed ||= row.variant !== first.variant
  if (row.at < first.at || (row.at === first.at && row.variant < first.variant)) known.first = row
  const later = row.lastAt - last.lastAt || row.at - last.at
  if (later > 0 || (later === 0 && row.variant < last.variant)) known.last = row
}

/** A World may know the account of a visitor who is not signed in: the loid was drawn, then. */
const isSignedOut = ({ kind, unit, user, loid }: Member): boolean =>
  kind === 'user' && Boolean(loid) && (!user || (unit === loid && unit !== user))

/** People who are alike: each is counted once. */
export interface UnitGroup extends Pick<
  Person,
  | 'variant'
  | 'firstVariant'
  | 'revision'
  | 'lastRevision'
  | 'crossed'
  | 'crossedBySignIn'
  | 'returned'
  | 'moved'
  | 'cohort'
> {
  /** The step in which they were first seen, in milliseconds since 1970. */
  readonly start: number
  readonly units: number
}

/** Counts people. Steps begin at multiples of `stepMs` since 1970, so days are those of UTC. */
export const unitGroups = (
  { list }: Pick<People, 'list'>,
  stepMs: number,
): Promise<readonly UnitGroup[]> => inSlices(grouped(list, stepMs))

function* grouped(list: readonly Person[], stepMs: number): Generator<void, readonly UnitGroup[]> {
  const slice = new TimeSlice()
  const found = new Map<string, UnitGroup & { units: number }>()
  const numbers = new Map<string | null, number>()
  /** Revisions are long, and a key is made for everybody. */
  const short = (text: string | null): number => {
    const known = numbers.get(text)
    if (known === undefined) numbers.set(text, numbers.size)
    return known ?? numbers.size - 1
  }
  for (const { variant, firstVariant, revision, lastRevision, at, ...is } of list) {
    const start = at - (at % stepMs)
    const { crossed, returned, moved, cohort, crossedBySignIn } = is
    const drawn = { variant, firstVariant, revision, lastRevision }
    const texts = `${short(variant)} ${short(firstVariant)} ${short(revision)} ${short(lastRevision)}`
    const key = `${start} ${texts} ${crossed} ${returned} ${moved} ${crossedBySignIn ?? false} ${cohort}`
    const known = found.get(key)
    if (known) known.units++
    else
      found.set(key, {
        ...{ ...drawn, start, crossed, returned, moved, cohort, units: 1 },
        ...(crossedBySignIn && { crossedBySignIn }),
      })
    if (slice.isOver()) yield
  }
  return [...found.values()]
}
