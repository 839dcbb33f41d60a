import type { Asker } from '../core/asker'
import { nameOf } from '../core/coercion'
import { isJsonList, isJsonObject, type JsonObject, type JsonValue, own } from '../core/json'
import type { ExperimentDefinition } from '../core/trail'
import type { BanditDecision } from './outcome'
import { getEqualWeights } from './ranges'
import { compileTargeting, type Holds, type Payload, sharesOf } from './targeting'

/** The weights of a context, if it has any, and the name that results show for them. */
export interface Weighed {
  readonly weights?: readonly number[]
  readonly bandit: BanditDecision
}

/** A contextual bandit: all its weights, and the choice for one visitor. */
export interface Bandit {
  readonly weighings: readonly Weighed[]
  choose(asker: Asker): number
}

/**
 * The contextual bandit of a rule (docs/spec/growthbook.md, section 11); undefined when it has
 * none.
 */
export function compileBandit(
  rule: JsonObject,
  definition: ExperimentDefinition,
  payload: Payload,
): Bandit | undefined {
  const reference = own(rule, 'contextualBanditRef')
  const bandit = reference === undefined ? undefined : payload.bandit(nameOf(reference))
  if (!isJsonObject(bandit)) return undefined
  const version = own(bandit, 'banditVersion')
  const described = version === undefined ? {} : { banditVersion: version }
  const leaves = leavesOf(own(bandit, 'contexts'), payload)
  const variations = Array.isArray(definition.variations) ? definition.variations.length : 0
  const fallback = sharesOf(definition.weights) ?? getEqualWeights(variations)
  const unmatched: Weighed = { bandit: { leafId: -1, variationWeights: fallback, ...described } }
  const matched = leaves.map(({ leafId, weights }): Weighed => ({
    weights,
    bandit: { leafId, variationWeights: weights, ...described },
  }))
  return {
    weighings: [...matched, unmatched],
    choose: (asker) => {
      const leaf = leaves.findIndex(({ holds }) => holds(asker))
      return leaf < 0 ? matched.length : leaf
    },
  }
}

interface Leaf {
  readonly leafId: JsonValue
  readonly weights: readonly number[]
  readonly holds: Holds
}

function leavesOf(contexts: JsonValue | undefined, payload: Payload): readonly Leaf[] {
  return (isJsonList(contexts) ? contexts : []).filter(isJsonObject).map((context) => ({
    leafId: own(context, 'leafId') ?? null,
    weights: sharesOf(own(context, 'weights')) ?? [],
    holds: compileTargeting(own(context, 'condition') ?? {}, payload),
  }))
}
