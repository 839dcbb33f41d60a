/** `bucketing: stable`: who is in a percentage, and who gets which variant, by the stable scheme. */
import { type Compat, type Facts, worldOf } from '../../src/index'
import type { StableKey } from '../../src/core/bucketing'
import { stablePointOf } from '../../src/hash/stable'
import {
  closeEngines,
  decisionOn,
  entryText,
  messagesOf,
  openEngine,
  problemsOf,
} from '../support/engine'
import { population } from '../support/populations'

afterEach(closeEngines)

const IDS = population(2000, (n) => `t2_${(50_000_000 + n).toString(36)}`)

const pointOf = (given: Partial<StableKey>): ((unit: string) => number) =>
  stablePointOf({ salt: 'x', shuffle: 0, purpose: 'gate', kind: 'user', ...given })

const visitors = {
  percent_loggedin: (id: string): Facts => ({ user: { id } }),
  percent_loggedout: (loid: string): Facts => ({ loid }),
} as const

async function within(key: keyof typeof visitors, entry: string): Promise<readonly string[]> {
  const { features } = await openEngine(entryText(entry))
  return IDS.filter((id) => features.for(worldOf(visitors[key](id))).isEnabled('x'))
}

describe('a percentage', () => {
  test.each([
    ['percent_loggedin', 'user'],
    ['percent_loggedout', 'loid'],
  ] as const)('%s lets in the units whose point is below it', async (key, kind) => {
    const inside = await within(key, `{bucketing: stable, ${key}: 12.5}`)
    expect(inside).toEqual(IDS.filter((id) => pointOf({ kind })(id) < 125_000))
    expect(inside.length).toBeGreaterThan(150)
  })

  test.each([
    ['salt: other', { salt: 'other' }],
    ['shuffle: 2', { shuffle: 2 }],
  ])('draws by the %s of the entry', async (line, given) => {
    const inside = await within(
      'percent_loggedin',
      `{bucketing: stable, ${line}, percent_loggedin: 20}`,
    )
    expect(inside).toEqual(IDS.filter((id) => pointOf(given)(id) < 200_000))
  })

  test('keeps everybody who was in when it grows', async () => {
    const few = await within('percent_loggedout', '{bucketing: stable, percent_loggedout: 7}')
    const more = await within('percent_loggedout', '{bucketing: stable, percent_loggedout: 8.5}')
    expect(few.filter((id) => !more.includes(id))).toEqual([])
    expect(more.length).toBeGreaterThan(few.length)
  })

  test.each([
    [0, 0],
    [100, IDS.length],
  ])('of %i lets in %i of all', async (percent, count) => {
    const entry = `{bucketing: stable, percent_loggedin: ${percent}}`
    expect(await within('percent_loggedin', entry)).toHaveLength(count)
  })

  test('of the signed out lets in other visitors for another feature', async () => {
    const { features } = await openEngine(
      'feature_a: {bucketing: stable, percent_loggedout: 10}\nfeature_b: {bucketing: stable, percent_loggedout: 10}\n',
    )
    const inside = (name: string): readonly string[] =>
      IDS.filter((loid) => features.for(worldOf({ loid })).isEnabled(name))
    const both = inside('a').filter((loid) => inside('b').includes(loid))
    expect(inside('a').length).toBeGreaterThan(150)
    expect(both.length).toBeLessThan(50)
  })
})

