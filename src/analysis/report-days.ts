import { DAY_MS } from '../core/time'
import type { UnitGroup } from './unit-groups'

export interface DayReport {
  /** Of UTC: `2026-11-21`. */
  readonly day: string
  /** First exposures on that day, by variant. */
  readonly units: Readonly<Record<string, number>>
}

/** The day on which the first unit was seen. */
export const firstOf = (groups: readonly UnitGroup[]): number | undefined =>
  groups.length === 0
    ? undefined
    : groups.reduce((least, { start }) => Math.min(least, start), Infinity)

/** Every day from the first to the last on which units were first seen, also those without any. */
export function daysOf(groups: readonly UnitGroup[]): readonly DayReport[] {
  const starts = groups.map(({ start }) => start)
  if (starts.length === 0) return []
  const first = starts.reduce((least, start) => Math.min(least, start))
  const last = starts.reduce((most, start) => Math.max(most, start))
  const days = Array.from({ length: (last - first) / DAY_MS + 1 }, (_, i) => ({
    start: first + i * DAY_MS,
    units: new Map<string, number>(),
  }))
  for (const { start, firstVariant, units } of groups) {
    const day = days[(start - first) / DAY_MS]?.units
    day?.set(firstVariant, units + (day.get(firstVariant) ?? 0))
  }
  return days.map(({ start, units }) => ({
    day: new Date(start).toISOString().slice(0, 10),
    units: Object.fromEntries(units),
  }))
}
