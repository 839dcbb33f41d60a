/** Where the shares of rules end, by the seed of the hash that they draw by. */
import fc from 'fast-check'
import { PlannedDraws } from '../../src/analysis/impact-draws'
import { newCompilers } from '../../src/analysis/planned-side'
import { ruleEnds, seedsOf } from '../../src/analysis/rule-ends'
import { prepareSavedGroups } from '../../src/conditions/saved-groups'
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/core/json'
import { compileEntry } from '../../src/live-config/compile-entry'
import { payload } from '../support/payload-arbitraries'

const { patterns, targeting } = newCompilers()

/** The seeds by which a rule really draws: those of the hashes that its compiler asks for. */
function drawnBy(feature: string, rule: JsonValue): readonly string[] {
  const seeds: string[] = []
  const definitions = {
    ...{ groups: prepareSavedGroups({}, patterns), patterns, targeting },
    bandit: () => ({ contexts: [{ condition: {}, weights: [0.5, 0.5] }] }),
    hasher: (seed: string) => {
      seeds.push(seed)
      return () => 0
    },
  }
  compileEntry(
    feature,
    { defaultValue: false, rules: [rule] },
    {
      ...{ compat: 'liveflag', loggedOutExperiments: true, isPayload: true },
      ...{ bucketing: new PlannedDraws(), definitions },
    },
  )
  return seeds
}

const rulesIn = (value: JsonValue | undefined): readonly JsonObject[] =>
  isJsonObject(value) && Array.isArray(value.rules)
    ? (value.rules as readonly JsonValue[]).filter(isJsonObject)
    : []

test('every seed by which a rule draws is known beforehand', () => {
  let drawn = 0
  fc.assert(
    fc.property(payload, ({ features }) => {
      for (const [feature, value] of Object.entries(features))
        for (const rule of rulesIn(value))
          for (const seed of drawnBy(feature, rule)) {
            drawn++
            expect(seedsOf(rule, feature)).toContain(seed)
          }
    }),
    { numRuns: 300 },
  )
  expect(drawn).toBeGreaterThan(200)
})

const version = (rules: readonly JsonObject[]) => ({
  ...{ feature: 'a', value: { rules: [...rules] }, isPayload: false, groups: {}, bandits: {} },
})

test.each<[string, string, readonly number[]]>([
  ['the name of the feature', 'a', [0.2]],
  ['the key of the experiment', 'exp', [0, 0.6, 1]],
  ['a seed of its own', 'own', [0.3]],
  ['a filter', 'filter', [0.1, 0.4, 0.9]],
  ['a namespace', '__ns', [0, 0.25, 0.7, 0.75]],
])('by %s only its rules draw', (_, seed, ends) => {
  const rules = [
    { force: true, coverage: 0.2 },
    { force: true, coverage: 0.3, seed: 'own' },
    { variations: [0, 1], weights: [0.6, 0.4], key: 'exp' },
    { force: true, coverage: 0.4, seed: 'x', filters: [{ seed: 'filter', ranges: [[0.1, 0.9]] }] },
    { variations: [0], coverage: 0.7, key: 'in', namespace: ['ns', 0.25, 0.75] },
  ]
  expect([...new Set(ruleEnds([version(rules)], seed))].sort((a, b) => a - b)).toEqual(ends)
})

test('by a seed that no rule is known to have all rules may draw', () => {
  const rules = [
    { force: true, coverage: 0.2 },
    { force: true, coverage: 0.3, seed: 'own' },
  ]
  expect(ruleEnds([version(rules)], 'unheard of')).toEqual([0.2, 0.3])
})
