import type { Problem } from '../core/problem'

/** Receives each problem once while it lasts, and again when it is solved. */
export interface ProblemListener {
  problem(problem: Problem): void
  solved(problem: Problem): void
}

/**
 * The current problems, each with the generation that brought it and the time when it was first
 * seen.
 */
export class ProblemLog {
  current: readonly Problem[] = []

  constructor(private readonly listener: ProblemListener) {}

  /**
   * Replaces the problems; notifies of new ones and of those that are solved. `seen` is the time of
   * the new ones.
   */
  update(
    problems: readonly Problem[],
    seen: Required<Pick<Problem, 'generation' | 'since'>>,
  ): void {
    const before = new Problems(this.current)
    const fresh: Problem[] = []
    this.current = problems.map((problem) => {
      const old = before.take(problem)
      const { generation = seen.generation, since = seen.since } = old ?? { ...seen, ...problem }
      const dated = { ...seen, ...problem, generation, since }
      if (!old) fresh.push(dated)
      return dated
    })
    for (const problem of fresh) this.listener.problem(problem)
    for (const problem of before.rest()) this.listener.solved(problem)
  }
}

/** Problems by their identity, to tell new ones from known ones. Two may be identical. */
class Problems {
  private readonly byIdentity = new Map<string, Problem[]>()

  constructor(problems: readonly Problem[]) {
    for (const problem of problems) {
      const alike = this.byIdentity.get(identity(problem))
      if (alike) alike.push(problem)
      else this.byIdentity.set(identity(problem), [problem])
    }
  }

  /** Takes out a problem with the same identity. */
  take(problem: Problem): Problem | undefined {
    return this.byIdentity.get(identity(problem))?.shift()
  }

  /** The problems that were not taken. */
  rest(): readonly Problem[] {
    return [...this.byIdentity.values()].flat()
  }
}

/** The place is left out: a problem whose line moved is the same problem. */
const identity = ({ code, source, feature, path, message }: Problem): string =>
  [code, source, feature, path, message].join('\0')
