import { conditionalP } from './conditional-test'

/** People of one group, and how many of them did something. */
export interface Group {
  readonly units: number
  readonly did: number
}

/**
 * How probable it is that groups which are alike differ by as much in how many of them did something,
 * each stratum by itself: by `conditionalP`. Of more than two groups, each is compared with all others,
 * with Bonferroni's bound.
 *
 * @param strata for each stratum the groups, in the same order
 * @returns null of fewer than two groups that have anybody
 */
export function* exactHomogeneity(
  strata: readonly (readonly Group[])[],
): Generator<void, number | null> {
  const groups = Math.max(0, ...strata.map(({ length }) => length))
  const some = Array.from({ length: groups }, (_, i) => i).filter((i) =>
    strata.some((all) => (all[i]?.units ?? 0) > 0),
  )
  if (some.length < 2) return null
  let least = 1
  for (const group of some.length === 2 ? some.slice(1) : some)
    least = Math.min(least, yield* ofGroup(strata, group))
  return Math.min(1, (some.length === 2 ? 1 : some.length) * least)
}

function* ofGroup(strata: readonly (readonly Group[])[], group: number): Generator<void, number> {
  const divided = strata.map((all) => ({
    ...(all[group] ?? { units: 0, did: 0 }),
    all: sumOf(all, 'units'),
    allDid: sumOf(all, 'did'),
  }))
  return (yield* conditionalP(divided)) ?? 1
}

const sumOf = (groups: readonly Group[], what: keyof Group): number =>
  groups.reduce((sum, group) => sum + group[what], 0)
