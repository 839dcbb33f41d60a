/** Whatever a payload, an experiment or a visitor holds: there is an answer, and soon. */
import fc from 'fast-check'
import { checkText, type Exposure, type RequestOptions, worldOf } from '../../../src'
import { compileCondition } from '../../../src/conditions/condition'
import { createLinearPatterns } from '../../../src/conditions/patterns/linear'
import type { JsonObject, JsonValue } from '../../../src/core/json'
import type { GrowthBookContext } from '../../../src/growthbook/context'
import { evalFeature, runExperiment } from '../../../src/growthbook/evaluate'
import { anyValue, INHERITED, mappingOf } from '../../support/arbitraries'
import { closeEngines, openEngine } from '../../support/engine'
import { PATIENCE, sized } from '../../support/long-run'
import { anyText } from '../../support/any-text'

const numRuns = sized(250, 100_000)

afterEach(closeEngines)

const IDS = ['a', 'b', ...INHERITED]
const RULE_KEYS = [
  'id',
  'force',
  'coverage',
  'range',
  'seed',
  'hashAttribute',
  'hashVersion',
  'fallbackAttribute',
  'variations',
  'contextualVariations',
  'contextualBanditRef',
  'key',
  'weights',
  'ranges',
  'meta',
  'namespace',
  'name',
  'phase',
  'filters',
  'condition',
  'parentConditions',
  'tracks',
  'disableStickyBucketing',
  'bucketVersion',
  'minBucketVersion',
  'urlPatterns',
  'url',
  'groups',
  'status',
  'active',
  'include',
]
const CONDITION_KEYS = [
  '$or',
  '$and',
  '$nor',
  '$not',
  '$eq',
  '$ne',
  '$lt',
  '$gte',
  '$in',
  '$nin',
  '$ini',
  '$inGroup',
  '$notInGroup',
  '$all',
  '$alli',
  '$size',
  '$elemMatch',
  '$exists',
  '$regex',
  '$regexi',
  '$type',
  '$veq',
  '$vgt',
  '$savedGroup',
  '$groups',
  'x',
  'x.y.z',
  '',
  '.',
  'id',
  'value',
  ...INHERITED,
]
const WORDS = [
  ...IDS,
  'id',
  'x',
  'draft',
  'regex',
  'simple',
  '(a+)+$',
  '[',
  '(?=a)',
  '\\',
  '*',
  'https://x.test/?a=1',
  '1.2.3',
  'b',
  '__proto__',
  '$in',
  '',
]

const mostly = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | JsonValue> =>
  fc.oneof({ weight: 4, arbitrary }, { weight: 1, arbitrary: json })

const json: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constantFrom<JsonValue>(null, true, false, 0, 1, 2, -1, 0.5, 1e308, -0, 3, ...WORDS),
    anyValue as fc.Arbitrary<JsonValue>,
    fc.array(tie('value'), { maxLength: 3 }),
    mappingOf(
      fc.constantFrom(
        ...RULE_KEYS,
        ...CONDITION_KEYS,
        'ranges',
        'attribute',
        'gate',
        'leafId',
        'contexts',
        'experiment',
        'result',
        'hashValue',
      ),
      tie('value'),
    ),
  ),
})).value

const condition: fc.Arbitrary<JsonValue> = mostly(
  mappingOf(fc.constantFrom(...CONDITION_KEYS), json),
)
const parents = mostly(
  fc.array(
    fc.record(
      { id: mostly(fc.constantFrom(...IDS)), condition, gate: json },
      { requiredKeys: ['id'] },
    ),
    { maxLength: 3 },
  ),
) as fc.Arbitrary<JsonValue>
const tracks = mostly(
  fc.array(fc.record({ experiment: json, result: json }), { maxLength: 2 }),
) as fc.Arbitrary<JsonValue>
const rule = mostly(
  fc
    .tuple(
      mappingOf(fc.constantFrom(...RULE_KEYS), json, 6),
      fc.record(
        {
          condition,
          parentConditions: parents,
          tracks,
          variations: mostly(fc.array(json, { maxLength: 3 })),
        },
        { requiredKeys: [] },
      ),
    )
    .map(([any, likely]) => ({ ...any, ...likely })),
)
const feature = mostly(
  fc.record(
    { defaultValue: json, rules: mostly(fc.array(rule, { maxLength: 3 })) },
    { requiredKeys: [] },
  ),
)
const payload = fc.record({
  features: mostly(mappingOf(fc.constantFrom(...IDS), feature)),
  savedGroups: mostly(mappingOf(fc.constantFrom(...IDS), mostly(fc.array(json, { maxLength: 3 })))),
  contextualBandits: mostly(mappingOf(fc.constantFrom(...IDS), json)),
}) as fc.Arbitrary<JsonObject>
const attributes = mostly(mappingOf(fc.constantFrom('id', 'x', 'device', ...INHERITED, ''), json))

