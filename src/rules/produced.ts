import { isJsonList, isJsonObject, type JsonObject, type JsonValue, own } from '../core/json'
import type { Produced } from '../core/selector'
import { partsOf, variationKey } from './outcome'
import { definitionOf } from './rule'

/** The values of rules, and the names of their variations. */
export function producedByRules(rules: readonly JsonValue[]): Produced {
  const all = rules.filter(isJsonObject).map(producedByRule)
  return {
    variants: all.flatMap(({ variants = [] }) => variants),
    values: all.flatMap(({ values = [] }) => values),
  }
}

function producedByRule(rule: JsonObject): Produced {
  const gated = isGated(rule) ? [null] : []
  if (Object.hasOwn(rule, 'force')) return { values: [own(rule, 'force') ?? null, ...gated] }
  const variations = own(rule, 'contextualVariations') ?? own(rule, 'variations')
  if (!isJsonList(variations)) return { values: gated }
  const { meta } = partsOf(definitionOf(rule, variations, ''))
  // One with passthrough is recorded, and the next rule decides.
  const served = variations.map((_, i) => i).filter((i) => !meta[i]?.passthrough)
  return {
    variants: served.map((i) => variationKey(meta, i)),
    values: [...served.map((i) => variations[i] ?? null), ...gated],
  }
}

/** With `gate: true` the whole feature is null when the other feature is not on. */
function isGated(rule: JsonObject): boolean {
  const parents = own(rule, 'parentConditions')
  return (
    isJsonList(parents) &&
    parents.some((parent) => isJsonObject(parent) && own(parent, 'gate') === true)
  )
}
