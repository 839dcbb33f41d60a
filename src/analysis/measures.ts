import type { Span } from '../recording/store'
import { inSlices, TimeSlice } from '../runtime/time-slice'
import type { Happenings } from './happenings'
import { PairMoments } from './moments'
import { isEstimated, type People, type Person } from './people'

/** When what a person did counts. */
export interface Counting {
  readonly span: Span
  /** For so long after a person was first seen, and people only once that time is over. */
  readonly windowMs: number | null
  readonly now: number
}

/** What each person did, in the order of the list of people. */
export interface Totals {
  readonly counts: Float64Array
  /** How many of them have a value below 0: they take back what was paid, and nobody buys by them. */
  readonly refunds: Float64Array
  /** Of the values. */
  readonly sums: Float64Array
}

/** Adds up for each person what they did since they were first seen. */
export const totalsOf = (
  { list }: Pick<People, 'list'>,
  happenings: Happenings,
  { span, windowMs }: Counting,
): Promise<Totals> => {
  const [from, to] = [span.from ?? -Infinity, span.to ?? Infinity]
  const counts = (since: number, at: number): boolean =>
    at >= since && at >= from && at < to && at < since + (windowMs ?? Infinity)
  return inSlices(added(list, happenings, counts))
}

/** Adds up for each person what they did in the time before they were first seen. */
export const totalsBefore = (
  { list }: Pick<People, 'list'>,
  happenings: Happenings,
  beforeMs: number,
): Promise<Totals> =>
  inSlices(added(list, happenings, (since, at) => at < since && at >= since - beforeMs))

function* added(
  list: readonly Person[],
  { person, at, value }: Happenings,
  isCounted: (since: number, at: number) => boolean,
): Generator<void, Totals> {
  const slice = new TimeSlice()
  const counts = new Float64Array(list.length)
  const refunds = new Float64Array(list.length)
  const sums = new Float64Array(list.length)
  for (let i = 0; i < person.length; i++) {
    const index = person[i] ?? 0
    if (isCounted(list[index]?.at ?? 0, at[i] ?? 0)) {
      const amount = value[i] ?? 0
      counts[index] = (counts[index] ?? 0) + 1
      if (amount < 0) refunds[index] = (refunds[index] ?? 0) + 1
      sums[index] = (sums[index] ?? 0) + amount
    }
    if (slice.isOver()) yield
  }
  return { counts, refunds, sums }
}

/** Whose figures count: who is in estimates, and had all of their time within the span. */
export const isCounted = (person: Person, { windowMs, now }: Counting): boolean =>
  isEstimated(person) && (windowMs === null || (!person.returned && person.at + windowMs <= now))

/** Figures of one metric for each person. */
export interface Measured {
  readonly counts: Float64Array
  /** How many of these are refunds. */
  readonly refunds: Float64Array
  /** What is averaged. */
  readonly values: Float64Array
  /** Values from before, or those of the denominator; null where there are none. */
  readonly seconds: Float64Array | null
}

/** What the people of one variant did, of those of one cohort. */
export interface Cell {
  readonly variant: string
  readonly cohort: number
  readonly units: number
  /** Those with at least one conversion that is not a refund. */
  readonly converted: number
  readonly conversions: number
  /** The second value of each unit, such as that of before, and then its value. */
  readonly pairs: PairMoments
}

/** Which people belong together: a number for each, or undefined of those who are left out. */
export type Place = (person: Person) => number | undefined

/** A list of cells for each place, of those who count. */
export const cellsOf = (
  people: Pick<People, 'list'>,
  measured: Measured,
  counting: Counting,
  place: Place = () => 0,
): Promise<ReadonlyMap<number, readonly Cell[]>> =>
  inSlices(inCells(people.list, measured, counting, place))

type OpenCell = { -readonly [Key in keyof Cell]: Cell[Key] }

function* inCells(
  list: readonly Person[],
  { counts, refunds, values, seconds }: Measured,
  counting: Counting,
  place: Place,
): Generator<void, ReadonlyMap<number, readonly Cell[]>> {
  const slice = new TimeSlice()
  const found = new Map<number, Map<string, OpenCell[]>>()
  for (const [index, person] of list.entries()) {
    const at = isCounted(person, counting) ? place(person) : undefined
    if (at !== undefined) {
      const cell = cellIn(found, at, person)
      const count = counts[index] ?? 0
      cell.units++
      cell.converted += count > (refunds[index] ?? 0) ? 1 : 0
      cell.conversions += count
      cell.pairs.add(seconds?.[index] ?? 0, values[index] ?? 0)
    }
    if (slice.isOver()) yield
  }
  return new Map([...found].map(([at, variants]) => [at, flat(variants)]))
}

function cellIn(
  found: Map<number, Map<string, OpenCell[]>>,
  at: number,
  { firstVariant: variant, cohort }: Person,
): OpenCell {
  const variants = found.get(at) ?? new Map<string, OpenCell[]>()
  found.set(at, variants)
  const cohorts = variants.get(variant) ?? []
  variants.set(variant, cohorts)
  const none = { units: 0, converted: 0, conversions: 0 }
  return (cohorts[cohort] ??= { variant, cohort, ...none, pairs: new PairMoments() })
}

/** Cohorts in which a variant has nobody are holes in its list, which `flat` leaves out. */
const flat = (variants: ReadonlyMap<string, readonly OpenCell[]>): readonly Cell[] =>
  [...variants.values()].flatMap((cohorts) => cohorts.filter(() => true))
