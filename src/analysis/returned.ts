import { printable } from '../core/printable'
import { byCodePoint } from '../experiments/variants'
import type { Reports, Span } from '../recording/store'
import { inSlices, TimeSlice } from '../runtime/time-slice'
import type { ConfiguredExperiment } from './configured'
import { exactHomogeneity, type Group } from './exact-homogeneity'
import { percent, probability, whole } from './figures'
import type { WindowedMetric } from './metric-values'
import { isEstimated, type People, type PeopleAsked, type Person } from './people'
import { placed } from './placed'

/** Units that are in the figures of a span because they came back in it. */
export interface Returned {
  /** How probable it is that variants which bring back as many differ by as much; null of one variant. */
  readonly p: number | null
  /** It is so small that a variant decided who came back. */
  readonly isUneven: boolean
  /** By the variant that they saw first. */
  readonly variants: readonly ReturnedOfVariant[]
}

export interface ReturnedOfVariant {
  readonly variant: string
  /** Units that were first seen before the span. */
  readonly before: number
  /** How many of them were seen in it. */
  readonly returned: number
}

/** As for the split, since it is asked of every experiment, again and again. */
const UNEVEN_BELOW = 0.001

interface ReturnedAsked {
  readonly people: Pick<People, 'list'>
  /** Those of before the span, too. */
  readonly everybody: People
  readonly experiment: ConfiguredExperiment
  /** How its people were found. */
  readonly how: PeopleAsked & { readonly span: Span }
  readonly metrics: readonly Pick<WindowedMetric, 'windowMs'>[]
}

/**
 * Tests whether those who were first seen before a span came back in it as often by each variant, cohort by cohort.
 * Undefined where nobody is in a figure because they came back: of a metric with a window
 * nobody is.
 */
export async function returnedIn(
  reports: Pick<Reports, 'configs'>,
  { people, everybody, experiment, how, metrics }: ReturnedAsked,
): Promise<Returned | undefined> {
  const { span } = how
  const { from = -Infinity } = span
  const isCounted = (one: Person): boolean => one.returned && isEstimated(one)
  if (metrics.every(({ windowMs }) => windowMs !== null) || !people.list.some(isCounted))
    return undefined
  const before = { ...everybody, list: everybody.list.filter(({ at }) => at < from) }
  // Whom a later draw leaves out cannot be seen again, whatever a variant does.
  const { people: found } = await placed(reports, experiment, before, { everybody, cutBy: 'all' })
  const strata = await inSlices(stratified(found.list, from))
  const p = await inSlices(exactHomogeneity(strata.map(({ groups }) => groups)))
  const names = strata[0]?.variants ?? []
  return {
    p,
    isUneven: (p ?? 1) < UNEVEN_BELOW,
    variants: names.map((variant, i) => {
      const own = strata.flatMap(({ groups }) => groups[i] ?? [])
      return {
        variant,
        before: own.reduce((sum, { units }) => sum + units, 0),
        returned: own.reduce((sum, { did }) => sum + did, 0),
      }
    }),
  }
}

interface Stratum {
  readonly variants: readonly string[]
  readonly groups: readonly Group[]
}

/** For each cohort, how many there are of each variant, and how many of them came back. */
function* stratified(list: readonly Person[], from: number): Generator<void, readonly Stratum[]> {
  const slice = new TimeSlice()
  const cohorts = new Map<number, Map<string, { units: number; did: number }>>()
  const names = new Set<string>()
  for (const person of list) {
    if (slice.isOver()) yield
    if (!isEstimated(person)) continue
    const { firstVariant, lastAt, cohort } = person
    names.add(firstVariant)
    const groups = cohorts.get(cohort) ?? new Map<string, { units: number; did: number }>()
    cohorts.set(cohort, groups)
    const group = groups.get(firstVariant) ?? { units: 0, did: 0 }
    groups.set(firstVariant, group)
    group.units++
    if (lastAt >= from) group.did++
  }
  const variants = [...names].sort(byCodePoint)
  return [...cohorts.values()].map((groups) => ({
    variants,
    groups: variants.map((variant) => groups.get(variant) ?? { units: 0, did: 0 }),
  }))
}

/** That who came back is no fair sample; empty where nothing says so. */
export function unevenLines(returned: Returned | undefined): readonly string[] {
  if (!returned?.isUneven) return []
  const shares = returned.variants.map(
    ({ variant, before, returned: back }) =>
      `${percent(back / before)} of ${whole(before)} in ${printable(variant)}`,
  )
  return [
    `CAME BACK UNEVENLY (p ${probability(returned.p ?? 1)}): of the units that were first seen before this time, ${shares.join(', ')} came back in it. Whoever came back is in these figures, and the variant had a part in who that is, so they do not compare like with like. The report without --since does, and so does one with a --window.`,
  ]
}

/** Who is in the figures because they came back, if nothing is known against it. */
export function returnedLines(returned: Returned | undefined): readonly string[] {
  if (!returned || returned.isUneven) return []
  const back = returned.variants.reduce((sum, one) => sum + one.returned, 0)
  return [
    `${whole(back)} ${back === 1 ? 'unit was' : 'units were'} first seen before this time, and ${back === 1 ? 'is' : 'are'} in the figures because ${back === 1 ? 'it' : 'they'} came back${returned.p === null ? '' : `; no variant was found to bring back more than another (p ${probability(returned.p)})`}.`,
  ]
}
