import type { Format, Outcome, TextSink } from '../../core/source'
import { contentHashInSlices, decodeTextInSlices } from '../bytes'
import { SourceReport } from '../report'
import type { WatchProblem } from './events'
import { noEvents } from './problems'

/** Reports the content of a file when it is another one. */
export class FileReport extends SourceReport {
  private hash: string | undefined

  constructor(
    private readonly name: string,
    private readonly format: Format,
    sink: TextSink,
  ) {
    super(sink)
  }

  async bytes(bytes: Uint8Array, settled: boolean): Promise<Outcome> {
    const hash = await contentHashInSlices(bytes)
    // After a failure the same content is news: it ends the failure.
    if (hash === this.hash && !this.isFailing) {
      this.unchanged()
      return 'unchanged'
    }
    const text = await decodeTextInSlices(this.name, bytes)
    if (typeof text !== 'string') {
      if (!settled) return 'passed-over'
      this.failed(text, hash)
      return 'rejected'
    }
    const outcome = await this.content({ text, hash, format: this.format, settled })
    if (outcome !== 'passed-over') this.hash = hash
    return outcome
  }
}

/** Warns that changes are found without events, or that they are found by events again. */
export function reportWatch(
  report: SourceReport,
  name: string,
  problem: WatchProblem | undefined,
): void {
  for (const code of ['watch-failed', 'watch-limit'] as const)
    report.warning(code, problem?.code === code ? noEvents(name, problem) : undefined)
}
