import { type CountedBy, countedIn, isTested } from './counted-by'
import type { UnitGroup } from './people'
import type { Phases } from './phases'

/** A time in which people were drawn in one way. */
export interface PhaseReport {
  /** The day of UTC on which its first units were seen. */
  readonly from: number
  /** What the edit changed that began it: keys of the entry, or of its experiment. */
  readonly changed: readonly string[]
  /** Units that were first seen in it. */
  readonly units: number
  /** Those of them whose bucket a later edit gave to another variant; they are in no estimate. */
  readonly moved: number
  /** Null where it is not known which entry decided. */
  readonly shares: Readonly<Record<string, number>> | null
  /** Units by variant that its entry drew: the split is tested by these. */
  readonly observed: Readonly<Record<string, number>>
  /** How many of them its shares give each variant; null where the shares are not known. */
  readonly expected: Readonly<Record<string, number>> | null
  /** Units of these that name an entry whose text is not kept. */
  readonly unkept: number
}

/** The phases with their units, each of which is first seen in one, and tested in one. */
export function phaseReports(
  groups: readonly UnitGroup[],
  phases: Phases,
  by: CountedBy,
): readonly PhaseReport[] {
  const firstIn = groups.map(({ revision, start }) => phases.phaseOf(revision, start))
  const testedIn = groups.map((group) =>
    isTested(group, by) ? phaseOfTest(group, phases, by) : undefined,
  )
  return phases.list.map(({ draw, from, changed }, phase) => {
    const first = groups.filter((_, i) => firstIn[i] === phase)
    const tested = groups
      .filter((_, i) => testedIn[i] === phase)
      .map((group) => ({ ...group, variant: countedIn(group, by).variant }))
    const shares = draw.shares && sharesOf(draw.shares)
    return {
      from,
      changed,
      units: unitsIn(first),
      moved: unitsIn(first.filter(({ moved }) => moved)),
      shares: (draw.drawing && shares) ?? null,
      observed: byVariant(tested),
      expected: shares ? expectedOf(tested, shares) : null,
      unkept: draw.drawing ? 0 : unitsIn(first.filter(({ revision }) => revision !== null)),
    }
  })
}

/** Of a draw that was in use more than once: where they came first, or else its last time. */
function phaseOfTest(group: UnitGroup, phases: Phases, by: CountedBy): number {
  const { revision, start } = group
  const draw = phases.drawOf(countedIn(group, by).revision)
  if (draw === phases.drawOf(revision)) return phases.phaseOf(revision, start)
  return phases.list.findLastIndex((phase) => phase.draw === draw)
}

type Shares = Readonly<Record<string, number>>

const sharesOf = (
  shares: readonly { readonly variant: string; readonly share: number }[],
): Shares => Object.fromEntries(shares.map(({ variant, share }) => [variant, share]))

/** Of units in variants with a share: the others have leaked into theirs. */
function expectedOf(groups: readonly UnitGroup[], shares: Shares): Shares {
  const units = unitsIn(groups.filter(({ variant }) => (shares[variant] ?? 0) > 0))
  return Object.fromEntries(Object.entries(shares).map(([name, share]) => [name, share * units]))
}

function byVariant(groups: readonly UnitGroup[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>()
  for (const { variant, units } of groups) counts.set(variant, (counts.get(variant) ?? 0) + units)
  return Object.fromEntries(counts)
}

const unitsIn = (groups: readonly UnitGroup[]): number =>
  groups.reduce((sum, { units }) => sum + units, 0)
