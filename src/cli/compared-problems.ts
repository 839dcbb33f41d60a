import type { Problem } from '../core/problem'

const keyOf = ({ code, feature, message }: Problem): string => `${code}\0${feature}\0${message}`

/** The problems that an edit brings and those that it solves. Lines move, so places do not count. */
export function comparedProblems(
  before: readonly Problem[],
  after: readonly Problem[],
): { readonly fresh: readonly Problem[]; readonly solved: readonly Problem[] } {
  const [old, now] = [new Set(before.map(keyOf)), new Set(after.map(keyOf))]
  return {
    fresh: after.filter((problem) => !old.has(keyOf(problem))),
    solved: before.filter((problem) => !now.has(keyOf(problem))),
  }
}
