import { messageOf } from '../../../core/errors'
import type { StagedResult } from '../../../fleet/staged'
import type { StageProgress } from '../../../fleet/stages'
import type { ServerLog } from '../../route'

export interface JobOptions {
  readonly onStage: (progress: StageProgress) => void
  readonly signal: AbortSignal
}

/** Takes a generation through its stages. */
export type Job = (options: JobOptions) => Promise<StagedResult>

/** Its first stage has begun, or it ended before. */
export type Begun =
  { readonly kind: 'staging'; readonly generation: number; readonly percent: number } | StagedResult

/**
 * The generations that this server takes through their stages. When it ends, they are taken off them: no
 * process stays on a text that nobody watches.
 */
export class StageJobs {
  private readonly closing = new AbortController()
  /** Those at work; a store has one at a time. */
  private readonly atWork = new Set<Promise<unknown>>()

  constructor(private readonly log: ServerLog) {}

  /** Resolves when the first stage has begun. Rejects where the store failed before that. */
  begin(source: string, job: Job): Promise<Begun> {
    return new Promise<Begun>((resolve, reject) => {
      const onStage = ({ generation, percent }: StageProgress): void =>
        resolve({ kind: 'staging', generation, percent })
      const work = job({ onStage, signal: this.closing.signal })
        .then(
          (result) => {
            this.log.info({ source, ...shown(result) }, 'the stages are over')
            resolve(result)
          },
          (error: unknown) => {
            this.log.error({ source, problem: messageOf(error) }, 'the stages ended')
            reject(error instanceof Error ? error : new Error(messageOf(error)))
          },
        )
        .finally(() => this.atWork.delete(work))
      this.atWork.add(work)
    })
  }

  async close(): Promise<void> {
    this.closing.abort()
    await Promise.all(this.atWork)
  }
}

/** Neither a text nor a problem of a text. */
const shown = (result: StagedResult): object => ({
  outcome: result.kind,
  ...('generation' in result && { generation: result.generation }),
  ...(result.kind === 'withdrawn' && { reason: result.reason }),
})
