import { isJsonList, isJsonObject, type JsonObject, type JsonValue, own } from '../core/json'
import { textOr } from './targeting'

/**
 * The attributes whose sticky documents are loaded before deciding (docs/spec/growthbook.md,
 * section 10): what the experiments of a payload hash, and what they fall back to. Takes the
 * `features` of a GrowthBook payload, or entries of a live config by name. Only what is listed here
 * is loaded, so that `id` counts where some experiment names it, or names nothing.
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
