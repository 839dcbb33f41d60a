import type { RuleHasher } from '../core/definitions'
import { hasher } from '../hash/fnv1a'

/** A half-open range: `from` is in it, `below` is not. */
export type Range = readonly [from: number, below: number]
export type Namespace = readonly [id: string, from: number, below: number]

export const inRange = (n: number, [from, below]: Range): boolean => from <= n && n < below

/** Returns an empty list for a count below 1. */
export function getEqualWeights(count: number): number[] {
  return Number.isFinite(count) && count > 0 ? Array.from({ length: count }, () => 1 / count) : []
}

/**
 * The range of each variation. Where it starts does not depend on the coverage, so raising the
 * coverage moves nobody from one variation to another. A missing coverage is everybody, null is
 * nobody.
 */
export function getBucketRanges(
  count: number,
  coverage: number | null = 1,
  weights?: readonly number[] | null,
): Range[] {
  const share = Math.min(Math.max(coverage ?? 0, 0), 1)
  let from = 0
  return usableWeights(count, weights).map((weight) => {
    const range: Range = [from, from + share * weight]
    from += weight
    return range
  })
}

/** Returns the weights when they sum to about 1, else equal ones. */
function usableWeights(
  count: number,
  weights: readonly number[] | null | undefined,
): readonly number[] {
  if (!weights || weights.length !== count) return getEqualWeights(count)
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return sum < 0.99 || sum > 1.01 ? getEqualWeights(count) : weights
}

/** The index of the first range that holds n, else -1. */
export function chooseVariation(n: number, ranges: readonly Range[]): number {
  for (let i = 0; i < ranges.length; i++) {
    const range = ranges[i]
    if (range !== undefined && inRange(n, range)) return i
  }
  return -1
}

/** `inNamespace` for many values. */
export function compileNamespace(
  [id, from, below]: Namespace,
  drawer: RuleHasher = hasher,
): (value: unknown) => boolean {
  const hashOf = drawer(`__${id}`, 1)
  const range: Range = [from, below]
  return (value) => {
    const n = hashOf(value)
    return n !== null && inRange(n, range)
  }
}

export function inNamespace(value: unknown, namespace: Namespace): boolean {
  return compileNamespace(namespace)(value)
}
