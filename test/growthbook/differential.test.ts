/**
 * The evaluator beside the one that the payloads were written for: `@growthbook/growthbook`, on
 * random payloads and visitors. What is left out here on purpose is at the end, each with the
 * answer of both (docs/spec/growthbook.md, section 15).
 */
import { GrowthBookClient } from '@growthbook/growthbook'
import fc from 'fast-check'
import type { JsonObject, JsonValue } from '../../src/core/json'
import type { FeatureResult, GrowthBookContext } from '../../src/growthbook/context'
import { evalFeature, runExperiment } from '../../src/growthbook/evaluate'
import { featureResultOf } from '../../src/growthbook/evaluation'
import { type RequestOptions, worldOf } from '../../src/index'
import { closeEngines, openEngine } from '../support/engine'
import { PATIENCE, sized } from '../support/long-run'

const numRuns = sized(250, 100_000)

afterEach(closeEngines)

// The reference tells the console what it thinks of a coverage of 1.5.
// No spy: it would keep all that it was told, which is gigabytes in a long run.
const { error } = console
beforeAll(() => void (console.error = () => undefined))
afterAll(() => void (console.error = error))

type Attributes = Record<string, JsonValue | undefined>
type Experiment = Record<string, unknown>

/** Some members of these. */
const some = <T>(members: Record<string, fc.Arbitrary<T>>): fc.Arbitrary<Record<string, T>> =>
  fc
    .record(members, { requiredKeys: [] })
    .map((mapping) => Object.fromEntries(Object.entries(mapping)) as Record<string, T>)

/** At most so many of them, in their order. */
const few = <T>(
  members: Readonly<Record<string, T>>,
  most: number,
): fc.Arbitrary<Record<string, T>> => {
  const all = Object.entries(members)
  return fc
    .subarray(all, { maxLength: Math.min(most, all.length) })
    .map((entries) => Object.fromEntries(entries))
}

const pick = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values)

const IDS = ['f0', 'f1', 'f2', 'f3', 'f4'] as const
const EXPERIMENTS = ['exp', 'my-test', 'f1', 'é'] as const
const NAMES = [
  'id',
  'device',
  'country',
  'age',
  'premium',
  'version',
  'tags',
  'mixed',
  'company.size',
  'company',
  '$groups',
  'tags.0',
  'nobody',
] as const

const unitValue = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 60 }).map((n): JsonValue => `u${n}`) },
  pick<JsonValue>('é', 'あいう', '😀', 0, 1, 7, 1.5, '', null, true, false, ['a', 1], {}),
)

/** Given without a value is, to the reference, not the same as not given. */
const attributes: fc.Arbitrary<Attributes> = some<JsonValue | undefined>({
  id: unitValue,
  device: unitValue,
  country: pick('NZ', 'US', 'nz', '', 'null', null, undefined),
  age: pick<JsonValue | undefined>(undefined, 0, 5, 21, '21', '5', null, -1, 1.5, false),
  premium: pick<JsonValue | undefined>(undefined, true, false, 'yes', 'false', 0, null, []),
  version: pick<JsonValue>('1.2.3', '1.2.3-rc.1', 'v2.0', '10.0.0', 2, '', null),
  tags: pick<JsonValue>([], ['a'], ['a', 'B', 3], [{ k: 'a' }, { k: 5 }], 'a', null),
  mixed: pick<JsonValue>([0, '', null], [1, 'x'], [], 0, {}),
  company: pick<JsonValue>({ size: 5 }, { size: '5', name: 'x' }, {}, [], 'acme'),
  $groups: pick<JsonValue>(['beta'], ['staff', 'beta'], []),
})

const literal = pick<JsonValue>(
  'NZ',
  'a',
  '',
  'null',
  '5',
  '21',
  0,
  5,
  21,
  1.5,
  true,
  false,
  null,
  [],
  ['a'],
  {},
  { k: 'a' },
  '1.2.3',
)
const list = fc.array(pick<JsonValue>('NZ', 'nz', 'a', 'A', 5, 21, 0, null, '', 'u1', 'u2'), {
  maxLength: 12,
})
const element = fc.oneof(
  some<JsonValue>({ $eq: literal, $gt: pick(0, 4), $in: list }).filter(
    (operators) => Object.keys(operators).length > 0,
  ),
  some({ k: literal }),
)

