import { visitEach } from '../conditions/operator'
import { type Claim, claimOf } from '../core/decision'
import type { Feature } from '../core/feature'
import { isJsonList, isJsonObject, type JsonObject, type JsonValue, own } from '../core/json'
import { NO_METADATA } from '../core/metadata'
import type { InnerStep, Match } from '../core/selector'
import { compileRule, isOn } from './rule'
import { type Payload, under } from './targeting'

/**
 * Compiles a feature of a payload to a list of steps, one for each rule. A visitor whom no rule
 * matches gets the default.
 */
export function compilePayloadFeature(
  name: string,
  definition: JsonObject,
  payload: Payload,
): Feature {
  const value = own(definition, 'defaultValue') ?? null
  const inner = compileRules(definition, name, payload)
  const steps = inner.map(({ selector, path, match, life }) => ({
    selector,
    path,
    match,
    constant: undefined,
    life,
    nextStage: inner.length,
  }))
  const otherwise = claimOf({
    enabled: isOn(value),
    value,
    reason: 'DEFAULT',
    rule: { source: 'defaultValue', ruleId: '' },
  })
  return {
    name,
    steps,
    otherwise,
    constant: undefined,
    asksOthers: asksOthers(definition),
    namings: [],
    life: undefined,
    compat: 'liveflag',
    metadata: NO_METADATA,
  }
}

/** Whether a rule has prerequisites. */
export function asksOthers(definition: JsonObject): boolean {
  const rules = own(definition, 'rules')
  return (
    isJsonList(rules) &&
    rules.some((rule) => isJsonObject(rule) && Object.hasOwn(rule, 'parentConditions'))
  )
}

/** Compiles the rules of an entry, each to a step of the walk. */
export function compileRules(
  definition: JsonObject,
  name: string,
  payload: Payload,
): readonly InnerStep[] {
  const written = own(definition, 'rules')
  const rules = isJsonList(written) ? written : []
  const matches: Match[] = []
  visitEach(payload, rules, (rule, i) => {
    matches[i] = isJsonObject(rule)
      ? compileRule(rule, i, name, under(payload, 'rules', i))
      : () => undefined
  })
  // Of a long list the rules are compiled later.
  return rules.map((_, i) => ({
    selector: `rules[${i}]`,
    path: ['rules', i],
    match: matches[i] ?? ((asker) => matches[i]?.(asker)),
  }))
}

/** The claim for a value that the request forces; it skips all rules. */
export function forcedClaim(value: JsonValue): Claim {
  return claimOf({
    enabled: isOn(value),
    value,
    reason: 'STATIC',
    selector: 'forced',
    forced: true,
    rule: { source: 'override', ruleId: '' },
  })
}
