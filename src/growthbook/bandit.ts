import type { Asker } from '../core/asker'
import { isJsonList, isJsonObject, type JsonObject, type JsonValue, own } from '../core/json'
import type { ExperimentDefinition } from '../core/rule-context'
import type { BanditDecision } from './outcome'
import { getEqualWeights } from './ranges'
import { compileTargeting, type Holds, type Payload } from './targeting'

/** The weights for one visitor, when a context gave some, and what to say of them. */
export interface Weighed {
  readonly weights?: readonly number[]
  readonly bandit: BanditDecision
}

/** A contextual bandit's weights for a visitor (spec/growthbook.md, section 11); undefined when the rule has none. */
export function decideBandit(rule: JsonObject, definition: ExperimentDefinition, payload: Payload): ((asker: Asker) => Weighed) | undefined {
  const reference = own(rule, 'contextualBanditRef')
  const bandit = typeof reference === 'string' ? payload.bandit(reference) : undefined
  if (!isJsonObject(bandit)) return undefined
  const version = own(bandit, 'banditVersion')
  const described = version === undefined ? {} : { banditVersion: version }
  const leaves = leavesOf(own(bandit, 'contexts'), payload)
  const variations = Array.isArray(definition.variations) ? definition.variations.length : 0
  const fallback = numbersOf(definition.weights as JsonValue | undefined) ?? getEqualWeights(variations)
  const unmatched: Weighed = { bandit: { leafId: -1, variationWeights: fallback, ...described } }
  const matched = leaves.map(({ leafId, weights }): Weighed => ({ weights, bandit: { leafId, variationWeights: weights, ...described } }))
  return (asker) => matched[leaves.findIndex(({ holds }) => holds(asker))] ?? unmatched
}

interface Leaf {
  readonly leafId: JsonValue
  readonly weights: readonly number[]
  readonly holds: Holds
}

function leavesOf(contexts: JsonValue | undefined, payload: Payload): readonly Leaf[] {
  return (isJsonList(contexts) ? contexts : []).filter(isJsonObject).map((context) => ({
    leafId: own(context, 'leafId') ?? null,
    weights: numbersOf(own(context, 'weights')) ?? [],
    holds: compileTargeting(own(context, 'condition') ?? {}, payload),
  }))
}

const numbersOf = (value: JsonValue | undefined): readonly number[] | undefined => (isJsonList(value) ? value.map(Number) : undefined)
