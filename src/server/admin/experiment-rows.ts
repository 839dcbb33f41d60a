import type { ConfiguredExperiment } from '../../analysis/configured'
import type { Features } from '../../engine/features'
import type { ExperimentRow } from './contract'
import type { HoldoutView } from './holdouts/contract'

/** An experiment of the live config as a row of a list. */
export const experimentRow = (
  { id, feature, status, shares }: ConfiguredExperiment,
  features: Pick<Features, 'experiments' | 'now'>,
  units: number | null = null,
  holdout: HoldoutView | null = null,
): ExperimentRow => ({
  id,
  feature,
  status: features.experiments.get(feature)?.statusAt(features.now()) ?? status ?? null,
  variants: (shares ?? []).map(({ variant, share }) => ({ variant, share })),
  units,
  holdout,
})
