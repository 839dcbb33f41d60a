import { printable } from '../core/printable'
import type { Leak, VariantReport } from './counted-units'
import { whole } from './figures'
import type { Phases } from './phases'
import type { UnitGroup } from './unit-groups'

/** A variant of which an edit left little or nothing in estimates. */
export interface LittleLeft {
  readonly variant: string
  readonly units: number
  /** How many of them are in estimates. */
  readonly estimated: number
  /** A report until then has the figures of before the edit; null where its time is not known. */
  readonly until: number | null
}

/** With less of a variant than this share, its figures are hardly those that it had. */
const LEAST_LEFT = 1 / 3

export function littleLeft(
  variants: readonly Pick<VariantReport, 'variant' | 'units' | 'estimated' | 'moved'>[],
  phases: Pick<Phases, 'drawOf' | 'draws'>,
  groups: readonly UnitGroup[],
): readonly LittleLeft[] {
  const until = editAfter(phases, groups)
  return variants.flatMap(({ variant, units, estimated, moved }) =>
    moved > 0 && estimated < units * LEAST_LEFT ? [{ variant, units, estimated, until }] : [],
  )
}

/** When the first edit of the shares by which the first units came was first seen to decide. */
function editAfter(
  { drawOf, draws }: Pick<Phases, 'drawOf' | 'draws'>,
  groups: readonly UnitGroup[],
): number | null {
  const [earliest] = groups.toSorted((a, b) => a.start - b.start || b.units - a.units)
  if (earliest === undefined) return null
  const first = JSON.stringify(drawOf(earliest.revision).shares)
  const times = draws.flatMap(({ since, shares }) =>
    since !== undefined && since > earliest.start && JSON.stringify(shares) !== first
      ? [since]
      : [],
  )
  return times.length === 0 ? null : Math.min(...times)
}

/** To the minute, so that nothing of the edit is in it. */
const minute = (at: number): string => `${new Date(at).toISOString().slice(0, 16)}Z`

/** What these lines are about, of a report. */
interface Left {
  readonly littleLeft: readonly LittleLeft[]
  readonly variants: readonly VariantReport[]
  readonly leaks: readonly Leak[]
  readonly from: number | null
}

/** Of which variants little is left and where their figures are, and who the split is tested by. */
export const leftLines = (left: Left): readonly string[] => [
  ...left.littleLeft.map(littleText),
  ...testedLines(left),
]

const littleText = ({ variant, units, estimated, until }: LittleLeft): string =>
  `LITTLE LEFT of ${printable(variant)}: ${estimated === 0 ? 'none' : whole(estimated)} of its ${whole(units)} units ${estimated === 1 ? 'is' : 'are'} in estimates, because an edit moved the others; --until ${until === null ? 'TIME, with the time of the edit,' : minute(until)} shows the figures of before it.`

function testedLines({ variants, from, leaks }: Left): readonly string[] {
  const sum = (counts: readonly number[]): number => counts.reduce((all, one) => all + one, 0)
  const tested = sum(variants.map((one) => one.tested))
  const units = sum(variants.map((one) => one.units)) - sum(leaks.map((leak) => leak.units))
  if (from === null || tested >= units) return []
  return [
    `The split is tested by the ${whole(tested)} of these ${whole(units)} units that were first seen in this time: a variant may make people come back, so who did says nothing of the draw.`,
  ]
}
