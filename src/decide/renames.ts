import { LiveflagError } from '../core/errors'
import type { ExperimentInfo } from '../core/participation'
import type { Features } from '../engine/features'

const MOST_NAMED = 10

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
    const renamed = [...before].flatMap(([feature, { experiment }]) => {
      const now = this.known.get(feature)?.experiment
      return now === undefined || now === experiment || ids.has(experiment)
        ? []
        : [`the experiment of ${feature} was ${experiment} and is ${now} now`]
    })
    if (renamed.length === 0) return
    const named = renamed.slice(0, MOST_NAMED).join('; ')
    const more = renamed.length > MOST_NAMED ? `; and ${renamed.length - MOST_NAMED} more` : ''
    this.report(
      new LiveflagError(
        'LIVEFLAG_NEW_EXPERIMENT_ID',
        `${named}${more}: everybody is drawn anew, and what was assigned before counts for no limit, cooldown or domain any more; write the old experiment_id again if that is not meant`,
      ),
    )
  }
}
