import { LiveflagError } from '../core/errors'
import { isJsonObject, type JsonValue } from '../core/json'
import { didYouMean } from '../core/suggest'
import { inSlices, TimeSlice } from '../runtime/time-slice'
import { adjustedBy } from './adjusted-p'
import type { ConversionReport } from './conversion-report'
import { benjaminiHochberg } from './many-tests'
import { isEstimated, type People, type Person } from './people'

/** The results of an experiment by the values of an attribute that its entry declares. */
export interface SegmentReport {
  readonly attribute: string
  /** Those with the most units first; `unknown` last. */
  readonly values: readonly SegmentOfValue[]
  /** Units of values that are too rare to be among these. */
  readonly others: number
}

/** Units with one value of the attribute when they were first seen. */
export interface SegmentOfValue {
  /** Null of units of which it was not recorded. */
  readonly value: string | null
  /** Those that are in estimates. */
  readonly units: number
  readonly conversions: readonly ConversionReport[]
}

/** So many values of an attribute are reported. */
const MOST_VALUES = 20

/** The values of an attribute, with the people who have each. */
export interface Segments {
  readonly attribute: string
  readonly values: readonly Pick<SegmentOfValue, 'value' | 'units'>[]
  readonly others: number
  /** Where in `values` the one of a person is. */
  readonly placeOf: (person: Person) => number | undefined
}

/**
 * The attributes that are asked for: all that the experiment declares, or the one that is named.
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION of one that it does not declare
 */
export function askedSegments(
  declared: readonly string[],
  named: string | undefined,
  feature: string,
): readonly string[] {
  if (named === undefined) return declared
  if (declared.includes(named)) return [named]
  const meant = didYouMean(named, declared)
  const has =
    declared.length === 0
      ? `feature_${feature} declares none; write report_by: [${named}] into its experiment, and rows that are recorded from then on have it`
      : `it declares ${declared.join(', ')}${meant === undefined ? '' : `; did you mean ${meant}?`}`
  throw new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    `there is no segment ${named} of this experiment: ${has}`,
  )
}

/** Counts who has which value. */
export const segmentsOf = ({ list }: Pick<People, 'list'>, attribute: string): Promise<Segments> =>
  inSlices(counted(list, attribute))

function* counted(list: readonly Person[], attribute: string): Generator<void, Segments> {
  const slice = new TimeSlice()
  const valueOf = valueReader(attribute)
  const counts = new Map<string, number>()
  let unknown = 0
  for (const person of list) {
    if (slice.isOver()) yield
    if (!isEstimated(person)) continue
    const value = valueOf(person)
    if (value === null) unknown++
    else counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  const sorted = [...counts]
    .map(([value, units]) => ({ value, units }))
    .sort((a, b) => b.units - a.units || (a.value < b.value ? -1 : 1))
  const named = sorted.slice(0, MOST_VALUES)
  const others = sorted.slice(MOST_VALUES).reduce((sum, { units }) => sum + units, 0)
  const values = unknown === 0 ? named : [...named, { value: null, units: unknown }]
  const places = new Map(values.map(({ value }, i) => [value, i]))
  return { attribute, values, others, placeOf: (person) => places.get(valueOf(person)) }
}

/** Reads the value of an attribute. Many people have the same texts, so each is parsed once. */
function valueReader(attribute: string): (person: Person) => string | null {
  const known = new Map<string, string | null>()
  return ({ attributes }) => {
    if (attributes === null) return null
    const found = known.get(attributes)
    if (found !== undefined) return found
    const value = valueIn(attributes, attribute)
    known.set(attributes, value)
    return value
  }
}

function valueIn(attributes: string, attribute: string): string | null {
  const value = parsed(attributes)
  const own = isJsonObject(value) && Object.hasOwn(value, attribute) ? value[attribute] : null
  return typeof own === 'string' ? own : null
}

/** The text of a database may be anything. */
function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return null
  }
}

/**
 * Says of every comparison in a segment how probable it is by chance among those of all segments:
 * of twenty segments without any effect, one has a p below 0.05.
 */
export function withAdjustedSegments(segments: readonly SegmentReport[]): readonly SegmentReport[] {
  const all = segments.flatMap(({ values }) => values.flatMap(({ conversions }) => conversions))
  const adjusted = new Map(adjustedBy(benjaminiHochberg, all))
  return segments.map((segment) => ({
    ...segment,
    values: segment.values.map((one) => ({
      ...one,
      conversions: one.conversions.map((conversion) => adjusted.get(conversion) ?? conversion),
    })),
  }))
}
