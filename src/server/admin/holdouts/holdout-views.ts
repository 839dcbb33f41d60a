import type { ConfiguredExperiment } from '../../../analysis/configured'
import { holdoutOf } from '../../../experiments/holdout'
import type { Dashboard } from '../dashboard'
import type { HoldoutView } from './contract'

/** The holdouts in force, each with the features that its people do not get. */
export function holdoutViews({ context, rows }: Dashboard): readonly HoldoutView[] {
  const { holdouts, names } = context.features.snapshot
  if (holdouts.length === 0) return []
  const features = new Map(holdouts.map(({ name }): [string, string[]] => [name, []]))
  for (const feature of names)
    for (const { name } of rows.holdoutsOf(feature)) features.get(name)?.push(feature)
  return holdouts.map(({ name, percent, domains = null }) => ({
    name,
    percent,
    domains,
    features: features.get(name) ?? [],
  }))
}

/** The holdout that is reported as an experiment; null of an experiment. */
export const holdoutIn = (
  views: readonly HoldoutView[],
  { id, feature }: Pick<ConfiguredExperiment, 'id' | 'feature'>,
): HoldoutView | null =>
  (id === feature && views.find(({ name }) => name === holdoutOf(id))) || null
