import { LiveflagError } from '../core/errors'
import type { ExperimentInfo } from '../core/participation'
import type { Features } from '../engine/features'

/**
 * Notices an edit that gives the experiment of a feature another id: its subjects are drawn anew, and
 * what they were assigned before counts for no limit any more.
 */
export class Renames {
  private known: ReadonlyMap<string, ExperimentInfo>

  constructor(
    private readonly features: Pick<Features, 'experiments' | 'on' | 'off'>,
    private readonly report: (error: LiveflagError) => void,
  ) {
    this.known = features.experiments
    features.on('change', this.compare)
  }

  end(): void {
    this.features.off('change', this.compare)
  }

  private readonly compare = (): void => {
    const before = this.known
    this.known = this.features.experiments
    const ids = new Set([...this.known.values()].map(({ experiment }) => experiment))
    for (const [feature, { experiment }] of before) {
      const now = this.known.get(feature)?.experiment
      if (now === undefined || now === experiment || ids.has(experiment)) continue
      this.report(
        new LiveflagError(
          'LIVEFLAG_BAD_ROW',
          `the experiment of ${feature} was ${experiment} and is ${now} now: everybody is drawn anew, and assignments to ${experiment} count for no limit, cooldown or domain any more; write the old experiment_id again if that is not meant`,
        ),
      )
    }
  }
}
