/** Who changes where entries ask attributes: rules, segments, targeting, domains, prerequisites. */
import fc from 'fast-check'
import { impactOf } from '../../src/analysis/impact'
import type { FeatureImpact } from '../../src/analysis/impact-view'
import { answerOf } from '../../src/analysis/impact-matrix'
import { movesOf } from '../../src/analysis/moves'
import { type Facts, type Features, worldOf } from '../../src/index'
import { closeEngines, openEngine } from '../support/engine'
import { PATIENCE, sized } from '../support/long-run'

afterEach(closeEngines)

type Config = Readonly<Record<string, unknown>>

const open = async (config: Config): Promise<Features> =>
  (await openEngine(JSON.stringify(config), { format: 'json' })).features

async function compare(from: Config, to: Config) {
  const [before, after] = [await open(from), await open(to)]
  return { before, after, impact: impactOf(before, after, { population: [] }) }
}

/** `kind: off -> on 0.05` for each change, sorted. */
const changesOf = ({ classes }: Pick<FeatureImpact, 'classes'>): readonly string[] =>
  (classes ?? [])
    .flatMap(({ visitors, matrix }) =>
      movesOf(matrix).map(({ from, to, amount }) => `${visitors}: ${from} -> ${to} ${amount}`),
    )
    .sort()

const rules = (...all: Config[]): Config => ({ feature_x: { default: false, rules: all } })
const life = (experiment: Config): Config => ({
  feature_x: {
    experiment: { loggedin: true, variants: [{ name: 'a' }, { name: 'b' }], ...experiment },
  },
})

const BY_ID = 'signed out, with an id as attribute'

test.each<[string, Config, Config, readonly string[]]>([
  [
    'a condition that takes in another country',
    rules({ condition: { country: 'NZ' }, force: true }),
    rules({ condition: { country: { $in: ['NZ', 'AU'] } }, force: true }),
    ['signed in, country AU: off -> on 1', 'signed out, country AU: off -> on 1'],
  ],
  [
    'a condition by size has a kind between its limits',
    rules({ condition: { age: { $gte: 18 } }, force: true }),
    rules({ condition: { age: { $gt: 20 } }, force: true }),
    ['signed in, age 18 or 2 more: on -> off 1', 'signed out, age 18 or 2 more: on -> off 1'],
  ],
  [
    'a rollout of rules is drawn in its own steps, and <= takes in its last point',
    rules({ coverage: 0.1, force: true }),
    rules({ coverage: 0.3, force: true }),
    ['signed in: off -> on 0.2', `${BY_ID}: off -> on 0.2`],
  ],
  [
    'a rollout of rules also takes who has an id and no account, who is in nothing else',
    {
      feature_x: { loggedin: true, default: false, rules: [{ coverage: 0.5, force: true }] },
    },
    { feature_x: { loggedin: true, default: false } },
    [`${BY_ID}: on -> off 0.501`],
  ],
  [
    'a rollout by another attribute is for those who have it',
    rules({ coverage: 0.1, hashVersion: 2, hashAttribute: 'device', force: true }),
    rules({ coverage: 0.3, hashVersion: 2, hashAttribute: 'device', force: true }),
    ['signed in: off -> on 0.2', 'signed out: off -> on 0.2'],
  ],
  [
    'the weights of an experiment move those at its border',
    rules({ variations: ['a', 'b'], weights: [0.5, 0.5], hashVersion: 2 }),
    rules({ variations: ['a', 'b'], weights: [0.2, 0.8], hashVersion: 2 }),
    ['signed in: 0 = "a" -> 1 = "b" 0.3', `${BY_ID}: 0 = "a" -> 1 = "b" 0.3`],
  ],
  [
    'a namespace cuts its own hash',
    rules({ variations: ['a', 'b'], namespace: ['n', 0, 0.4], hashVersion: 2 }),
    rules({ variations: ['a', 'b'], namespace: ['n', 0, 0.6], hashVersion: 2 }),
    [
      'signed in: off -> 0 = "a" 0.1',
      'signed in: off -> 1 = "b" 0.1',
      `${BY_ID}: off -> 0 = "a" 0.1`,
      `${BY_ID}: off -> 1 = "b" 0.1`,
    ],
  ],
  [
    'a member of a segment',
    { segments: { pilots: ['t2_1'] }, feature_x: { segments: ['pilots'] } },
    { segments: { pilots: ['t2_1', 't2_2'] }, feature_x: { segments: ['pilots'] } },
    ['signed in, id t2_2: off -> on 1', 'signed out, id t2_2: off -> on 1'],
  ],
  [
    'a segment that is a condition, named by another attribute',
    { segments: { kiwis: { country: 'NZ' } }, feature_x: { segments: ['kiwis'] } },
    { segments: { kiwis: { country: 'NZ', vip: true } }, feature_x: { segments: ['kiwis'] } },
    ['signed in, country NZ: on -> off 1', 'signed out, country NZ: on -> off 1'],
  ],
  [
    'targeting that is made of comparisons',
    life({ targeting: 'country in ["NZ"] && age >= 18' }),
    life({ targeting: 'country in ["NZ", "AU"] && age >= 18' }),
    [
      'signed in, country AU, age 18 or 1 more: off -> a 0.5',
      'signed in, country AU, age 18 or 1 more: off -> b 0.5',
    ],
  ],
  [
    'targeting that asks more is a kind of its own, which may be empty',
    life({}),
    life({ targeting: 'email.endsWith("@example.com")' }),
    ['signed in: a -> off 0.5', 'signed in: b -> off 0.5'],
  ],
  [
    'a pattern is asked of the values that the entries name, and open for others',
    rules({ condition: { path: { $regex: '^/new' } }, force: true }),
    rules({ condition: { path: '/new/a' }, force: true }),
    [
      'signed in, path another, path matches ^/new: on -> off 1',
      'signed out, path another, path matches ^/new: on -> off 1',
    ],
  ],
])('%s', async (_, from, to, expected) => {
  const { impact } = await compare(from, to)
  const [feature] = impact.features
  expect(feature?.whyNot).toBeNull()
  expect(changesOf(feature ?? { classes: [] })).toEqual(expected)
})

