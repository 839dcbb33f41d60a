import type { Content, Outcome, Sink, SourceProblem } from '../../source'

/** Tells a sink what was found, and each cause of trouble once until it is over. */
export class Report {
  /** Causes of failure told since content was last known to be good. */
  private readonly causes = new Set<string>()
  private readonly warnings = new Map<SourceProblem['code'], Set<string>>()

  constructor(private sink: Sink | undefined) {}

  /** Whatever is still being read is not told any more. */
  end(): void {
    this.sink = undefined
  }

  /** The content in force is what the endpoint serves. */
  confirmed(): void {
    this.causes.clear()
    this.sink?.confirmed()
  }

  /** Undefined when nobody listens any more. */
  async content(content: Content): Promise<Outcome | undefined> {
    this.causes.clear()
    return this.sink?.content(content)
  }

  failed(problem: SourceProblem, hash?: string): void {
    if (this.causes.has(problem.message)) return
    this.causes.add(problem.message)
    this.sink?.failed(problem, hash)
  }

  /** `problem` left out: there is none of this code now. Causes that take turns are not told again and again. */
  warning(code: SourceProblem['code'], problem: SourceProblem | undefined): void {
    const told = this.warnings.get(code)
    if (problem === undefined) {
      if (this.warnings.delete(code)) this.sink?.unwarn(code)
    } else if (!told?.has(problem.message)) {
      this.warnings.set(code, (told ?? new Set()).add(problem.message))
      this.sink?.warn(problem)
    }
  }
}
