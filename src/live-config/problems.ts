import type { Problem } from '../core/problem'

/** Problems by what they say, to tell the new ones from those that were there before. Two may say the same. */
export class Problems {
  private readonly byIdentity = new Map<string, Problem[]>()

  constructor(problems: readonly Problem[]) {
    for (const problem of problems) {
      const alike = this.byIdentity.get(identity(problem))
      if (alike) alike.push(problem)
      else this.byIdentity.set(identity(problem), [problem])
    }
  }

  /** Takes out one that says the same. */
  take(problem: Problem): Problem | undefined {
    return this.byIdentity.get(identity(problem))?.shift()
  }

  /** What nobody took. */
  rest(): readonly Problem[] {
    return [...this.byIdentity.values()].flat()
  }
}

/** A line that moved does not make it another problem. */
const identity = ({ code, source, feature, path, message }: Problem): string => [code, source, feature, path, message].join('\0')
