import type { Problem } from '../core/problem'

/**
 * So many problems are reported one by one: nobody reads more, and to compare and report a hundred
 * thousand holds the event loop for seconds.
 */
const MOST = 1000

/** At most a thousand of the problems, errors first, and one that says how many more there are. */
export function mostProblems(problems: readonly Problem[]): readonly Problem[] {
  if (problems.length <= MOST) return problems
  const errors = problems.filter(isError).slice(0, MOST)
  const warnings = problems.filter((one) => !isError(one)).slice(0, MOST - errors.length)
  const kept = new Set([...errors, ...warnings])
  const shown = problems.filter((one) => kept.has(one))
  const first = problems.find((one) => !kept.has(one))
  if (first === undefined) return shown
  const { feature: _feature, path: _path, ...rest } = first
  const message = `there are ${problems.length - MOST} more problems; fix those that are named first`
  return [...shown, { ...rest, message }]
}

const isError = ({ severity }: Problem): boolean => severity === 'error'
