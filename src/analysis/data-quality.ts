import type { ConversionsAsked, Dropped, Reports, UnitGroup } from '../recording/store'

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
  /** Units of the other kind of records, which are in no figure of this report. */
  readonly leftOut: number
  /** Units that are the signed-out time of users who are counted as well. */
  readonly unstitched: number
  /** People who saw two variants, one of them signed out, and are not among the crossed. */
  readonly crossedUnstitched: number
}

/** Above this share of crossed units, what is left is no fair sample of the variants. */
export const MOST_CROSSED = 0.01

/** What a report does not count, and the records that it is in. */
const OTHERS = {
  unit: ['decision', 'decisions'],
  decision: ['unit', 'exposures'],
} as const

export async function qualityOf(
  reports: Reports,
  asked: Omit<ConversionsAsked, 'name'>,
  names: readonly string[],
  groups: readonly UnitGroup[],
  drops: readonly Dropped[],
): Promise<Quality> {
  const found = { earlier: 0, orphans: 0, ahead: 0 }
  for (const name of names) {
    const { earlier, orphans, ahead } = await reports.misplaced({ ...asked, name })
    found.earlier += earlier
    found.orphans += orphans
    found.ahead += ahead
  }
  const recorded = await reports.recorded(asked.experiment)
  const [other, records] = asked.by === 'unit' ? OTHERS.unit : OTHERS.decision
  const hasOthers = recorded.some(({ what }) => what === records)
  const others = hasOthers ? await reports.unitGroups({ ...asked, by: other }) : []
  const mayJoin =
    asked.by === 'unit' && asked.stitch !== true && recorded.some(({ kind }) => kind === 'user')
  const stitched = mayJoin ? await reports.unitGroups({ ...asked, stitch: true }) : groups
  const units = sumOf(groups)
  const dropped = drops.reduce((sum, { rows }) => sum + rows, 0)
  return {
    isRed: dropped + found.orphans + found.ahead > 0,
    dropped,
    ...found,
    crossed: units > 0 ? crossedIn(groups) / units : null,
    leftOut: sumOf(others),
    unstitched: units - sumOf(stitched),
    crossedUnstitched: crossedIn(stitched) - crossedIn(groups),
  }
}

const crossedIn = (groups: readonly UnitGroup[]): number =>
  sumOf(groups.filter(({ crossed }) => crossed))

const sumOf = (groups: readonly UnitGroup[]): number =>
  groups.reduce((sum, { units }) => sum + units, 0)
