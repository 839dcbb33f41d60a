import type { Cohort } from './cohorts'
import { isTested } from './counted-units'
import { type UnitGroup, unitsIn } from './unit-groups'
import type { Phases } from './phases'

/** A time in which people were drawn in one way. */
export interface PhaseReport {
  /** The day of UTC on which its first units were seen. */
  readonly from: number
  /** When its entry was first seen to decide, if that was on that day and is known. */
  readonly since: number | null
  /** What the edit changed that began it: keys of the entry, or of its experiment. */
  readonly changed: readonly string[]
  /** Units that were first seen in it. */
  readonly units: number
  /** Those of them whose bucket a later edit gave to another variant; they are in no estimate. */
  readonly moved: number
  /** Null where it is not known which entry decided. */
  readonly shares: Readonly<Record<string, number>> | null
  /** Units by variant, of those by whom the split is tested. */
  readonly observed: Readonly<Record<string, number>>
  /** How many of them the shares of their cohorts give each variant; null where the shares are not known. */
  readonly expected: Readonly<Record<string, number>> | null
  /** Units of these that name an entry whose text is not kept. */
  readonly unkept: number
}

/** The phases with their units, each of which is first seen in one, and tested in it. */
export function phaseReports(
  groups: readonly UnitGroup[],
  phases: Phases,
  cohorts: readonly Cohort[],
): readonly PhaseReport[] {
  const firstIn = groups.map(({ revision, start }) => phases.phaseOf(revision, start))
  return phases.list.flatMap(({ draw, from, since, changed }, phase) => {
    const first = groups.filter((_, i) => firstIn[i] === phase)
    // One before a span of which nobody is in it.
    if (first.length === 0) return []
    const tested = first.filter((group) => isTested(group, cohorts))
    const shares = draw.shares && sharesOf(draw.shares)
    return {
      from,
      since: since ?? null,
      changed,
      units: unitsIn(first),
      moved: unitsIn(first.filter(({ moved }) => moved)),
      shares: (draw.drawing && shares) ?? null,
      observed: byVariant(tested),
      expected: shares ? expectedOf(tested, shares, cohorts) : null,
      unkept: draw.drawing ? 0 : unitsIn(first.filter(({ revision }) => revision !== null)),
    }
  })
}

type Shares = Readonly<Record<string, number>>

const sharesOf = (
  shares: readonly { readonly variant: string; readonly share: number }[],
): Shares => Object.fromEntries(shares.map(({ variant, share }) => [variant, share]))

/** By the shares of their cohorts; the others have leaked into their variant. */
function expectedOf(
  groups: readonly UnitGroup[],
  shares: Shares,
  cohorts: readonly Cohort[],
): Shares {
  const expected = new Map(Object.keys(shares).map((variant) => [variant, 0]))
  for (const { cohort, units } of groups)
    for (const { variant, share } of cohorts[cohort]?.shares ?? [])
      expected.set(variant, (expected.get(variant) ?? 0) + share * units)
  return Object.fromEntries(expected)
}

function byVariant(groups: readonly UnitGroup[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>()
  for (const { firstVariant, units } of groups)
    counts.set(firstVariant, (counts.get(firstVariant) ?? 0) + units)
  return Object.fromEntries(counts)
}
