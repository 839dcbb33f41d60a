/**
 * Problems of a payload that are probably mistakes. A payload is written by another program, which
 * may add keys, so only what is misspelt or has the wrong type is a problem, and each is a warning.
 */
import { isJsonList, isJsonObject, type JsonObject, type JsonValue, kindOf } from '../../core/json'
import type { Path } from '../../core/problem'
import { didYouMean } from '../../core/suggest'
import type { EntryProblem } from '../../core/selector'

/** docs/spec/growthbook.md, section 1 */
export const FEATURE_KEYS: readonly string[] = ['defaultValue', 'rules']

const RULE_KEYS: readonly string[] = [
  'id',
  'condition',
  'parentConditions',
  'force',
  'coverage',
  'variations',
  'weights',
  'key',
  'hashAttribute',
  'hashVersion',
  'fallbackAttribute',
  'disableStickyBucketing',
  'bucketVersion',
  'minBucketVersion',
  'namespace',
  'range',
  'ranges',
  'filters',
  'meta',
  'seed',
  'name',
  'phase',
  'tracks',
  'contextualBanditRef',
  'contextualVariations',
]

type Found = EntryProblem & { readonly path: Path }

export const payloadProblems = (feature: JsonValue): readonly EntryProblem[] =>
  problemsOf(feature).map((found) => ({
    ...found,
    severity: 'warning',
    at: found.path.length > 0 ? 'key' : 'value',
  }))

function problemsOf(feature: JsonValue): readonly Found[] {
  if (!isJsonObject(feature)) {
    const message = `a feature of a payload is an object with defaultValue and rules, and this is ${kindOf(feature)}; it is off for everybody`
    return [{ code: 'bad-type', path: [], message }]
  }
  const misspelt = misspeltKeys(feature, FEATURE_KEYS, [])
  if (misspelt.length === 0 && !FEATURE_KEYS.some((key) => Object.hasOwn(feature, key)))
    return unreadKeys(feature)
  return [...misspelt, ...rulesProblems(feature['rules'])]
}

function unreadKeys(feature: JsonObject): readonly Found[] {
  const [key] = Object.keys(feature)
  if (key === undefined) return []
  const message = `${JSON.stringify(key)} is no key of a feature in a payload, and it has neither defaultValue nor rules; it is off for everybody`
  return [{ code: 'unknown-key', path: [key], message }]
}

function rulesProblems(rules: JsonValue | undefined): readonly Found[] {
  if (rules === undefined || rules === null) return []
  if (!isJsonList(rules)) {
    const message = `rules is ${kindOf(rules)}, so there is no rule; write a list`
    return [{ code: 'bad-type', path: ['rules'], message }]
  }
  return rules.flatMap((rule, i) =>
    isJsonObject(rule) ? misspeltKeys(rule, RULE_KEYS, ['rules', i]) : [],
  )
}

/** Keys without a meaning that are close to a known key. */
function misspeltKeys(mapping: JsonObject, known: readonly string[], path: Path): readonly Found[] {
  return Object.keys(mapping).flatMap((key) => {
    if (known.includes(key)) return []
    const meant = nearest(key, known)
    if (meant === undefined || Object.hasOwn(mapping, meant)) return []
    const message = `${JSON.stringify(key)} is not read; did you mean ${meant}?`
    return [{ code: 'unknown-key', path: [...path, key], message } as const]
  })
}

/** The suggestions are compared in small letters. */
function nearest(key: string, known: readonly string[]): string | undefined {
  const folded = known.map((one) => one.toLowerCase())
  const meant = didYouMean(key, folded)
  return meant === undefined ? undefined : known[folded.indexOf(meant)]
}
