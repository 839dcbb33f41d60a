import type { Format } from '../../core/format'
import { contentHash } from './content-hash'
import { badEncoding } from './file-problems'
import type { Outcome, Sink, SourceProblem } from '../source'
import { decodeUtf8 } from './utf8'

/** Tells a sink what was found, each thing once: a poll that finds the same again is no news. */
export class FileReport {
  /** The first telling, whatever it was, ends the start. */
  toldSomething = false
  private hash: string | undefined
  private failure: string | undefined
  private readonly warnings = new Map<SourceProblem['code'], string>()

  constructor(
    private readonly path: string,
    private readonly format: Format,
    private sink: Sink | undefined
  ) {}

  /** Whatever is still being read is not told any more. */
  end(): void {
    this.sink = undefined
  }

  /** Nothing changed. A source that has failed is not healthier for having failed a second time. */
  confirmed(): void {
    if (this.failure === undefined) this.sink?.confirmed()
  }

  async content(bytes: Uint8Array, settled: boolean): Promise<Outcome> {
    const hash = contentHash(bytes)
    // After a failure the old content is news again: it ends the failure.
    if (hash === this.hash && this.failure === undefined) {
      this.sink?.confirmed()
      return 'unchanged'
    }
    const decoded = decodeUtf8(bytes)
    if (decoded.text === undefined) return this.undecodable(bytes, decoded.offset, decoded.position, settled)
    this.toldSomething = true
    const outcome = await this.sink?.content({ text: decoded.text, hash, format: this.format, settled })
    if (outcome === undefined || outcome === 'passed-over') return 'passed-over'
    this.hash = hash
    this.failure = undefined
    return outcome
  }

  failed(problem: SourceProblem): void {
    this.toldSomething = true
    if (problem.message === this.failure) return
    this.failure = problem.message
    this.sink?.failed(problem)
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

  private undecodable(bytes: Uint8Array, offset: number, position: { line: number; column: number }, settled: boolean): Outcome {
    if (!settled) return 'passed-over'
    this.failed({ ...badEncoding(this.path, bytes, offset), ...position })
    return 'rejected'
  }
}
