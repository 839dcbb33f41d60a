import type { Problem } from '../core/problem'
import type { Content, SourceProblem } from '../core/source'
import type { Document } from './dialects/dialect'
import type { Items } from './entries/judge'
import type { Metric } from './entries/metrics'
import type { Shared } from './entries/shared'
import type { TextProblem } from './text/entry'

/** The state of one text: its last good features and its problems. */
export interface Part {
  readonly source: string
  /** Hash of the content read last, accepted or not. */
  readonly readHash?: string
  /** How the content read last is written. */
  readonly written?: Pick<Content, 'format' | 'dialect'>
  /** Hash of the content in force. */
  readonly hash?: string
  /** Generation of the content in force; 0 before the first. */
  readonly generation: number
  readonly document?: Document
  readonly shared?: Shared
  readonly items: Items
  /** What its experiments are judged by. */
  readonly metrics?: readonly Metric[]
  /** Problems of keys at the top: keys that look like a feature's and are not, and segments. */
  readonly topProblems?: readonly TextProblem[]
  /** Why the newest content is not in force; undefined when it is. */
  readonly refused?: TextProblem
  /** Further problems for which it is not in force. */
  readonly alsoRefused?: readonly TextProblem[]
  /** Why the source has no content now. */
  readonly failure?: SourceProblem
  readonly warnings: readonly SourceProblem[]
  /** The source stored the content in an earlier run, and has not confirmed it since. */
  readonly kept?: boolean
  /**
   * When the content was last read or found unchanged: milliseconds since 1970; 0 before the first.
   */
  readonly confirmedAt: number
}

export const emptyPart = (source: string): Part => ({
  source,
  items: new Map(),
  generation: 0,
  warnings: [],
  confirmedAt: 0,
})

/** All problems of a part now, in the order of the text. */
export const problemsOf = (part: Part): readonly Problem[] => {
  const problems: Problem[] = []
  visitProblems(part, (problem) => problems.push({ ...problem, source: part.source }))
  return problems
}

/** Visits them without their source, and makes no object: a text may have a hundred thousand. */
export function visitProblems(part: Part, visit: (problem: Problem) => void): void {
  for (const problem of [part.failure, part.refused]) if (problem) visit(problem)
  part.alsoRefused?.forEach(visit)
  part.warnings.forEach(visit)
  part.document?.problems.forEach((problem) => {
    if (problem.feature === undefined) visit(problem)
  })
  part.topProblems?.forEach(visit)
  part.items.forEach(({ problems }) => problems.forEach(visit))
}

/** Whether nothing of the part is refused. */
export const isWhole = (part: Part): boolean =>
  count({ ...part, warnings: [] }, ({ severity }) => severity === 'error') === 0

export const hasProblems = (part: Part): boolean => count(part, () => true) > 0

function count(part: Part, counts: (problem: Problem) => boolean): number {
  let found = 0
  visitProblems(part, (problem) => {
    if (counts(problem)) found++
  })
  return found
}
