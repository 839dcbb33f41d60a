import { claimOf } from '../core/decision'
import type { Feature } from '../core/feature'
import { isJsonList, isJsonObject, type JsonObject, own } from '../core/json'
import type { Match, Step } from '../core/selector'
import { compileRule, isOn } from './rule'
import { type Payload, under } from './targeting'

/** A feature of a payload as one more list of steps: each rule is one, and the default is what nobody's rule gives. */
export function compilePayloadFeature(name: string, definition: JsonObject, payload: Payload): Feature {
  const value = own(definition, 'defaultValue') ?? null
  const steps = compileRules(definition, name, payload)
  const otherwise = claimOf({ enabled: isOn(value), value, reason: 'DEFAULT', rule: { source: 'defaultValue', ruleId: '' } })
  return { name, steps, otherwise, namings: [], compat: 'liveflag', metadata: {} }
}

/** The rules of an entry, each a step of the walk; the first forced value comes before them all. */
export function compileRules(definition: JsonObject, name: string, payload: Payload): readonly Step[] {
  const rules = own(definition, 'rules')
  const compiled = (isJsonList(rules) ? rules : []).map((rule, i): Draft => ({
    selector: `rules[${i}]`,
    path: ['rules', i],
    match: isJsonObject(rule) ? compileRule(rule, i, name, under(payload, 'rules', i)) : () => undefined,
  }))
  const drafts = [{ selector: 'forced', path: [], match: forcedValue(name) }, ...compiled]
  return drafts.map((draft) => ({ ...draft, nextStage: drafts.length }))
}

type Draft = Omit<Step, 'nextStage'>

/** A value that the request forces skips everything. */
function forcedValue(name: string): Match {
  return (asker) => {
    const forced = asker.rules.forcedValue(name)
    if (!forced) return undefined
    const { value } = forced
    return claimOf({ enabled: isOn(value), value, reason: 'STATIC', selector: 'forced', forced: true, rule: { source: 'override', ruleId: '' } })
  }
}
