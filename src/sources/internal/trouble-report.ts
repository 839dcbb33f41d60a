import type { SourceProblem, TextSink } from '../source'

/** Tells a sink how a path fares, each thing once: a poll that finds the same again is no news. */
export class TroubleReport {
  /** The first telling, whatever it was, ends the start. */
  toldSomething = false
  protected failure: string | undefined
  private readonly warnings = new Map<SourceProblem['code'], string>()

  constructor(protected sink: TextSink | undefined) {}

  /** Whatever is still being read is not told any more. */
  end(): void {
    this.sink = undefined
  }

  /** Nothing changed. A source that has failed is not healthier for having failed a second time. */
  confirmed(): void {
    if (this.failure === undefined) this.sink?.confirmed()
  }

  failed(problem: SourceProblem, hash?: string): void {
    this.toldSomething = true
    const failure = `${problem.message}\0${hash ?? ''}`
    if (failure === this.failure) return
    this.failure = failure
    this.sink?.failed(problem, hash)
  }

  /** What had failed is there again. */
  recovered(): void {
    this.failure = undefined
    this.confirmed()
  }

  /** `problem` left out: there is none of this code now. */
  warning(code: SourceProblem['code'], problem: SourceProblem | undefined): void {
    const told = this.warnings.get(code)
    if (problem === undefined) {
      if (this.warnings.delete(code)) this.sink?.unwarn(code)
    } else if (told !== problem.message) {
      this.warnings.set(code, problem.message)
      this.sink?.warn(problem)
    }
  }
}
