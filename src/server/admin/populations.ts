import { simulatedVisitors } from '../../analysis/simulated-visitors'
import type { Facts } from '../../core/world'
import type { PopulationInfo } from './contract'

/** Visitors whose shares are shown. */
const SIMULATED = 1000

/** Whom shares and previews are about. */
export interface Population {
  readonly info: PopulationInfo
  readonly visitors: readonly Facts[]
}

/** The same visitors always. */
export const simulatedPopulation = (): Population => ({
  info: { name: 'simulated', size: SIMULATED },
  visitors: simulatedVisitors(SIMULATED),
})
