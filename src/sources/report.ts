import type { Content, Outcome, SourceProblem, TextSink } from '../core/source'

/** Problems that are remembered of one kind: each read of a broken file may find another one. */
const MOST_ALTERNATING = 100

/**
 * Reports to a sink how a source is doing, and each thing once: a check that finds the same again
 * is no news.
 */
export class SourceReport {
  /** Something has been reported, whatever it was: the start is over. */
  hasReported = false
  private readonly failures = new Set<string>()
  private readonly warnings = new Map<SourceProblem['code'], Set<string>>()

  /**
   * @param alternating problems may take turns, as those of a network do: then each is reported
   * once until it is over. Otherwise a problem is reported again when another one came in between
   */
  constructor(
    private sink: TextSink | undefined,
    private readonly alternating = false,
  ) {}

  /** Nothing is reported from now on, whatever is still being read. */
  end(): void {
    this.sink = undefined
  }

  get isFailing(): boolean {
    return this.failures.size > 0
  }

  /** The content in force is what the source has now: whatever failed before is over. */
  succeeded(): void {
    this.failures.clear()
    this.sink?.confirmed()
  }

  /** Nothing has changed since the last check. A source that failed then is failing still. */
  unchanged(): void {
    if (!this.isFailing) this.sink?.confirmed()
  }

  /** `passed-over`, too, when the report has ended. */
  async content(content: Content): Promise<Outcome> {
    this.hasReported = true
    // What fails while a settled content is judged is newer than it.
    if (content.settled) this.failures.clear()
    const outcome = (await this.sink?.content(content)) ?? 'passed-over'
    if (outcome !== 'passed-over' && !content.settled) this.failures.clear()
    return outcome
  }

  /** `hash`: of what was read, where that is no text. */
  failed(problem: SourceProblem, hash?: string): void {
    this.hasReported = true
    if (this.isNews(this.failures, `${problem.message}\0${hash ?? ''}`))
      this.sink?.failed(problem, hash)
  }

  /** `problem` left out: there is no problem with this code now. */
  warning(code: SourceProblem['code'], problem: SourceProblem | undefined): void {
    if (problem === undefined) {
      if (this.warnings.delete(code)) this.sink?.unwarn(code)
      return
    }
    const known = this.warnings.get(code) ?? new Set()
    this.warnings.set(code, known)
    if (this.isNews(known, problem.message)) this.sink?.warn(problem)
  }

  /** Warns of this problem also when it was reported before another one with its code. */
  replaceWarning(code: SourceProblem['code'], problem: SourceProblem | undefined): void {
    if (problem) this.warnings.delete(code)
    this.warning(code, problem)
  }

  private isNews(known: Set<string>, key: string): boolean {
    if (known.has(key)) return false
    if (!this.alternating || known.size >= MOST_ALTERNATING) known.clear()
    known.add(key)
    return true
  }
}
