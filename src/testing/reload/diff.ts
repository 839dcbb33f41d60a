import type { Features } from './adapter'

export interface Difference {
  readonly added: readonly string[]
  readonly changed: readonly string[]
  readonly removed: readonly string[]
}

/** What a change event must contain, computed without the system under test. */
export function difference(before: Features, after: Features): Difference {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  return {
    added: names.filter((name) => !(name in before)),
    changed: names.filter(
      (name) => name in before && name in after && before[name] !== after[name],
    ),
    removed: names.filter((name) => !(name in after)),
  }
}

export const isNoDifference = ({ added, changed, removed }: Difference): boolean =>
  added.length + changed.length + removed.length === 0

export function sameFeatures(a: Features, b: Features): boolean {
  return isNoDifference(difference(a, b))
}

/** One text for each set of features, for messages and lookups. */
export const spell = (features: Features): string =>
  JSON.stringify(Object.fromEntries(Object.entries(features).sort(([a], [b]) => (a < b ? -1 : 1))))
