import { type Answered, assignedBy } from '../core/answers'
import type { EntryInForce } from '../core/entry-in-force'
import { holdoutOf } from '../experiments/holdout'
import type { BufferedWriter } from '../recording/buffered-writer'
import { boundedSet } from '../runtime/bounded-cache'
import { exposureRow } from './recorders'

/** Some 10,000 subjects: whoever comes again is not written again. */
const SEEN_BYTES = 4 * 1024 * 1024

/**
 * Writes for each subject of a holdout whether they are held out, once: reports compare the two. It is
 * an exposure and no decision, as it has no flag of its own and no limit counts it.
 */
export class HoldoutLog {
  private readonly seen = boundedSet(SEEN_BYTES)

  constructor(private readonly writer: BufferedWriter) {}

  add(answer: Answered, entry: EntryInForce, at: number): void {
    for (const { assignment } of assignedBy(answer)) {
      const {
        kind,
        experiment,
        experimentId = experiment,
        variant,
        unit,
        bucket,
        hash,
      } = assignment
      if (holdoutOf(experiment) === undefined) continue
      const key = `${experiment}\0${variant}\0${unit}`
      if (this.seen.has(key)) continue
      this.seen.add(key)
      const exposure = {
        ...{ kind, feature: answer.feature, experimentId, variant, unit, user: unit, at },
        ...{ revision: entry.revision, config: entry.config, generation: answer.generation ?? 0 },
        ...(bucket !== undefined && { bucket }),
        ...(hash && { hash }),
      }
      this.writer.offer({ exposures: [exposureRow(exposure, 'backend')] })
    }
  }
}
