import type { BufferedWriter } from '../recording/buffered-writer'
import type { DecisionRow } from '../recording/store'
import { rowOf } from './evaluator'
import type { Answered } from './judge'
import type { Settled, WriteMode } from './settings'

/** Writes answers as the write mode says. One that assigns is durable before it is given. */
export class DecisionLog {
  constructor(
    private readonly writer: BufferedWriter,
    private readonly writeMode: WriteMode,
    private readonly whenFull: Settled['log']['whenFull'],
    private readonly notRecorded: (error: unknown) => void,
  ) {}

  /** Writes what is not written yet. Undefined: nobody need wait. Never rejects. */
  record(answers: readonly Answered[], subject: string, now: number): Promise<unknown> | undefined {
    const [before, behind]: [DecisionRow[], DecisionRow[]] = [[], []]
    for (const { result, origin, isWritten } of answers) {
      if (isWritten) continue
      if (this.writeMode === 'sync' || result.reason === 'experiment_assigned')
        before.push(rowOf(result, origin, subject, now))
      else if (this.writeMode === 'async') behind.push(rowOf(result, origin, subject, now))
    }
    const taken = behind.length > 0 ? this.takenBehind(behind) : undefined
    return before.length > 0 ? Promise.all([taken, this.durable(before)]) : taken
  }

  /** Resolves when the decisions are durable, or when that failed and was reported. */
  async durable(decisions: readonly DecisionRow[]): Promise<void> {
    try {
      await this.writer.record({ decisions })
    } catch (error) {
      this.notRecorded(error)
    }
  }

  /** Only with `block` there is something to wait for: room. */
  private takenBehind(decisions: readonly DecisionRow[]): Promise<unknown> | undefined {
    if (this.whenFull === 'block') return this.writer.put({ decisions })
    // One that finds no room is written before the answer: it is not lost because the log is
    // behind.
    return this.writer.offer({ decisions }) ? undefined : this.durable(decisions)
  }
}
