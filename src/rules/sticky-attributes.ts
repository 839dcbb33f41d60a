import { isJsonList, isJsonObject, type JsonObject, type JsonValue, own } from '../core/json'
import { textOr } from './targeting'

/**
 * The attributes whose sticky documents are loaded before deciding (docs/spec/growthbook.md,
 * section 10): those that the experiments hash, and their fallbacks. Takes the `features` of a
 * GrowthBook payload, or entries of a live config by name. Only these are loaded; `id` is one of
 * them when some experiment names it or names none.
 */
export function stickyAttributesOf(
  features: JsonObject,
  experiments: readonly JsonValue[] = [],
): readonly string[] {
  const ofRules = Object.values(features).flatMap(rulesOf).filter(isExperiment)
  const names = [...ofRules, ...experiments.filter(isJsonObject)].flatMap((experiment) => {
    const fallback = textOr(own(experiment, 'fallbackAttribute'), '')
    return [textOr(own(experiment, 'hashAttribute'), 'id'), ...(fallback ? [fallback] : [])]
  })
  return [...new Set(names)]
}

function rulesOf(feature: JsonValue): readonly JsonObject[] {
  const rules = isJsonObject(feature) ? own(feature, 'rules') : undefined
  return isJsonList(rules) ? rules.filter(isJsonObject) : []
}

const isExperiment = (rule: JsonObject): boolean =>
  Boolean(own(rule, 'variations') ?? own(rule, 'contextualVariations'))
