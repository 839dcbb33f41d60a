/** Random payloads of GrowthBook, their visitors, and what a request may force. */
import fc from 'fast-check'
import type { JsonObject, JsonValue } from '../../src/core/json'

export type Attributes = Record<string, JsonValue | undefined>
export type Experiment = Record<string, unknown>

/** Some members of these. */
export const some = <T>(
  members: Record<string, fc.Arbitrary<T>>,
): fc.Arbitrary<Record<string, T>> =>
  fc
    .record(members, { requiredKeys: [] })
    .map((mapping) => Object.fromEntries(Object.entries(mapping)) as Record<string, T>)

/** At most so many of them, in their order. */
export const few = <T>(
  members: Readonly<Record<string, T>>,
  most: number,
): fc.Arbitrary<Record<string, T>> => {
  const all = Object.entries(members)
  return fc
    .subarray(all, { maxLength: Math.min(most, all.length) })
    .map((entries) => Object.fromEntries(entries))
}

export const pick = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values)

export const IDS = ['f0', 'f1', 'f2', 'f3', 'f4'] as const
export const EXPERIMENTS = ['exp', 'my-test', 'f1', 'é'] as const
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
export const attributes: fc.Arbitrary<Attributes> = some<JsonValue | undefined>({
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
export const value = pick<JsonValue>(
  true,
  false,
  null,
  'a',
  '',
  0,
  1,
  [],
  {},
  { a: [1] },
  'control',
)
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
export const parents = fc.array(
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

export const common = {
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
export const experimentKeys = (count: number): Record<string, fc.Arbitrary<JsonValue>> => ({
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

export const payload = fc.record({
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
export const forcing = fc.oneof(
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