test('who qualifies for an experiment of higher priority leaves that of the same domain', async () => {
  const experiment = (priority: number): Config => ({
    ...life({ domains: ['d'] }),
    feature_y: {
      experiment: { gold: true, domains: ['d'], priority, variants: [{ name: 'c' }] },
    },
  })
  const { impact } = await compare(experiment(-1), experiment(1))
  expect(impact.features.map(({ feature }) => feature)).toEqual(['x', 'y'])
  expect(impact.features.map(changesOf)).toEqual([
    ['signed in, gold: a -> off 0.5', 'signed in, gold: b -> off 0.5'],
    ['signed in, gold: off -> c 1'],
  ])
})

test('a feature that requires another changes with it, at the same draws', async () => {
  const config = (coverage: number): Config => ({
    feature_parent: { default: false, rules: [{ coverage, force: true, hashVersion: 2 }] },
    ...rules({ parentConditions: [{ id: 'parent', condition: { value: true } }], force: true }),
  })
  const { impact } = await compare(config(0.2), config(0.5))
  expect(impact.features.map((one) => [one.feature, changesOf(one)])).toEqual([
    ['parent', ['signed in: off -> on 0.3', `${BY_ID}: off -> on 0.3`]],
    ['x', ['signed in: off -> on 0.3', `${BY_ID}: off -> on 0.3`]],
  ])
})

test('who has an id as attribute and no loid is in rules, and in no experiment beside them', async () => {
  const entry = (coverage: number): Config => ({
    feature_x: {
      experiment: { enabled: 'on', variants: [{ name: 'a' }] },
      rules: [{ coverage, hashVersion: 2, force: 'b' }],
    },
  })
  const { impact } = await compare(entry(0.5), entry(0))
  expect(impact.features.map(changesOf)).toEqual([
    [
      `not known to be signed in or out, with an id as attribute: "b" -> null 0.5001`,
      `signed in without an id, with an id as attribute: "b" -> null 0.5001`,
      `signed out without a loid, with an id as attribute: "b" -> null 0.5001`,
    ],
  ])
})

test('a feature of a payload is asked as such', async () => {
  const payload = (force: number): Config => ({
    features: { x: { defaultValue: 0, rules: [{ condition: { country: 'NZ' }, force }] } },
  })
  const { impact } = await compare(payload(1), payload(2))
  expect(impact.features.map(changesOf)).toEqual([
    ['signed in, country NZ: 1 -> 2 1', 'signed out, country NZ: 1 -> 2 1'],
  ])
})

test('rules in another order that decide alike change nobody, which is proven', async () => {
  const [nz, au] = [
    { condition: { country: 'NZ' }, force: true },
    { condition: { country: 'AU' }, force: false },
  ]
  expect((await compare(rules(nz, au), rules(au, nz))).impact.isNobody).toBe(true)
  const [adult, old] = [
    { condition: { age: { $gte: 18 } }, force: 'adult' },
    { condition: { age: { $gte: 65 } }, force: 'old' },
  ]
  expect((await compare(rules(old, adult), rules(adult, old))).impact.isNobody).toBe(false)
})