/** What forces something, of any shape. */
const forcing = fc.record(
  {
    enabled: json,
    qaMode: json,
    url: fc.oneof(fc.webUrl(), anyText()),
    forcedVariations: mostly(mappingOf(fc.constantFrom(...IDS), json)),
    overrides: mostly(mappingOf(fc.constantFrom(...IDS), json)),
    groups: mostly(mappingOf(fc.constantFrom(...IDS), json)),
  },
  { requiredKeys: [] },
)

describe(`on ${numRuns} hostile payloads and visitors there is always an answer`, () => {
  test(
    'of evalFeature',
    () => {
      const told = {
        trackingCallback: () => {
          throw new Error('from the application')
        },
        onFeatureUsage: () => Promise.reject(new Error('from the application')),
      }
      fc.assert(
        fc.property(
          payload,
          attributes,
          forcing,
          mappingOf(fc.constantFrom(...IDS), json),
          (given, attributes, forced, forcedFeatureValues) => {
            const context = {
              ...given,
              attributes,
              ...forced,
              forcedFeatureValues,
              ...told,
            } as unknown as GrowthBookContext
            for (const id of [...IDS, 'nobody']) {
              const { value, on, off, source } = evalFeature(context, id)
              expect([on, off]).toEqual([Boolean(value), !value])
              expect(source).toMatch(
                /^(unknownFeature|defaultValue|force|override|experiment|prerequisite|cyclicPrerequisite)$/,
              )
            }
          },
        ),
        { numRuns, seed: 6 },
      )
    },
    PATIENCE,
  )

  test(
    'of runExperiment',
    () => {
      fc.assert(
        fc.property(
          payload,
          attributes,
          forcing,
          mappingOf(fc.constantFrom(...RULE_KEYS), json, 8),
          fc.array(json, { maxLength: 3 }),
          (given, attributes, forced, any, variations) => {
            const result = runExperiment(
              { ...given, attributes, ...forced } as unknown as GrowthBookContext,
              { variations, ...any },
            )
            expect(typeof result.inExperiment).toBe('boolean')
          },
        ),
        { numRuns, seed: 7 },
      )
    },
    PATIENCE,
  )

  test(
    'of the engine, and one of every reader of its answer',
    async () => {
      await fc.assert(
        fc.asyncProperty(payload, attributes, forcing, async (given, attributes, forced) => {
          const { features } = await openEngine(JSON.stringify(given), {
            format: 'json',
            onUsage: () => undefined,
          })
          // Options are the application's own code, which may leave them out.
          const options = Object.fromEntries(
            Object.entries(forced).filter(([, given]) => given !== null),
          ) as RequestOptions
          const request = features.for(worldOf({ attributes } as never), options)
          for (const id of [...IDS, 'nobody']) {
            expect(request.isEnabled(id)).toBe(request.decide(id).enabled)
            JSON.stringify([request.explain(id), request.details(id, {}), request.variant(id)])
          }
          JSON.stringify(request.allEnabled())
          await closeEngines()
        }),
        { numRuns, seed: 8 },
      )
    },
    PATIENCE,
  )

  test(
    'of the engine on hostile rules beside selectors',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          mostly(fc.array(rule, { maxLength: 3 })),
          json,
          attributes,
          async (rules, otherwise, attributes) => {
            const text = JSON.stringify({ feature_x: { gold: true, default: otherwise, rules } })
            const { features } = await openEngine(text, { format: 'json' })
            const request = features.for(worldOf({ attributes } as never))
            expect(request.isEnabled('x')).toBe(request.decide('x').enabled)
            checkText(text, { format: 'json' })
            await closeEngines()
          },
        ),
        { numRuns, seed: 9 },
      )
    },
    PATIENCE,
  )

  test(
    'of a condition',
    () => {
      const context = {
        groups: () => undefined,
        patterns: createLinearPatterns(),
        report: () => undefined,
      }
      fc.assert(
        fc.property(condition, json, (given, value) =>
          expect(typeof compileCondition(given, context)(() => value)).toBe('boolean'),
        ),
        { numRuns, seed: 10 },
      )
    },
    PATIENCE,
  )
})

