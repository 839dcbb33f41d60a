/** Contextual bandits (docs/spec/growthbook.md, section 11). */
import type { JsonObject, JsonValue } from '../../src/core/json'
import type { GrowthBookContext } from '../../src/growthbook/context'
import { evalFeature } from '../../src/growthbook/evaluate'

const contexts: JsonValue = [
  { leafId: 4, condition: { country: 'NZ' }, weights: [0, 1] },
  { leafId: 5, condition: { id: { $inGroup: 'staff' } }, weights: [1, 0] },
]
const rule: JsonObject = {
  key: 'cb',
  contextualVariations: ['a', 'b'],
  contextualBanditRef: 'cb1',
  weights: [0.5, 0.5],
  hashVersion: 2,
  seed: 's',
}

// The hash of "1" is 0.842: the second variant of two halves.
const BANDIT: JsonObject = { banditVersion: 3, contexts }

const ask = (
  attributes: Record<string, unknown>,
  bandit = BANDIT,
  more: GrowthBookContext & { rule?: JsonObject } = {},
) =>
  evalFeature(
    {
      features: { f: { rules: [{ ...rule, ...more.rule }] } },
      savedGroups: { staff: ['1'] },
      contextualBandits: { cb1: bandit },
      attributes,
      ...more,
    },
    'f',
  )

describe('the weights of a contextual bandit', () => {
  test.each<
    [what: string, expected: object, attributes: Record<string, unknown>, bandit?: JsonObject]
  >([
    [
      'are those of the first context that matches',
      { value: 'b', leafId: 4, variationWeights: [0, 1], banditVersion: 3 },
      { id: '1', country: 'NZ' },
    ],
    [
      'may depend on a saved group',
      { value: 'a', leafId: 5, variationWeights: [1, 0] },
      { id: '1', country: 'US' },
    ],
    [
      "are the rule's when no context matches",
      { value: 'b', leafId: -1, variationWeights: [0.5, 0.5], banditVersion: 3 },
      { id: '1', country: 'US' },
      { banditVersion: 3, contexts: [] },
    ],
    [
      "are the rule's when there are no contexts",
      { leafId: -1, variationWeights: [0.5, 0.5] },
      { id: '1' },
      {},
    ],
    [
      'of a context without a condition are for everybody',
      { leafId: 0, variationWeights: [1, 0] },
      { id: '1' },
      { contexts: [{ leafId: 0, weights: [1, 0] }] },
    ],
    [
      'of a context whose condition is malformed are for nobody',
      { leafId: -1 },
      { id: '1' },
      { contexts: [{ leafId: 0, condition: { $or: 5 }, weights: [1, 0] }] },
    ],
  ])('%s', (_, { value, ...result }: { value?: JsonValue }, attributes, bandit = BANDIT) => {
    const answer = ask(attributes, bandit)
    expect(answer.experimentResult).toMatchObject(result)
    expect(answer.experiment?.['contextualBandit']).toMatchObject(result)
    if (value !== undefined) expect(answer.value).toBe(value)
  })

  test('are equal ones when the rule has none either', () => {
    const { weights: _, ...unweighed } = rule
    const features = { f: { rules: [unweighed] } }
    expect(
      evalFeature({ features, contextualBandits: { cb1: {} }, attributes: { id: '1' } }, 'f')
        .experimentResult,
    ).toMatchObject({ leafId: -1, variationWeights: [0.5, 0.5] })
  })
})

describe('nothing is said of the bandit', () => {
  const silent = expect.not.objectContaining({ contextualBandit: expect.anything() })

  test.each<[what: string, more: GrowthBookContext & { rule?: JsonObject }]>([
    ['when the payload has none of that name', { rule: { contextualBanditRef: 'other' } }],
    [
      'when its name is one that every object has',
      { rule: { contextualBanditRef: 'constructor' } },
    ],
    ['when the variation is forced', { forcedVariations: { cb: 1 } }],
    ['when the URL forces it', { url: '/?cb=1' }],
  ])('%s', (_, more) => {
    const answer = ask({ id: '1', country: 'NZ' }, undefined, more)
    expect(answer).toMatchObject({ source: 'experiment', value: 'b' })
    expect(answer.experiment).toEqual(silent)
    expect(answer.experimentResult).not.toHaveProperty('leafId')
  })

  test.each<[what: string, more: GrowthBookContext & { rule?: JsonObject }]>([
    ['by qaMode', { qaMode: true }],
    ['by its coverage', { rule: { coverage: 0 } }],
    ['by its condition', { rule: { condition: { country: 'US' } } }],
    ['by having one variation', { rule: { contextualVariations: ['a'] } }],
  ])('when the visitor is kept out %s', (_, more) => {
    expect(ask({ id: '1', country: 'NZ' }, undefined, more)).toEqual({
      value: null,
      on: false,
      off: true,
      source: 'defaultValue',
      ruleId: '',
    })
  })
})

test('contextual variations take the place of plain ones', () => {
  expect(
    ask({ id: '1', country: 'NZ' }, undefined, { rule: { variations: ['x', 'y'] } }).value,
  ).toBe('b')
})