/**
 * No two patterns that the reference's cache would take for one, and none that searches in another
 * way than in linear time.
 */
const pattern = pick('a', '^N', '.*', '^null$', 'z$', '[0-9]+', '(?:u1|u2)', 'x/y', '')

const operators: fc.Arbitrary<JsonValue> = fc.letrec<{ operators: Record<string, JsonValue> }>(
  (tie) => ({
    operators: some<JsonValue>({
      $eq: literal,
      $ne: literal,
      $lt: literal,
      $lte: literal,
      $gt: literal,
      $gte: literal,
      $exists: pick<JsonValue>(true, false, 'false', 0),
      $in: list,
      $nin: list,
      $ini: list,
      $nini: list,
      $inGroup: pick('g', 'h', 'h2', 'i', 'none'),
      $notInGroup: pick('g', 'h', 'h2', 'i', 'none'),
      $all: list,
      $alli: list,
      $size: fc.oneof(pick<JsonValue>(0, 1, 2, { $gt: 0 })),
      $type: pick('string', 'null', 'array', 'number', 'object', 'undefined'),
      $regex: pattern,
      $regexi: pattern,
      $not: fc.oneof({ maxDepth: 2 }, literal, tie('operators')),
      $veq: pick<JsonValue>('1.2.3', '0'),
      $vgt: pick('1.2.2', '2'),
      $vlt: pick('1.2.10', '0'),
      $vgte: pick('0', '1.2.3-rc.2'),
      $vlte: pick('1', '1.2.3'),
      $vne: pick('0', '2.0'),
      // At most two at a time, because a third is hardly ever reached.
    }).chain((all) => few(all, 2)),
  }),
).operators

const onePath: fc.Arbitrary<JsonObject> = fc
  .oneof(
    fc.tuple(fc.constantFrom(...NAMES), fc.oneof(literal, operators)),
    // The reference has changed its mind about falsy elements, so only lists without any are asked
    // for one.
    fc.tuple(fc.constant('tags'), fc.record({ $elemMatch: element })),
  )
  .map(([path, expected]): JsonObject => ({ [path]: expected }))

const savedGroup = fc
  .tuple(
    pick<JsonValue>('g', 'h', 'h2', 'i', 'none', 7),
    some<JsonValue>({ attributeKey: pick<JsonValue>('id', 'tags', 'nobody', 5) }),
  )
  .map(([id, rest]): JsonObject => ({ $savedGroup: { id, ...rest } }))

const condition: fc.Arbitrary<JsonObject> = fc.letrec<{ condition: JsonObject }>((tie) => {
  const conditions = fc.array(tie('condition'), { maxLength: 2 })
  return {
    condition: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      onePath,
      fc.tuple(onePath, onePath).map(([a, b]): JsonObject => ({ ...a, ...b })),
      conditions.map((members): JsonObject => ({ $or: members })),
      conditions.map((members): JsonObject => ({ $and: members })),
      conditions.map((members): JsonObject => ({ $nor: members })),
      tie('condition').map((member): JsonObject => ({ $not: member })),
      savedGroup,
    ),
  }
}).condition

/** Of no group that leads to others: no circle. */
const plainGroup = fc.oneof(
  list,
  fc.record({
    type: pick('list', 'condition', 'later'),
    values: list,
    attributeKey: pick<JsonValue>('id', 'company.size', 'tags', 5),
    condition: onePath,
  }),
)

const share = pick(0, 0.1, 0.25, 0.5, 0.8, 1)
const range = fc.tuple(share, share)
const seed = pick('', 's', 'seed', 'é', '日本')
const version = pick(1, 2, 2, 3, 0)
const hashed = pick('id', 'id', 'device', 'company', 'country', 'nobody')
const value = pick<JsonValue>(true, false, null, 'a', '', 0, 1, [], {}, { a: [1] }, 'control')
const filters = fc.array(
  fc
    .tuple(
      some<JsonValue>({ attribute: hashed, hashVersion: version }),
      seed,
      fc.array(range, { maxLength: 2 }),
    )
    .map(([filter, seed, ranges]) => ({ ...filter, seed, ranges })),
  { maxLength: 2 },
)
const namespace = fc.tuple(pick('ns', 'checkout'), share, share)
const parents = fc.array(
  fc
    .tuple(
      pick(...IDS, 'missing'),
      some<JsonValue>({
        condition: fc.oneof(
          some<JsonValue>({ value: fc.oneof(literal, operators) }),
          pick({ 'value.a': [1] }),
        ),
        gate: fc.boolean(),
      }),
    )
    .map(([id, rest]) => ({ id, ...rest })),
  { minLength: 1, maxLength: 2 },
)

