import { recordedVisitors } from '../../analysis/recorded-visitors'
import { simulatedVisitors } from '../../analysis/simulated-visitors'
import type { Facts } from '../../core/world'
import type { Store } from '../../recording/store'
import { performance } from '../../runtime/timers'
import type { PopulationInfo } from './contract'

/** Visitors whose shares are shown, of either population. */
const MOST = 1000
/** The store is asked once in this time: previews follow keystrokes. */
const KNOWN_FOR_MS = 10_000

/** Whom shares and previews are about. */
export interface Population {
  readonly info: PopulationInfo
  readonly visitors: readonly Facts[]
}

/** The visitors that the dashboard asks about. */
export class Populations {
  /** The same visitors always. */
  readonly simulated: Population = {
    info: { name: 'simulated', size: MOST },
    visitors: simulatedVisitors(MOST),
  }
  private latest: { readonly at: number; readonly recorded: Promise<Population> } | undefined

  constructor(private readonly records: Pick<Store, 'snapshot'>) {}

  /**
   * The units that the store recorded last. Without any, `note` says why. Rejects when the store is
   * away.
   */
  recorded(): Promise<Population> {
    const at = performance.now()
    if (this.latest && at - this.latest.at < KNOWN_FOR_MS) return this.latest.recorded
    const recorded = this.read()
    this.latest = { at, recorded }
    recorded.catch(() => (this.latest = undefined))
    return recorded
  }

  private async read(): Promise<Population> {
    const units = await this.records.snapshot(async (reports) => reports.recentUnits?.(MOST) ?? [])
    const visitors = recordedVisitors(units)
    const note = visitors.length === 0 ? NOBODY : IDS_ALONE
    return { info: { name: 'recorded', size: visitors.length, note }, visitors }
  }
}

const NOBODY =
  'nobody is recorded yet: exposures and decisions of experiments come here, by this server or by the file that db names'
const IDS_ALONE =
  'those recorded last, by their ids alone: what else is true of them, such as a role or a country, is not recorded'
