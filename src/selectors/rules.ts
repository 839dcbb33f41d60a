import { type Claim, claimOf } from '../core/decision'
import { groupsAsked } from '../conditions/group-reference'
import { isJsonList, isJsonObject, type JsonValue, kindOf, own } from '../core/json'
import type { Place, Schema, Selector } from '../core/selector'
import { compileRules } from '../rules/feature'
import { problemsOf, RULE_KEYS } from '../rules/keys'
import { producedByRules } from '../rules/produced'
import { rulesInWords, valueInWords } from './rules-in-words'
import { badType } from './values'

const RULES: Schema = { type: 'array', items: { $ref: '#/$defs/rule' } }

/**
 * GrowthBook's rules, in order: the first that takes the visitor decides the value. They come after
 * all of r2's selectors.
 */
export const rules: Selector = {
  key: 'rules',
  stage: 'rules',
  summary: "GrowthBook's rules in order: the first that takes the visitor gives its value.",
  schema: RULES,
  compile(value, place) {
    if (place.compat === 'r2') return undefined
    if (!isJsonList(value))
      return badType(place, value, 'a list of rules, each beginning with "- "')
    place.each(value, (rule, i) => check(rule, [...place.path, i], place))
    return compileRules({ rules: value }, place.feature, {
      ...place.shared,
      report: (problem) => place.report(problem),
      each: (items, visit) => place.each(items, visit),
    })
  },
  produces(value, { entry, compat }) {
    if (compat === 'r2' || !isJsonList(value)) return {}
    const { variants, values = [] } = producedByRules(value)
    return {
      ...(variants && { variants }),
      values: Object.hasOwn(entry, defaultValue.key) ? values : [...values, null],
    }
  },
  inWords: (value, { compat }) =>
    compat === 'r2' || !isJsonList(value) ? undefined : rulesInWords(value.filter(isJsonObject)),
  asRules: (value, { compat }) =>
    compat === 'r2' || !isJsonList(value) ? [] : (whyInexact(value) ?? value.filter(isJsonObject)),
  // As a GrowthBook feature without a default: its value is null, so the code's default is
  // returned.
  otherwise: (_, place) =>
    place.compat === 'r2' || Object.hasOwn(place.entry, defaultValue.key)
      ? undefined
      : byDefault(null),
}

/** The value for visitors whom no selector claims; a feature with it has values of any type. */
export const defaultValue: Selector = {
  key: 'default',
  stage: 'rules',
  summary:
    'The value of visitors whom nothing claims; any JSON. The feature is on when the value is true in JavaScript.',
  schema: {},
  compile(value, place) {
    if (place.compat !== 'r2') warnOfText(value, 'default', place.path, place)
    return undefined
  },
  produces: (value, { compat }) => (compat === 'r2' ? {} : { values: [value] }),
  inWords: (value) => (value ? `${valueInWords(value)} for everybody else` : undefined),
  asRules: () => [],
  otherwise: (value, place) => (place.compat === 'r2' ? undefined : byDefault(value)),
}

/** Why SDKs of GrowthBook would answer these rules otherwise (docs/spec/growthbook.md, section 15). */
const whyInexact = (value: readonly JsonValue[]): string | undefined =>
  value.some((rule) => isJsonObject(rule) && groupsAsked(own(rule, 'parentConditions')).length > 0)
    ? 'its parentConditions ask a saved group, and SDKs of GrowthBook know none there'
    : undefined

const byDefault = (value: JsonValue): Claim =>
  claimOf({
    enabled: Boolean(value),
    value,
    reason: 'DEFAULT',
    rule: { source: 'defaultValue', ruleId: '' },
  })

function check(rule: JsonValue, path: Place['path'], place: Place): void {
  if (!isJsonObject(rule)) {
    place.report({
      code: 'bad-type',
      path,
      message: `a rule is ${kindOf(rule)}; write a mapping, with force or variations`,
    })
    return
  }
  for (const key of Object.keys(rule))
    if (!Object.hasOwn(RULE_KEYS, key))
      place.unknownKey(key, [...path, key], Object.keys(RULE_KEYS))
  for (const problem of problemsOf(rule))
    place.report({ ...problem, path: [...path, ...(problem.path ?? [])] })
  warnOfText(own(rule, 'force'), 'force', [...path, 'force'], place)
}

/** An entry is off by the word `off`; its values are JSON, where that is a text, and every text is true. */
function warnOfText(
  value: JsonValue | undefined,
  key: string,
  path: Place['path'],
  place: Place,
): void {
  if (typeof value !== 'string' || !/^(?:off|false)$/i.test(value)) return
  place.report({
    code: 'counts-as-on',
    severity: 'warning',
    path,
    message: `${key} is the text "${value}", and every text counts as on; write ${key}: false to switch the feature off`,
  })
}
