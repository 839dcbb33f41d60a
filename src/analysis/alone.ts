import { printable } from '../core/printable'
import type { Cohort } from './cohorts'
import { whole } from './figures'
import { isEstimated } from './people'
import type { UnitGroup } from './unit-groups'

/** People of a variant whom nobody can be compared with: the draw that let them in has no control beside them. */
export interface Alone {
  readonly variant: string
  /** Those in estimates that are in the variant's own figures, and in no difference or lift. */
  readonly units: number
}

/**
 * By the shares of cohorts, not by who came: where a share of r2's kind grows and the controls' do not, those
 * whom the growth let in have only each other.
 */
export function aloneIn(
  groups: readonly UnitGroup[],
  cohorts: readonly Cohort[],
  controls: readonly string[],
): readonly Alone[] {
  const found = new Map<string, number>()
  for (const group of groups) {
    const having = cohorts[group.cohort]?.shares?.filter(({ share }) => share > 0) ?? []
    const isWithControl = having.some(({ variant }) => controls.includes(variant))
    const isWithOthers = having.some(({ variant }) => !controls.includes(variant))
    if (having.length === 0 || (isWithControl && isWithOthers) || !isEstimated(group)) continue
    found.set(group.firstVariant, (found.get(group.firstVariant) ?? 0) + group.units)
  }
  return [...found]
    .map(([variant, units]) => ({ variant, units }))
    .sort((a, b) => (a.variant < b.variant ? -1 : 1))
}

/** A line for each variant. */
export const aloneLines = (alone: readonly Alone[]): readonly string[] =>
  alone.map(
    ({ variant, units }) =>
      `Alone: ${whole(units)} ${units === 1 ? 'unit' : 'units'} of ${printable(variant)} ${units === 1 ? 'was' : 'were'} drawn where ${printable(variant)} has nobody to be compared with. They are in its own rate and mean, and in no difference or lift. To compare more people, let all shares grow alike, or raise traffic.`,
  )
