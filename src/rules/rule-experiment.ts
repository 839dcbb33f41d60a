import { isJsonList, type JsonObject, own } from '../core/json'
import { variationRanges } from './assignment'
import { partsOf, variationKey } from './outcome'
import { definitionOf } from './rule'

/** The experiment of a rule, as reports need it. */
export interface RuleExperiment {
  readonly key: string
  /**
   * How much of the hash's range each variation owns; undefined when that depends on the visitor,
   * as with contextual bandits.
   */
  readonly widths: readonly (readonly [variant: string, width: number])[] | undefined
}

/** Returns undefined for a rule that is no experiment. */
export function experimentOfRule(rule: JsonObject, feature: string): RuleExperiment | undefined {
  const contextual = own(rule, 'contextualVariations')
  const variations = contextual ?? own(rule, 'variations')
  if (!isJsonList(variations) || Object.hasOwn(rule, 'force')) return undefined
  const { key, definition, meta } = partsOf(definitionOf(rule, variations, feature))
  const ranges = variationRanges(definition, variations.length)
  const widths = variations.map((_, i): [string, number] => [
    variationKey(meta, i),
    Math.max(0, (ranges[i]?.[1] ?? 0) - (ranges[i]?.[0] ?? 0)),
  ])
  return { key, widths: contextual ? undefined : widths }
}