const common = {
  id: pick('r1', 'r2', ''),
  condition,
  coverage: share,
  seed,
  hashAttribute: hashed,
  hashVersion: version,
  fallbackAttribute: hashed,
  filters,
  disableStickyBucketing: fc.boolean(),
  unknown: value,
}

/** Rare keys are dropped from most rules: a rule that has them all lets nobody through. */
const thinned = (
  rule: Record<string, JsonValue>,
  kept: Record<string, JsonValue>,
): fc.Arbitrary<JsonObject> => few(rule, 4).map((few) => ({ ...few, ...kept }))

const forceRule = fc
  .tuple(some<JsonValue>({ ...common, range, namespace }), value)
  .chain(([rule, force]) => thinned(rule, { force }))

const meta = (count: number): fc.Arbitrary<JsonValue> =>
  fc.array(
    some<JsonValue>({
      key: pick('c', 't', 'v2', ''),
      name: pick('Control', 'Treatment', ''),
      passthrough: pick(true, false, false),
    }),
    { minLength: Math.max(count, 1), maxLength: Math.max(count, 1) },
  )

const weights = (count: number): fc.Arbitrary<number[]> =>
  fc.oneof(
    fc.constant(Array.from({ length: count }, () => 1 / count)),
    fc.constant(Array.from({ length: count }, (_, i) => (i === count - 1 ? 1 : 0))),
    fc.array(pick(0, 0.2, 0.3, 0.333, 0.5, 0.505, 1), { maxLength: count + 1 }),
  )

const variants = fc.array(value, { minLength: 0, maxLength: 4 })

/** What an experiment may have besides its variants. */
const experimentKeys = (count: number): Record<string, fc.Arbitrary<JsonValue>> => ({
  key: pick(...EXPERIMENTS),
  weights: weights(Math.max(count, 1)),
  ranges: fc.array(range, { minLength: count, maxLength: count }),
  meta: meta(count),
  namespace,
  name: pick('', 'An experiment'),
  phase: pick('0', '1'),
  bucketVersion: pick(0, 2),
  minBucketVersion: pick(0, 1),
})

const experimentRule = variants.chain((variations) =>
  some<JsonValue>({ ...common, ...experimentKeys(variations.length), range }).chain((rule) =>
    thinned(rule, { variations }),
  ),
)

const banditRule = fc
  .tuple(variants, pick('b', 'b', 'none'))
  .chain(([contextualVariations, contextualBanditRef]) =>
    some<JsonValue>({ ...common, ...experimentKeys(contextualVariations.length) }).chain((rule) =>
      thinned(rule, { contextualVariations, variations: ['never'], contextualBanditRef }),
    ),
  )

const rule = fc
  .oneof(
    { weight: 4, arbitrary: forceRule },
    { weight: 4, arbitrary: experimentRule },
    { weight: 1, arbitrary: banditRule },
    { weight: 1, arbitrary: some<JsonValue>({ condition, id: pick('idle') }) },
  )
  .chain((found) =>
    fc
      .option(parents, { freq: 4, nil: undefined })
      .map((parentConditions): JsonObject =>
        parentConditions ? { ...found, parentConditions } : found,
      ),
  )

