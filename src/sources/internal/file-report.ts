import type { Format } from '../../core/format'
import { contentHash } from './content-hash'
import { badEncoding } from './file-problems'
import type { Outcome, TextSink } from '../source'
import { TroubleReport } from './trouble-report'
import { decodeUtf8, type Undecodable } from './utf8'

/** Tells a sink what was found in a file, each thing once. */
export class FileReport extends TroubleReport {
  private hash: string | undefined

  constructor(
    private readonly path: string,
    private readonly format: Format,
    sink: TextSink
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
    const outcome = await this.sink?.content({ text: decoded.text, hash, format: this.format, settled })
    if (outcome === undefined || outcome === 'passed-over') return 'passed-over'
    this.hash = hash
    this.failure = undefined
    return outcome
  }

  private undecodable(bytes: Uint8Array, hash: string, { offset, position }: Undecodable, settled: boolean): Outcome {
    if (!settled) return 'passed-over'
    this.failed({ ...badEncoding(this.path, bytes, offset), ...position }, hash)
    return 'rejected'
  }
}
