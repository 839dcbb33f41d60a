import { byCodePoint } from '../experiments/variants'
import type { ConfiguredExperiment } from './configured'
import type { Cohort } from './cohorts'
import { isEstimated } from './people'
import type { Phases } from './phases'
import { type UnitGroup, unitsIn } from './unit-groups'
import type { SampleRatio } from './sample-ratio'
import type { Split } from './split'
import type { Stratum } from './stratified-split'

export interface VariantReport {
  readonly variant: string
  /** Each unit once, with the variant that it saw first. */
  readonly units: number
  /**
   * Those by which the split is tested: first seen in the span, in a cohort that has another variant
   * with a share beside theirs. Who came back is not among them, since a variant may make people come back.
   */
  readonly tested: number
  /** Those who are in estimates, by the variant that they saw first. */
  readonly estimated: number
  /** How many of them saw another variant as well, at any time; they are in no estimate. */
  readonly crossed: number
  /**
   * How many of them were first seen in a bucket that an edit gave to another variant later. Whether
   * they came back or not, they are in no estimate.
   */
  readonly moved: number
  /** The share of all units; null if there are none. */
  readonly share: number | null
  /** The share of the tested units, which the expected one is compared with; null if there are none. */
  readonly testedShare: number | null
  /**
   * What was expected of the tested units by the entries that decided for them, as a share of all of
   * them; null of a variant that none of these entries has.
   */
  readonly expectedShare: number | null
}

/**
 * Units in a variant that the entry which decided for them gives no share, or does not have: the
 * records are wrong, or something else assigns variants.
 */
export interface Leak {
  readonly variant: string
  readonly units: number
  readonly why: 'no-share' | 'not-configured'
}

/** The units of an experiment by variant, beside what was to be expected. */
export interface CountedUnits {
  readonly variants: readonly VariantReport[]
  readonly leaks: readonly Leak[]
  readonly total: number
  /** The split of each cohort by which it is tested. */
  readonly strata: readonly Stratum[]
}

/**
 * Counts each unit once, where it was first seen: by the variant and by the shares of then. The first
 * variant is drawn before anybody does anything, so that coming back, which a variant may change, moves no
 * count; and a split that was edited is measured against what it was.
 */
export function countUnits(
  all: readonly UnitGroup[],
  phases: Phases,
  { shares }: ConfiguredExperiment,
  cohorts: readonly Cohort[],
): CountedUnits {
  const groups = all.map((group) => ({ ...group, variant: group.firstVariant }))
  const total = unitsIn(groups)
  const tested = groups.filter((group) => isTested(group, cohorts))
  const expected = expectedUnits(tested, cohorts)
  for (const { variant } of shares ?? []) if (!expected.has(variant)) expected.set(variant, 0)
  const split = [...expected.values()].reduce((sum, units) => sum + units, 0)
  const testedTotal = unitsIn(tested)
  const shareOf = new Map(shares?.map(({ variant, share }) => [variant, share]))
  const names = [...new Set([...expected.keys(), ...groups.map(({ variant }) => variant)])]
  const variants = names.sort(byCodePoint).map((variant): VariantReport => {
    const own = groups.filter((group) => group.variant === variant)
    const units = unitsIn(own)
    const ownTested = unitsIn(tested.filter((group) => group.variant === variant))
    const wanted = expected.get(variant)
    return {
      variant,
      units,
      tested: ownTested,
      estimated: unitsIn(own.filter(isEstimated)),
      crossed: unitsIn(own.filter(({ crossed }) => crossed)),
      moved: unitsIn(own.filter(({ moved }) => moved)),
      share: total > 0 ? units / total : null,
      testedShare: testedTotal > 0 ? ownTested / testedTotal : null,
      // Without any unit the live config says what will be expected.
      expectedShare:
        wanted === undefined ? null : split > 0 ? wanted / split : (shareOf.get(variant) ?? null),
    }
  })
  return { variants, leaks: leaksOf(groups, phases), total, strata: strataOf(tested, cohorts) }
}

function strataOf(tested: readonly UnitGroup[], cohorts: readonly Cohort[]): readonly Stratum[] {
  const unitsOf = new Map<string, number>()
  const key = (cohort: number, variant: string): string => `${cohort} ${variant}`
  for (const { cohort, firstVariant, units } of tested) {
    const known = unitsOf.get(key(cohort, firstVariant)) ?? 0
    unitsOf.set(key(cohort, firstVariant), known + units)
  }
  const used = new Set(tested.map(({ cohort }) => cohort))
  return cohorts.flatMap(({ shares }, place) => {
    if (!used.has(place) || !shares) return []
    const having = shares.filter(({ share }) => share > 0)
    return [having.map((one) => ({ ...one, observed: unitsOf.get(key(place, one.variant)) ?? 0 }))]
  })
}

/** Whether some units of variants with a share are in no test, so that shares of all say nothing of the split. */
export const testsSome = (variants: readonly VariantReport[]): boolean =>
  variants.some(({ expectedShare, tested, units }) => expectedShare !== null && tested < units)

/** The shares of each cohort, times its units, summed over the cohorts. */
function expectedUnits(
  groups: readonly UnitGroup[],
  cohorts: readonly Cohort[],
): Map<string, number> {
  const expected = new Map<string, number>()
  for (const [place, { shares }] of cohorts.entries()) {
    const units = unitsIn(groups.filter(({ cohort }) => cohort === place))
    for (const { variant, share } of shares ?? [])
      expected.set(variant, (expected.get(variant) ?? 0) + share * units)
  }
  return expected
}

/**
 * Whether a unit is in the test of the split: first seen in the span, by a draw whose shares are
 * known, and in one of at least two variants that it could have been given.
 */
export function isTested(
  { firstVariant, cohort, returned }: UnitGroup,
  cohorts: readonly Cohort[],
): boolean {
  const having = cohorts[cohort]?.shares?.filter(({ share }) => share > 0) ?? []
  return !returned && having.length > 1 && having.some(({ variant }) => variant === firstVariant)
}

function leaksOf(groups: readonly UnitGroup[], phases: Phases): readonly Leak[] {
  const found = new Map<string, Leak>()
  for (const { variant, revision, units } of groups) {
    const { shares } = phases.drawOf(revision)
    const own = shares?.find((one) => one.variant === variant)
    if (shares === undefined || (own && own.share > 0)) continue
    const why = own ? 'no-share' : 'not-configured'
    const known = found.get(`${variant}\0${why}`)
    found.set(`${variant}\0${why}`, { variant, units: units + (known?.units ?? 0), why })
  }
  return [...found.values()].sort((a, b) => byCodePoint(a.variant, b.variant))
}

/** The variants with a share, as the test of the split takes them. */
export const splitOf = ({ variants }: Pick<CountedUnits, 'variants'>): readonly Split[] =>
  variants.flatMap(({ variant, tested, expectedShare: share }) =>
    share ? [{ variant, observed: tested, share }] : [],
  )

/** While data are missing or wrong, that no mismatch was found says nothing. */
export const withheld = (ratio: SampleRatio, isRed: boolean): SampleRatio =>
  isRed && ratio.verdict === 'no-mismatch' ? { ...ratio, verdict: 'incomplete' } : ratio
