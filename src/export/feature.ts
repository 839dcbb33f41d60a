import type { Decision } from '../core/decision'
import type { Definition, Feature } from '../core/feature'
import { isJsonObject, type JsonObject, type JsonValue, own } from '../core/json'
import { isMetadata } from '../core/metadata'
import type { Path } from '../core/problem'
import type { RulePlace, Selector } from '../core/selector'
import { selectors } from '../selectors'

/** Why a feature cannot be a feature of GrowthBook's. */
export interface LeftOut {
  /** The key of the entry that GrowthBook cannot say. */
  readonly path: Path
  /** What is wrong, for a sentence: `its experiment draws by another hash`. */
  readonly reason: string
}

export type Exported = { readonly feature: JsonObject } | { readonly leftOut: LeftOut }

/**
 * A feature as one of GrowthBook's, with the same value for every visitor; or why there is none.
 * Nothing is written nearly: a rule that draws by another hash would take other visitors.
 */
export function asGrowthBook(definition: Definition): Exported {
  const { feature, value, isPayload } = definition
  if (isPayload) return { feature: membersOf(value) }
  if (feature.constant)
    return { feature: { defaultValue: exportedValue(feature.constant, feature) } }
  const mapping = isJsonObject(value) ? value : {}
  const foreign = Object.keys(mapping).find((key) => !isKnown(key))
  if (foreign !== undefined) return leftOut(foreign, `${foreign} is a selector of the application`)
  const rules: JsonObject[] = []
  const place = rulePlace(definition, mapping)
  for (const selector of selectors) {
    const written = own(mapping, selector.key)
    if (written === undefined) continue
    const found = rulesOf(selector, written, place)
    if (typeof found === 'string') return leftOut(selector.key, found)
    rules.push(...found)
  }
  const defaultValue = exportedValue(feature.otherwise, feature)
  return { feature: rules.length === 0 ? { defaultValue } : { defaultValue, rules } }
}

const leftOut = (key: string, reason: string): Exported => ({ leftOut: { path: [key], reason } })

/** What a payload says of a feature, without what decides nothing. */
function membersOf(value: JsonValue): JsonObject {
  const members = isJsonObject(value) ? Object.entries(value) : []
  return Object.fromEntries(members.filter(([key]) => key === 'defaultValue' || key === 'rules'))
}

/** A selector, what adjusts one, or a note. */
const isKnown = (key: string): boolean =>
  isMetadata(key) ||
  selectors.some((selector) => selector.key === key || Object.hasOwn(selector.modifiers ?? {}, key))

function rulesOf(
  { key, asRules }: Selector,
  value: JsonValue,
  place: RulePlace,
): readonly JsonObject[] | string {
  const found = asRules?.(value, place) ?? `GrowthBook has nothing like ${key}`
  return typeof found === 'string' ? found : found.map((rule) => completed(rule, key))
}

/** What r2's selectors say of a visitor is that the feature is on. */
function completed(rule: JsonObject, key: string): JsonObject {
  const isWhole = ['force', 'variations', 'contextualVariations', 'parentConditions'].some(
    (member) => Object.hasOwn(rule, member),
  )
  return isWhole ? rule : { id: key, ...rule, force: true }
}

const rulePlace = ({ feature, groups, forcesByUrl }: Definition, entry: JsonObject): RulePlace => {
  const place: RulePlace = {
    entry,
    compat: feature.compat,
    off: hasValues(feature) ? null : false,
    forcesByUrl,
    group: (name) => own(groups, name),
    who: (mapping) => conditionsOf(mapping, { ...place, entry: mapping }),
  }
  return place
}

function conditionsOf(mapping: JsonObject, place: RulePlace): readonly JsonObject[] | string {
  const conditions: JsonObject[] = []
  for (const selector of selectors) {
    const value = own(mapping, selector.key)
    if (value === undefined || selector.stage !== 'who') continue
    const found = rulesOf(selector, value, place)
    if (typeof found === 'string') return found
    for (const { condition = {} } of found)
      conditions.push(isJsonObject(condition) ? condition : {})
  }
  const foreign = Object.keys(mapping).find((key) => !isKnown(key))
  return foreign === undefined ? conditions : `${foreign} is a selector of the application`
}

/** Whether it has values of any type, by a default or by rules; else it is on or off. */
const hasValues = ({ otherwise }: Feature): boolean => otherwise.rule !== undefined

/**
 * The value that a decision is to GrowthBook: of a feature without values, whether it is on. One
 * with values that is switched off has none, so that the code's default counts.
 */
export function exportedValue(
  { value, rule, reason, enabled }: Pick<Decision, 'value' | 'rule' | 'reason' | 'enabled'>,
  feature: Feature,
): JsonValue {
  if (value !== undefined || rule !== undefined) return value ?? null
  return reason === 'DISABLED' && hasValues(feature) ? null : enabled
}