describe('what would take for ever, or all of the stack, does not', () => {
  const chain = (length: number, ways: number): JsonObject =>
    Object.fromEntries(
      Array.from({ length }, (_, i) => [
        `f${i}`,
        {
          defaultValue: false,
          rules: [
            {
              force: true,
              parentConditions: Array.from({ length: ways }, () => ({ id: `f${i + 1}` })),
            },
          ],
        },
      ]),
    )

  test('features that require the next one by two ways each: forty of them would be a million million ways', async () => {
    const used: string[] = []
    const payload = { features: { ...chain(40, 2), f40: { defaultValue: true } } }
    expect(
      evalFeature({ ...payload, onFeatureUsage: (feature) => used.push(feature) }, 'f0'),
    ).toMatchObject({ value: true, source: 'force' })
    expect(used).toHaveLength(41)
    const { features } = await openEngine(JSON.stringify(payload), {
      format: 'json',
      onUsage: ({ feature }) => used.push(feature),
    })
    expect(features.isEnabled('f0')).toBe(true)
    expect(used).toHaveLength(82)
  })

  test('a row of 10,000 features, each requiring the next, counts as a circle', async () => {
    const features = chain(10_000, 1)
    expect(evalFeature({ features }, 'f0')).toMatchObject({
      value: null,
      source: 'cyclicPrerequisite',
    })
    expect(
      evalFeature({ features: { ...features, f50: { defaultValue: 1 } } }, 'f0'),
    ).toMatchObject({ value: true })
  })

  test('brackets 100,000 deep, wherever they are', () => {
    const deep = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) as JsonValue
    const rules: JsonObject[] = [
      { force: 1, condition: deep },
      { force: 1, condition: { id: deep } },
      { force: 1, condition: { id: { $in: [deep] } } },
      { force: 1, filters: deep },
      { force: 1, range: deep },
      { force: 1, coverage: deep },
      { force: 1, parentConditions: deep },
      { variations: [1, 2], weights: deep, ranges: deep },
      { variations: [1, 2], meta: deep, namespace: deep },
    ]
    const values = rules.map(
      (rule) =>
        evalFeature(
          { features: { f: { defaultValue: 0, rules: [rule] } }, attributes: { id: 'u1' } },
          'f',
        ).value,
    )
    expect(values).toEqual(rules.map(() => 0))
    expect(
      evalFeature(
        {
          features: { f: { rules: [{ force: 1, condition: { deep: 'a' } }] } },
          attributes: { deep },
        },
        'f',
      ).source,
    ).toBe('defaultValue')
  })

  test('a pattern that backtracks for ever elsewhere, on a long text', () => {
    const features = {
      f: { defaultValue: 0, rules: [{ force: 1, condition: { ua: { $regex: '^(a+)+$' } } }] },
    }
    expect(
      evalFeature({ features, attributes: { ua: `${'a'.repeat(100_000)}!` } }, 'f').value,
    ).toBe(0)
  })
})

test('an exposure of hostile tracks is reported, and its texts are texts', async () => {
  const result = {
    hashAttribute: { toString: 1 },
    hashValue: { toString: 1, valueOf: 1 },
    variationId: {},
    key: 'c',
  }
  const exposures: Exposure[] = []
  const payload = {
    features: {
      f: {
        rules: [
          {
            force: 1,
            tracks: [
              { experiment: { key: { toString: 1 } }, result },
              { experiment: null, result },
              'x',
            ],
          },
        ],
      },
    },
  }
  const { features } = await openEngine(JSON.stringify(payload), {
    format: 'json',
    onExposure: (exposure) => exposures.push(exposure),
  })
  expect(features.isEnabled('f')).toBe(true)
  expect(exposures).toMatchObject([{ kind: '', unit: '', experimentId: '', variant: 'c' }])
})