const feature: fc.Arbitrary<JsonValue> = fc.oneof(
  {
    weight: 9,
    arbitrary: some<JsonValue>({
      defaultValue: value,
      rules: fc.array(rule, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: pick<JsonValue>(null, {}) },
)

const bandit = some<JsonValue>({
  banditVersion: pick<JsonValue>(3, 'v1'),
  contexts: fc.array(
    fc
      .tuple(some<JsonValue>({ condition }), pick(0, 4, 9), weights(2))
      .map(([leaf, leafId, weights]) => ({ ...leaf, leafId, weights })),
    { maxLength: 3 },
  ),
})

const payload = fc.record({
  features: fc
    .tuple(...IDS.map(() => feature))
    .map((all): JsonObject => Object.fromEntries(IDS.map((id, i) => [id, all[i] ?? null]))),
  savedGroups: some<JsonValue>({
    g: list,
    h: fc.array(
      fc.integer({ min: 0, max: 60 }).map((n) => `u${n}`),
      { maxLength: 30 },
    ),
    h2: plainGroup,
    i: fc.record({
      type: fc.constant('condition'),
      condition: fc.oneof(onePath, fc.constant({ $savedGroup: { id: 'h2' } })),
    }),
  }),
  contextualBandits: some<JsonValue>({ b: bandit }),
})

/** What one request may force, in the shape of both. */
const forcing = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: some<unknown>({
      enabled: fc.boolean(),
      qaMode: fc.boolean(),
      url: fc
        .tuple(
          pick('https://x.test/', '/', ''),
          pick(...EXPERIMENTS),
          pick('0', '1', '5', '1abc', '-1', ''),
        )
        .map(([page, key, n]) => `${page}?a=b&${key}=${n}#top`),
      forcedVariations: some({ exp: pick(0, 1, 7, -1), f1: pick(0, 1) }),
      forcedFeatureValues: some<JsonValue>({ f1: value, f3: value, missing: value }),
    }),
  },
)

/** What the reference answers, and what it reports on the way, each thing told once. */
function askReference(
  given: object,
  context: GrowthBookContext,
  ask: (client: GrowthBookClient, user: Experiment) => unknown,
) {
  const told = new Set<string>()
  const tell = (...what: unknown[]): void => void told.add(JSON.stringify(what))
  const client = new GrowthBookClient({
    trackingCallback: (experiment, { hashAttribute, hashValue, variationId }) =>
      tell('viewed', experiment.key, variationId, hashAttribute, hashValue),
    onFeatureUsage: (id, { value, source, ruleId }) => tell('used', id, value, source, ruleId),
  }).initSync({ payload: structuredClone(given) })
  const { attributes = {}, enabled, qaMode, url, forcedVariations, forcedFeatureValues } = context
  const user: Experiment = {
    attributes,
    enabled,
    qaMode,
    url,
    forcedVariations,
    forcedFeatureValues: forcedFeatureValues && new Map(Object.entries(forcedFeatureValues)),
  }
  const answer = plain(
    ask(
      client,
      Object.fromEntries(Object.entries(user).filter(([, member]) => member !== undefined)),
    ),
  )
  client.destroy()
  return { answer, told: [...told].sort() }
}

function askHere(context: GrowthBookContext, ask: (context: GrowthBookContext) => unknown) {
  const told = new Set<string>()
  const tell = (...what: unknown[]): void => void told.add(JSON.stringify(what))
  const answer = plain(
    ask({
      ...context,
      trackingCallback: (experiment, { hashAttribute, hashValue, variationId }) =>
        tell('viewed', experiment.key, variationId, hashAttribute, hashValue),
      onFeatureUsage: (id, { value, source, ruleId }) => tell('used', id, value, source, ruleId),
    }),
  )
  return { answer, told: [...told].sort() }
}

const plain = (given: unknown): unknown => JSON.parse(JSON.stringify(given)) as unknown

/**
 * The reference puts something off at each run, which would pile up in a long run without a turn of
 * the event loop.
 */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe(`on ${numRuns} random payloads and visitors`, () => {
  test(
    'evalFeature gives what the SDK gives, and tells of the same exposures and uses',
    async () => {
      await fc.assert(
        fc.asyncProperty(payload, attributes, forcing, async (given, attributes, forced) => {
          await turn()
          const context: GrowthBookContext = { ...given, attributes, ...forced }
          for (const id of [...IDS, 'missing']) {
            expect(askHere(context, (ours) => evalFeature(ours, id))).toEqual(
              askReference(given, context, (client, user) => client.evalFeature(id, user as never)),
            )
          }
        }),
        { numRuns, seed: 3 },
      )
    },
    PATIENCE,
  )

  test(
    'the engine gives what the SDK gives, the payload being its live config',
    async () => {
      await fc.assert(
        // To a World what has no value is not there.
        fc.asyncProperty(
          payload,
          attributes.map((all) => plain(all) as Attributes),
          forcing,
          async (given, attributes, forced) => {
            const { features } = await openEngine(JSON.stringify(given), {
              format: 'json',
              onUsage: () => undefined,
            })
            const { forcedFeatureValues: forcedValues, ...rest } = forced as GrowthBookContext
            const request = features.for(worldOf({ attributes }), {
              ...rest,
              ...(forcedValues && { forcedValues }),
            } as RequestOptions)
            for (const id of [...IDS, 'missing']) {
              const { answer } = askReference(given, { attributes, ...forced }, (client, user) =>
                client.evalFeature(id, user),
              )
              expect(plain(featureResultOf(request.decide(id)))).toEqual(answer)
              expect(request.isEnabled(id)).toBe((answer as FeatureResult).on)
            }
            await closeEngines()
          },
        ),
        { numRuns, seed: 4 },
      )
    },
    PATIENCE,
  )

  const inline = fc
    .tuple(fc.array(value, { minLength: 2, maxLength: 4 }), pick(...EXPERIMENTS))
    .chain(([variations, key]) =>
      some<unknown>({
        ...common,
        ...experimentKeys(variations.length),
        parentConditions: parents,
        active: pick(true, true, false),
        status: pick('running', 'running', 'draft', 'stopped'),
        force: pick(0, 1, 9),
        urlPatterns: fc.array(
          fc.record({
            include: fc.boolean(),
            type: pick('simple', 'regex'),
            pattern: pick('/', '/*', 'x.test/', '^/\\?a'),
          }),
          { maxLength: 2 },
        ),
      })
        .chain((found) => few(found, 5))
        .map((found): Experiment => ({ ...found, variations, key })),
    )

  test(
    'runExperiment gives what the SDK gives, and tells of the same exposures',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          payload,
          attributes,
          forcing,
          inline,
          async (given, attributes, forced, experiment) => {
            await turn()
            const context: GrowthBookContext = { ...given, attributes, ...forced }
            const ours = askHere(context, (asked) => runExperiment(asked, experiment))
            const theirs = askReference(given, context, (client, user) =>
              client.runInlineExperiment(experiment as never, user),
            )
            const viewed = ({ told }: { told: string[] }): unknown =>
              told.filter((what) => what.startsWith('["viewed"'))
            expect([ours.answer, viewed(ours)]).toEqual([theirs.answer, viewed(theirs)])
          },
        ),
        { numRuns, seed: 5 },
      )
    },
    PATIENCE,
  )
})