const country = fc.constantFrom('NZ', 'AU', 'US')
const condition = fc.oneof(
  country.map((one) => ({ country: one })),
  fc.uniqueArray(country, { minLength: 1 }).map((all) => ({ country: { $in: all } })),
  country.map((one) => ({ country: { $ne: one } })),
  fc.boolean().map((has) => ({ age: { $exists: has } })),
  fc
    .constantFrom('$lt', '$lte', '$gt', '$gte')
    .chain((operator) =>
      fc.integer({ min: 18, max: 20 }).map((age) => ({ age: { [operator]: age } })),
    ),
)
const both = fc.oneof(
  condition,
  fc.tuple(condition, condition).map((all) => ({ $or: all })),
  condition.map((one) => ({ $not: one })),
)
const rule = fc.record(
  {
    condition: both,
    coverage: fc.integer({ min: 0, max: 10 }).map((tenths) => tenths / 10),
    force: fc.constantFrom('a', 'b'),
    hashVersion: fc.constant(2),
  },
  { requiredKeys: ['force', 'hashVersion'] },
)
const configs = fc
  .array(rule, { minLength: 1, maxLength: 3 })
  .map((all): Config => ({ feature_x: { default: 'none', rules: all } }))
const visitors = fc.record(
  {
    country: fc.constantFrom<string>('NZ', 'AU', 'US', 'FR'),
    age: fc.constantFrom<number | string>(17, 18, 18.5, 19, 20, 21, '19', 'old'),
  },
  { requiredKeys: [] },
)

test(
  'a certificate holds for every visitor, and every change of one is in the matrix of some kind',
  () =>
    fc.assert(
      fc.asyncProperty(
        configs,
        configs,
        fc.array(visitors, { minLength: 20, maxLength: 20 }),
        async (from, to, all) => {
          const { before, after, impact } = await compare(from, to)
          const known = new Set(
            impact.features.flatMap((one) =>
              (one.classes ?? []).flatMap(({ matrix }) =>
                movesOf(matrix).map((moved) => `${moved.from} -> ${moved.to}`),
              ),
            ),
          )
          all.forEach((attributes, i) => {
            const id = `t2_${i}`
            const facts: Facts =
              i % 2 === 0
                ? { user: { id }, attributes }
                : { loid: i % 4 === 1 ? 'abc' : null, attributes: { ...attributes, id } }
            const [old, now] = [before, after].map((one) =>
              answerOf(one.for(worldOf(facts)).decide('x')),
            )
            if (old === now) return
            expect(impact.isNobody).toBe(false)
            expect([...known]).toContain(`${old} -> ${now}`)
          })
          await closeEngines()
        },
      ),
      { numRuns: sized(40, 2000) },
    ),
  PATIENCE,
)

test('a ramp is compared now and at each of its turns', async () => {
  const config = (percent: unknown): Config => ({ feature_x: { percent_loggedin: percent } })
  const ramp = { from: 10, to: 30, over: '10d', start: '2999-01-01', hold_at: [20], hold_for: '1d' }
  const { impact } = await compare(config(10), config({ ramp }))
  const [feature] = impact.features
  expect(changesOf(feature ?? { classes: [] })).toEqual(['signed in: on -> off 0.1'])
  expect(feature?.later.map((one) => [one.at.slice(0, 10), changesOf(one)])).toEqual([
    ['2999-01-01', []],
    ['2999-01-06', ['signed in: off -> on 0.1']],
    ['2999-01-12', ['signed in: off -> on 0.2']],
  ])
  const same = { ...ramp, hold_at: [20, 20] }
  expect((await compare(config({ ramp }), config({ ramp: same }))).impact.isNobody).toBe(true)
})

test('an entry of the stable scheme is drawn by plan, its ramp too', async () => {
  const config = (percent: unknown): Config => ({
    feature_x: {
      bucketing: 'stable',
      percent_loggedin: percent,
      experiment: { gold: true, traffic: 50, variants: [{ name: 'a' }, { name: 'b' }] },
    },
  })
  const ramp = { from: 10, to: 40, over: '3d', start: '2020-01-01' }
  const { impact } = await compare(config(10), config({ ramp }))
  const [feature] = impact.features
  expect(changesOf(feature ?? { classes: [] })).toContain('signed in: off -> on 0.3')
})
