import { isJsonList, isJsonObject, type JsonObject, own } from '../core/json'
import type { Compat } from '../core/selector'
import type { Format } from '../core/source'
import { controlsOfRule, declaredControls } from '../experiments/control'
import { readDuration } from '../experiments/duration'
import { holdoutId, sharesOfHoldout } from '../experiments/holdout'
import { idOf } from '../experiments/life'
import { reportByOf } from '../experiments/report-by'
import { ofWhole, type Share, sharesOfExperiment } from '../experiments/shares'
import { featureMappings, type Holdout } from '../live-config/read-entries'
import { experimentOfRule } from '../rules/rule-experiment'

/** An experiment as a live config has it now. */
export interface ConfiguredExperiment {
  readonly feature: string
  /** What exposures and decisions are recorded with. */
  readonly id: string
  /** Only experiments with a life have one. */
  readonly status: string | undefined
  /**
   * In order of names; undefined where the live config does not say them, as of contextual bandits.
   */
  readonly shares: readonly Share[] | undefined
  /** For how long after its exposure a unit's conversions count. */
  readonly windowMs?: number
  /** The attributes by whose values its results are shown, too. */
  readonly reportBy?: readonly string[]
  /** The variants that the entry names in `control`, or the first of a rule; left out, they are found by their names. */
  readonly control?: readonly string[]
}

/**
 * Every experiment of a live config in its order, those of rules and those that are stopped
 * included.
 */
export function experimentsIn(
  text: string,
  format: Format,
  compat: Compat = 'liveflag',
): readonly ConfiguredExperiment[] {
  return featureMappings(text, format).flatMap(({ feature, mapping }) =>
    experimentsOf(feature, mapping, compat),
  )
}

/** Those of one entry. */
export function experimentsOf(
  feature: string,
  entry: JsonObject,
  compat: Compat,
): readonly ConfiguredExperiment[] {
  const experiment = own(entry, 'experiment')
  const rules = own(entry, 'rules')
  return [
    ...(isJsonObject(experiment) ? [ofEntry(feature, experiment, entry, compat)] : []),
    ...(isJsonList(rules)
      ? rules.filter(isJsonObject).flatMap((rule) => ofRule(feature, rule))
      : []),
  ]
}

/** A holdout, as an experiment of those who are kept out against the rest. */
export const experimentOfHoldout = ({
  name,
  percent,
}: Pick<Holdout, 'name' | 'percent'>): ConfiguredExperiment => ({
  feature: holdoutId(name),
  id: holdoutId(name),
  status: undefined,
  shares: sharesOfHoldout(percent),
})

function ofEntry(
  feature: string,
  experiment: JsonObject,
  entry: JsonObject,
  compat: Compat,
): ConfiguredExperiment {
  const status = own(experiment, 'status')
  const windowMs = readDuration(own(experiment, 'window'))
  const reportBy = reportByOf(experiment)
  const control = declaredControls(experiment)
  return {
    feature,
    id: idOf(own(experiment, 'experiment_id'), feature),
    status: typeof status === 'string' ? status : undefined,
    ...(windowMs !== undefined && { windowMs }),
    ...(reportBy.length > 0 && { reportBy }),
    ...(control.length > 0 && { control }),
    shares: sharesOfExperiment(experiment, entry, compat),
  }
}

function ofRule(feature: string, rule: JsonObject): readonly ConfiguredExperiment[] {
  const found = experimentOfRule(rule, feature)
  if (!found) return []
  const reportBy = reportByOf(rule)
  const shares = found.widths && ofWhole(found.widths)
  const control = controlsOfRule(rule, found.variants)
  const also = {
    ...(reportBy.length > 0 && { reportBy }),
    ...(control.length > 0 && { control }),
  }
  return [{ feature, id: found.key, status: undefined, shares, ...also }]
}