/** What the reference answers; a throw is an answer here. */
function reference(context: GrowthBookContext, key = 'f'): JsonValue {
  const { features, savedGroups, attributes, forcedVariations } = context
  const client = new GrowthBookClient({}).initSync({
    payload: structuredClone({ features, savedGroups }) as never,
  })
  try {
    return plain(
      client.evalFeature(key, {
        attributes: attributes as never,
        ...(forcedVariations && { forcedVariations: { ...forcedVariations } }),
      }).value,
    ) as JsonValue
  } catch {
    return 'throws'
  } finally {
    client.destroy()
  }
}

const forcing1 = (
  given: JsonObject,
  attributes: Attributes = {},
  savedGroups: JsonObject = {},
): GrowthBookContext => ({
  features: { f: { defaultValue: 0, rules: [{ force: 1, condition: given }] } },
  savedGroups,
  attributes,
})
const circle = {
  g: { type: 'condition', condition: { $or: [{ id: 'u' }, { $savedGroup: { id: 'g' } }] } },
}
const rules = (...list: JsonObject[]): GrowthBookContext => ({
  features: { f: { defaultValue: 0, rules: list } },
  attributes: { id: '1' },
})

describe('what is not copied, on purpose', () => {
  test.each<
    [what: string, theirs: JsonValue, ours: JsonValue, context: GrowthBookContext, key?: string]
  >([
    [
      'a feature that has the name of an inherited member',
      null,
      null,
      { features: {} },
      'constructor',
    ],
    ['an attribute that has such a name is there', 1, 0, forcing1({ toString: { $exists: true } })],
    [
      'a saved group that has such a name',
      0,
      0,
      forcing1({ id: { $inGroup: 'constructor' } }, { id: 'u' }),
    ],
    [
      'nobody is in no group of such a name',
      0,
      1,
      forcing1({ id: { $notInGroup: 'constructor' } }, { id: 'u' }),
    ],
    ['$and of null', 'throws', 0, forcing1({ $and: null })],
    ['$or of a mapping holds', 1, 0, forcing1({ $or: {} })],
    ['$not of null', 'throws', 0, forcing1({ $not: null })],
    ['$elemMatch of null', 'throws', 0, forcing1({ x: { $elemMatch: null } }, { x: ['a'] })],
    [
      '$elemMatch of falsy elements, since 1.8',
      1,
      0,
      forcing1({ x: { $elemMatch: { $gte: 0 } } }, { x: [0] }),
    ],
    [
      'a saved group that leads back to itself has whom the rest of it takes',
      1,
      0,
      forcing1({ $savedGroup: { id: 'g' } }, { id: 'u' }, circle),
    ],
    ['a pattern that looks around', 1, 0, forcing1({ x: { $regex: 'a(?=b)' } }, { x: 'ab' })],
    [
      'meta that is shorter than the variations',
      'throws',
      2,
      rules({ variations: [1, 2], seed: 's', hashVersion: 2, meta: [{}] }),
    ],
    ['filters that are no list', 'throws', 0, rules({ force: 1, filters: { seed: 's' } })],
    ['a filter without ranges', 'throws', 0, rules({ force: 1, filters: [{ seed: 's' }] })],
    ['prerequisites that are no list', 'throws', 0, rules({ force: 1, parentConditions: {} })],
  ])('%s: %j there, %j here', (_, theirs, ours, context, key = 'f') => {
    expect([reference(context, key), evalFeature(context, key).value]).toEqual([theirs, ours])
  })

  test('$regexi after $regex of the same letters and "/i" is answered from the wrong pattern there', () => {
    const asked = [
      forcing1({ x: { $regex: 'q/i' } }, { x: 'q/i' }),
      forcing1({ x: { $regexi: 'q' } }, { x: 'Q' }),
    ]
    expect(asked.map((context) => reference(context))).toEqual([1, 0])
    expect(asked.map((context) => evalFeature(context, 'f').value)).toEqual([1, 1])
  })

  test('an inline experiment called like an inherited member is forced to a function there', () => {
    const experiment = { key: 'toString', variations: ['a', 'b'], seed: 's', hashVersion: 2 }
    const theirs = new GrowthBookClient({}).runInlineExperiment(experiment as never, {
      attributes: { id: '1' },
      forcedVariations: {},
    })
    expect([
      theirs.hashUsed,
      runExperiment({ attributes: { id: '1' }, forcedVariations: {} }, experiment).hashUsed,
    ]).toEqual([false, true])
  })

  test('a payload without saved groups keeps those of the one before there', async () => {
    const features = {
      f: { defaultValue: 0, rules: [{ force: 1, condition: { id: { $inGroup: 'g' } } }] },
    }
    const client = new GrowthBookClient({}).initSync({
      payload: { features, savedGroups: { g: ['u'] } },
    })
    await client.setPayload({ features })
    const engine = await openEngine(JSON.stringify({ features, savedGroups: { g: ['u'] } }), {
      format: 'json',
    })
    await engine.set(JSON.stringify({ features }))
    const theirs = client.evalFeature('f', { attributes: { id: 'u' } }).value as JsonValue
    expect([
      theirs,
      engine.features.for(worldOf({ attributes: { id: 'u' } })).decide('f').value,
    ]).toEqual([1, 0])
    client.destroy()
  })

  test('exposures whose keys run into one another are one there', () => {
    const told: string[] = []
    const user = new GrowthBookClient({
      trackingCallback: ({ key }) => void told.push(`there ${key}`),
    }).createScopedInstance({ attributes: { id: 'a' } })
    const weights = [1, 0]
    for (const [id, key] of [
      ['a', 'bc'],
      ['ab', 'c'],
    ] as const) {
      user.updateAttributes({ id })
      user.runInlineExperiment({ key, variations: ['a', 'b'], weights })
    }
    expect(told).toEqual(['there bc'])
  })
})