describe('an experiment', () => {
  const at = (entry: string, id: string): ReturnType<typeof decisionOn> =>
    decisionOn(entry, { user: { id } })
  const RANGES = 'ranges: {a: [[0, 100000], [900000, 1000000]], b: [[200000, 700000]]}'
  const WRITTEN = `{bucketing: stable, experiment: {loggedin: true, variants: {a: 20, b: 50}, ${RANGES}}}`

  test('gives each unit the variant that owns its point, and nobody else any', async () => {
    const { features } = await openEngine(entryText(WRITTEN))
    for (const id of IDS.slice(0, 300)) {
      const point = pointOf({ purpose: 'split' })(id)
      const owner =
        point < 100_000 || point >= 900_000
          ? 'a'
          : point >= 200_000 && point < 700_000
            ? 'b'
            : undefined
      expect(features.for(worldOf({ user: { id } })).variant('x')).toBe(owner)
    }
  })

  test('records the point and the scheme with the assignment', async () => {
    const point = pointOf({ purpose: 'split' })
    const id = IDS.find((one) => point(one) < 100_000) ?? ''
    expect((await at(WRITTEN, id)).assignment).toEqual({
      kind: 'user',
      experiment: 'x',
      variant: 'a',
      unit: id,
      bucket: point(id),
      hash: 'stable',
    })
  })

  test.each([
    [
      'a mapping, which leaves the rest without a variant',
      'variants: {a: 20, b: 30}',
      ['a', 'b', undefined],
    ],
    [
      'a list, which is for all',
      'variants: [{name: a, weight: 2}, {name: b, weight: 3}, {name: c, weight: 5}]',
      ['a', 'b', 'c'],
    ],
  ])('lays the variants side by side without ranges: %s', async (_what, variants, expected) => {
    const { features } = await openEngine(
      entryText(`{bucketing: stable, experiment: {loggedin: true, ${variants}}}`),
    )
    const point = pointOf({ purpose: 'split' })
    const owners = [0, 200_000, 500_000].map((from, i) => {
      const to = [200_000, 500_000, 1_000_000][i] ?? 0
      const id = IDS.find((one) => point(one) >= from && point(one) < to) ?? ''
      return features.for(worldOf({ user: { id } })).variant('x')
    })
    expect(owners).toEqual(expected)
  })

  test('whose traffic grows moves nobody from one variant to another', async () => {
    const entry = (traffic: number): string =>
      `{bucketing: stable, experiment: {enabled: on, traffic: ${traffic}, variants: [{name: a}, {name: b}]}}`
    const [small, large] = [
      await openEngine(entryText(entry(20))),
      await openEngine(entryText(entry(60))),
    ]
    const variantsOf = ({ features }: typeof small): readonly (string | undefined)[] =>
      IDS.map((id) => features.for(worldOf({ user: { id } })).variant('x'))
    const [before, after] = [variantsOf(small), variantsOf(large)]
    expect(before.filter((variant, i) => variant !== undefined && variant !== after[i])).toEqual([])
    const count = (variants: typeof before): number =>
      variants.filter((one) => one !== undefined).length
    expect(count(before) / IDS.length).toBeCloseTo(0.2, 1)
    expect(count(after) / IDS.length).toBeCloseTo(0.6, 1)
  })

  test('buckets the page, where it says so', async () => {
    const entry = '{bucketing: stable, experiment: {enabled: on, page: true, variants: {a: 100}}}'
    const decision = await decisionOn(entry, {
      user: { id: 't2_1' },
      page: { id: 't3_1', type: 'link' },
    })
    expect(decision.assignment?.bucket).toBe(pointOf({ purpose: 'split', kind: 'page' })('t3_1'))
  })
})

const LIST = 'variants: {a: 20, b: 50}'

test.each<[string, string, string]>([
  ['bucketing: fast', 'bucketing is text ("fast"); write r2 or stable', ''],
  [
    'bucketing: stable, salt: 5',
    'salt is a number; write a text that is not empty and has no NUL',
    '',
  ],
  ['bucketing: stable, shuffle: -1', 'shuffle is -1; write a whole number from 0', ''],
  [
    'salt: a',
    'salt adjusts bucketing, and there is no bucketing beside it; add one or remove salt',
    '',
  ],
  [
    'bucketing: r2, salt: a',
    'salt is read with bucketing: stable, and has no effect here; remove it',
    '',
  ],
  [
    'bucketing: stable',
    'variant a has 0.00001 percent, and the finest step is 0.0001; write fewer decimals',
    'variants: {a: 0.00001}',
  ],
  [
    'bucketing: stable',
    'the variants have 110 percent together; lower them to 100 or less',
    'variants: {a: 60, b: 50}',
  ],
  [
    'bucketing: stable',
    "ranges is a list; write a mapping from each variant's name to its ranges",
    `${LIST}, ranges: []`,
  ],
  [
    'bucketing: stable',
    'ranges has c, which is no variant; remove it',
    `${LIST}, ranges: {a: [[0, 200000]], b: [[500000, 1000000]], c: []}`,
  ],
  [
    'bucketing: stable',
    'a and b both own point 100000; run liveflag reweight',
    `${LIST}, ranges: {a: [[0, 200000]], b: [[100000, 600000]]}`,
  ],
  [
    'bucketing: stable',
    'a is to have 20 percent and its ranges are 10; run liveflag reweight',
    `${LIST}, ranges: {a: [[0, 100000]], b: [[500000, 1000000]]}`,
  ],
  [
    'bucketing: stable',
    '[5,5] is no range; write [from, to], whole numbers from 0 to 1000000',
    `${LIST}, ranges: {a: [[5, 5]], b: [[500000, 1000000]]}`,
  ],
  [
    'percent_loggedin: 0',
    'ranges are read with bucketing: stable beside the experiment; add it, or remove them',
    `${LIST}, ranges: {a: [[0, 200000]]}`,
  ],
])('{%s} is reported: %s', (line, message, experiment) => {
  const entry = experiment === '' ? line : `${line}, experiment: {loggedin: true, ${experiment}}`
  expect(messagesOf(`{${entry}}`)).toContainEqual(expect.stringContaining(message))
})

test('in the semantics of r2 there is one scheme, and the key is a warning', async () => {
  const compat: Compat = 'r2'
  const entry = '{bucketing: stable, percent_loggedin: 30}'
  expect(problemsOf(entry, compat)).toMatchObject([{ code: 'unknown-key', severity: 'warning' }])
  const plain = '{percent_loggedin: 30}'
  for (const id of IDS.slice(0, 100)) {
    const [stable, r2] = [
      await decisionOn(entry, { user: { id } }, { compat }),
      await decisionOn(plain, { user: { id } }, { compat }),
    ]
    expect(stable.enabled).toBe(r2.enabled)
  }
})
