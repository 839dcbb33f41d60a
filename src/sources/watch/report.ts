import type { Format, Outcome, SourceProblem, TextSink } from '../../core/source'
import { contentHash, decodeUtf8, type Undecodable } from '../bytes'
import { badEncoding } from './problems'

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

/** Tells a sink what was found in a file, each thing once. */
export class FileReport extends TroubleReport {
  private hash: string | undefined

  constructor(
    private readonly path: string,
    private readonly format: Format,
    sink: TextSink,
  ) {
    super(sink)
  }

  async content(bytes: Uint8Array, settled: boolean): Promise<Outcome> {
    const hash = contentHash(bytes)
    // After a failure the old content is news again: it ends the failure.
    if (hash === this.hash && this.failure === undefined) {
      this.sink?.confirmed()
      return 'unchanged'
    }
    const decoded = decodeUtf8(bytes)
    if (decoded.text === undefined) return this.undecodable(bytes, hash, decoded, settled)
    this.toldSomething = true
    const outcome = await this.sink?.content({
      text: decoded.text,
      hash,
      format: this.format,
      settled,
    })
    if (outcome === undefined || outcome === 'passed-over') return 'passed-over'
    this.hash = hash
    this.failure = undefined
    return outcome
  }

  private undecodable(
    bytes: Uint8Array,
    hash: string,
    { offset, position }: Undecodable,
    settled: boolean,
  ): Outcome {
    if (!settled) return 'passed-over'
    this.failed({ ...badEncoding(this.path, bytes, offset), ...position }, hash)
    return 'rejected'
  }
}
