import { type AskedMetric, usedBefore } from './asked-metrics'
import type { ConversionReport } from './conversion-report'
import { earlierOf } from './happenings'
import type { Dropped, Span } from '../recording/store'
import type { Population } from './metric-values'
import { countPeople, type MemberRows, type PeopleCount } from './people'
import type { Returned } from './returned'
import type { SignedIn } from './signed-in'
import type { SignIns } from './sign-ins'
import { type UnitGroup, unitsIn } from './unit-groups'

/** What is wrong with the records of a report, and what none of its figures counts. */
export interface Quality {
  /** Data are missing or wrong, so that no verdict is given. */
  readonly isRed: boolean
  /** Rows that writers lost. */
  readonly dropped: number
  /** Conversions that name a decision which the store does not have. */
  readonly orphans: number
  /** Conversions of units before they were first seen; the experiment did not cause them. */
  readonly earlier: number
  /** Conversions that lie in the future by the clock of the server that wrote them. */
  readonly ahead: number
  /** The share of units that saw more than one variant; null without units. */
  readonly crossed: number | null
  /** The share of units whose bucket an edit gave to another variant; null without units. */
  readonly moved: number | null
  /**
   * Of the units whose bucket stayed, the share that saw more than one variant other than by signing
   * in; null without any.
   */
  readonly crossedOfStaying: number | null
  /** Of a stitched report: the share that saw another variant by signing in alone; null without units. */
  readonly crossedBySignIn?: number | null
  /** Of a stitched report: how many these are, and whether they count. */
  readonly signedIn?: SignedIn
  /** Units of a span that are in its figures because they came back; none if left out. */
  readonly returned?: Returned
  /**
   * Units that were first seen before a span that is over, and later than its start again. Whether in
   * it is not recorded, so they are in no figure.
   */
  readonly unknown: number
  /** Units of the other kind of records, which are in no figure of this report. */
  readonly leftOut: number
  /** Units that are the signed-out time of users who are counted as well. */
  readonly unstitched: number
  /** People who saw two variants, one of them signed out, and are not among the crossed. */
  readonly crossedUnstitched: number
}

/** Above this share of units that crossed in buckets that stayed, the others are no fair sample. */
export const MOST_CROSSED = 0.01

/** Whether too many saw two variants for the others to be compared. */
export const isUnfair = ({ crossedOfStaying }: Pick<Quality, 'crossedOfStaying'>): boolean =>
  (crossedOfStaying ?? 0) > MOST_CROSSED

/** The metrics whose values before the exposure differ by more than chance: such groups were not equal. */
export const unbalanced = ({
  conversions,
}: {
  readonly conversions: readonly ConversionReport[]
}): readonly ConversionReport[] => conversions.filter(({ cuped }) => cuped?.isBalanced === false)

/** What a report counts, and what it does not. */
export interface Counted {
  readonly experiment: string
  readonly by: 'unit' | 'decision'
  readonly stitch?: boolean
  readonly span: Span & { readonly to: number }
  readonly isOver: boolean
  readonly rows: MemberRows
  /** Which logged-out id is whose. */
  readonly signIns: SignIns
  /** Rows of the kind that is not counted. */
  readonly others: MemberRows
  readonly groups: readonly UnitGroup[]
  /** The names of the conversions that it is about. */
  readonly names: readonly string[]
  readonly metrics: readonly AskedMetric[]
  /** Units that lie in the future, and are in no figure. */
  readonly ahead: number
  readonly returned: Returned | undefined
}

export async function qualityOf(
  { happenings, people }: Pick<Population, 'happenings' | 'people'>,
  counted: Counted,
  drops: readonly Dropped[],
): Promise<Quality> {
  const found = { earlier: 0, orphans: 0, ahead: 0 }
  const usedMs = usedBefore(counted.metrics)
  for (const name of counted.names) {
    const { misplaced, ...those } = happenings(name)
    const { earlier, orphans, ahead } = misplaced
    const used = usedMs.get(name)
    found.earlier +=
      used === undefined
        ? earlier
        : await earlierOf(people, those, counted.span.from ?? -Infinity, used)
    found.orphans += orphans
    found.ahead += ahead
  }
  const { groups, by, isOver } = counted
  const stitched = await stitchedCount(counted)
  const units = unitsIn(groups)
  const dropped = drops.reduce((sum, { rows }) => sum + rows, 0)
  return {
    isRed: dropped + found.orphans + found.ahead + counted.ahead > 0,
    dropped,
    ...found,
    ...crossing(groups, counted.stitch === true),
    ...(counted.returned && { returned: counted.returned }),
    unknown: people.unknown,
    // People of the records that the report is not about.
    leftOut: (
      await countPeople(counted.others, { span: counted.span, isOver: isOver && by !== 'unit' })
    ).people,
    unstitched: units - stitched.people,
    crossedUnstitched: stitched.crossed - crossedIn(groups),
  }
}

/** Who saw two variants, by an edit, by signing in, or otherwise. */
function crossing(
  groups: readonly UnitGroup[],
  stitch: boolean,
): Pick<Quality, 'crossed' | 'moved' | 'crossedOfStaying' | 'crossedBySignIn' | 'signedIn'> {
  const units = unitsIn(groups)
  const staying = groups.filter(({ moved }) => !moved)
  const signedIn = (group: UnitGroup): boolean => group.crossedBySignIn === true
  const others = staying.filter((group) => !signedIn(group))
  const bySignIn = groups.filter(signedIn)
  return {
    crossed: shareOf(crossedIn(groups), units),
    moved: shareOf(units - unitsIn(staying), units),
    crossedOfStaying: shareOf(crossedIn(others), unitsIn(staying)),
    ...(stitch && {
      crossedBySignIn: shareOf(unitsIn(bySignIn), units),
      signedIn: {
        units: unitsIn(bySignIn),
        countAsFirst: bySignIn.some(({ countsAsFirst }) => countsAsFirst),
      },
    }),
  }
}

/** The people that there would be if each was one, signed out and signed in. */
async function stitchedCount(counted: Counted): Promise<PeopleCount> {
  const { rows, signIns, by, stitch, span, isOver, groups } = counted
  const mayJoin = signIns.size > 0 || rows.some(({ user, loid }) => user && loid)
  return by === 'unit' && stitch !== true && mayJoin
    ? countPeople(rows, { span, signIns, isOver })
    : { people: unitsIn(groups), crossed: crossedIn(groups) }
}

const shareOf = (part: number, units: number): number | null => (units > 0 ? part / units : null)

const crossedIn = (groups: readonly UnitGroup[]): number =>
  unitsIn(groups.filter(({ crossed }) => crossed))
