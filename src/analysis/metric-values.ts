import type { RatioPart } from '../live-config/read-entries'
import { inSlices, TimeSlice } from '../runtime/time-slice'
import type { AskedMetric } from './asked-metrics'
import type { Winsorized } from './conversion-report'
import type { Recorded } from './happenings'
import { type Counting, isCounted, type Measured, totalsBefore, totalsOf } from './measures'
import { quantileOfSorted } from './outliers'
import type { People, Person } from './people'
import { inOrder } from './sorted'

/** The people of a report, and what they did. */
export interface Population {
  readonly people: People
  /** What people did, of one name. */
  readonly happenings: (name: string) => Recorded
  /** How many cohorts they are compared in. */
  readonly cohorts: number
}

/** What a report counts of a metric, or of conversions that no metric counts. */
export interface WindowedMetric extends AskedMetric {
  readonly windowMs: number | null
}

export interface MetricValues {
  readonly measured: Measured
  readonly winsorized: Winsorized | null
}

/** The figures of a metric for each person, those beyond its limits cut. */
export async function metricValues(
  population: Population,
  { event, metric }: AskedMetric,
  counting: Counting,
): Promise<MetricValues> {
  const { people } = population
  if (metric?.ratio) {
    const { numerator, denominator } = metric.ratio
    const [above, below] = [
      await partOf(population, numerator, counting),
      await partOf(population, denominator, counting),
    ]
    return {
      measured: { ...above, seconds: below.values },
      winsorized: null,
    }
  }
  const happenings = population.happenings(event)
  const { counts, refunds, sums } = await totalsOf(people, happenings, counting)
  const before =
    metric?.cupedMs === undefined
      ? null
      : (await totalsBefore(people, happenings, metric.cupedMs)).sums
  const measured = { counts, refunds, values: sums, seconds: before }
  return metric?.winsorize === undefined
    ? { measured, winsorized: null }
    : winsorised(people.list, measured, counting, metric.winsorize)
}

async function partOf(
  { people, happenings }: Population,
  { event, aggregation }: RatioPart,
  counting: Counting,
) {
  const { counts, refunds, sums } = await totalsOf(people, happenings(event), counting)
  const bought = (count: number, index: number): number => count - (refunds[index] ?? 0)
  return { counts, refunds, values: aggregation === 'count' ? counts.map(bought) : sums }
}

/**
 * The limits are quantiles of all who count, of all variants together: a limit for each variant
 * would differ by what the variant did. Values of before have the same ones.
 */
async function winsorised(
  list: readonly Person[],
  measured: Measured,
  counting: Counting,
  [from, to]: readonly [number, number],
): Promise<MetricValues> {
  const { values, seconds } = measured
  const sorted = await inOrder(await inSlices(counted(list, values, counting)))
  const lowest = from > 0 && sorted.length > 0 ? quantileOfSorted(sorted, from) : null
  const highest = to < 1 && sorted.length > 0 ? quantileOfSorted(sorted, to) : null
  const [least, most] = [lowest ?? -Infinity, highest ?? Infinity]
  const units = sorted.reduce((sum, value) => sum + Number(value < least || value > most), 0)
  // Where fewer than 1 % buy, the 0.99 quantile is 0, and nothing would be left to compare.
  const [first = 0, last = 0] = [sorted[0], sorted.at(-1)]
  const isImpossible = units > 0 && Math.max(first, least) === Math.min(last, most)
  if (isImpossible)
    return { measured, winsorized: { lowest: null, highest: null, units: 0, isImpossible } }
  const cut = (value: number): number => Math.min(Math.max(value, least), most)
  return {
    measured: { ...measured, values: values.map(cut), seconds: seconds && seconds.map(cut) },
    winsorized: { lowest, highest, units, isImpossible },
  }
}

/** The values of those who count. */
function* counted(
  list: readonly Person[],
  values: Float64Array,
  counting: Counting,
): Generator<void, Float64Array> {
  const slice = new TimeSlice()
  const found = new Float64Array(values.length)
  let count = 0
  for (const [index, person] of list.entries()) {
    if (isCounted(person, counting)) found[count++] = values[index] ?? 0
    if (slice.isOver()) yield
  }
  return found.subarray(0, count)
}
