import { isJsonList, type JsonObject, own } from '../core/json'
import { variationRanges } from './assignment'
import { partsOf } from './outcome'
import { definitionOf } from './rule'

/** The experiment of a rule, as reports need it. */
export interface RuleExperiment {
  readonly key: string
  /** In the order of its variations. */
  readonly variants: readonly string[]
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
  const { key, definition, variants } = partsOf(definitionOf(rule, variations, feature))
  const ranges = variationRanges(definition, variations.length)
  const widths = variants.map((variant, i): [string, number] => [
    variant,
    Math.max(0, (ranges[i]?.[1] ?? 0) - (ranges[i]?.[0] ?? 0)),
  ])
  return { key, variants, widths: contextual ? undefined : widths }
}
