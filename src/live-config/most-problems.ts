import { counted } from '../core/counted'
import type { Problem } from '../core/problem'
import { type Part, visitProblems } from './part'

/**
 * So many problems are reported one by one: nobody reads more, and to compare and report a hundred
 * thousand holds the event loop for seconds.
 */
const MOST = 1000

/** At most a thousand of the problems, errors first, and one that says how many more there are. */
export function mostProblems(
  parts: readonly Part[],
  others: readonly Problem[] = [],
): readonly Problem[] {
  const kept: Kept = { errors: [], warnings: [], count: 0 }
  for (const part of parts) visitProblems(part, (problem) => keep(kept, problem, part.source))
  for (const problem of others) keep(kept, problem, problem.source)
  const { errors, warnings, count } = kept
  const left = Math.max(0, MOST - errors.length)
  const inOrder = (found: readonly Found[]): readonly Problem[] =>
    found.toSorted((a, b) => a.index - b.index).map(withSource)
  const shown = inOrder([...errors.slice(0, MOST), ...warnings.slice(0, left)])
  const [next] = inOrder([...errors.slice(MOST), ...warnings.slice(left)])
  if (next === undefined) return shown
  const { feature: _feature, path: _path, ...rest } = next
  const message = `there ${count - MOST === 1 ? 'is' : 'are'} ${counted(count - MOST, 'more problem')}; fix those that are named first`
  return [...shown, { ...rest, message }]
}

const withSource = ({ problem, source }: Found): Problem =>
  source === undefined ? problem : { ...problem, source }

/** The first thousand and one of either severity, in the order of the text. */
interface Kept {
  readonly errors: Found[]
  readonly warnings: Found[]
  count: number
}

interface Found {
  readonly index: number
  readonly problem: Problem
  readonly source: string | undefined
}

function keep(kept: Kept, problem: Problem, source: string | undefined): void {
  const index = kept.count++
  const alike = isError(problem) ? kept.errors : kept.warnings
  if (alike.length <= MOST) alike.push({ index, problem, source })
}

const isError = ({ severity }: Problem): boolean => severity === 'error'
