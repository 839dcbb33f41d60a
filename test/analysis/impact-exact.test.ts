/** Who changes, over all buckets of each kind of visitor. */
import fc from 'fast-check'
import type { ClassImpact } from '../../src/analysis/impact-view'
import { impactOf } from '../../src/analysis/impact'
import { answerOf } from '../../src/analysis/impact-matrix'
import { type Compat, type Facts, type Features, worldOf } from '../../src/index'
import { closeEngines, openEngine } from '../support/engine'
import { PATIENCE, sized } from '../support/long-run'

afterEach(closeEngines)

type Entry = Readonly<Record<string, unknown>> | string

async function open(entry: Entry, compat: Compat = 'liveflag'): Promise<Features> {
  const options = compat === 'r2' ? ({ compat } as const) : {}
  const engine = await openEngine(JSON.stringify({ feature_x: entry }), {
    format: 'json',
    ...options,
  })
  return engine.features
}

async function compare(from: Entry, to: Entry, compat: Compat = 'liveflag') {
  const before = await open(from, compat)
  const after = await open(to, compat)
  const impact = impactOf(before, after, { population: [] })
  const [feature] = impact.features
  return { before, after, impact, feature, classes: feature?.classes ?? [] }
}

/** Each change of a class, such as `off -> on`, with its share; who keeps an answer is left out. */
function changesIn(classes: readonly ClassImpact[], visitors: string) {
  const found = classes.find((one) => one.visitors === visitors)
  if (found === undefined) return undefined
  const { answers, cells } = found.matrix
  return Object.fromEntries(
    answers.flatMap((from, i) =>
      answers.flatMap((to, j) => {
        const share = cells[i]?.[j] ?? 0
        return i === j || share === 0 ? [] : [[`${from} -> ${to}`, share]]
      }),
    ),
  )
}

test.each<[string, Entry, Entry, Record<string, Record<string, number> | undefined>]>([
  [
    'a percentage that grows takes in the difference, of the signed-in alone',
    { percent_loggedin: 5 },
    { percent_loggedin: 10 },
    { 'signed in': { 'off -> on': 0.05 }, 'signed out': {} },
  ],
  [
    'a fraction of a percent is exact',
    { percent_loggedin: 0.1234 },
    { percent_loggedin: 0.5 },
    { 'signed in': { 'off -> on': 0.003766 } },
  ],
  [
    'signed-out visitors are drawn by their loid, and the fraction within a bucket by another hash',
    { percent_loggedout: 0.5 },
    { percent_loggedout: 2.25 },
    { 'signed out': { 'off -> on': 0.0175 }, 'signed in': {} },
  ],
  [
    'a name that leaves the list is still drawn',
    { users: ['gary', 'wendy'] },
    { users: ['Gary'], percent_loggedin: 3 },
    {
      'signed in, user gary': {},
      'signed in, user wendy': { 'on -> off': 0.97 },
      'signed in': { 'off -> on': 0.03 },
    },
  ],
  [
    'variants of r2 take turns, so a variant that grows takes nobody from another',
    { experiment: { loggedin: true, variants: { a: 5, b: 20 } } },
    { experiment: { loggedin: true, variants: { a: 20, b: 20 } } },
    { 'signed in': { 'off -> a': 0.15 }, 'signed out': {} },
  ],
  [
    'traffic and variants of a list are drawn independently',
    { experiment: { enabled: 'on', variants: [{ name: 'a' }, { name: 'b' }] } },
    { experiment: { enabled: 'on', traffic: 50, variants: [{ name: 'a' }, { name: 'b' }] } },
    { 'signed in': { 'a -> off': 0.25, 'b -> off': 0.25 } },
  ],
  [
    'an experiment with another id draws anew',
    {
      experiment: { enabled: 'on', experiment_id: 'e1', variants: [{ name: 'a' }, { name: 'b' }] },
    },
    {
      experiment: { enabled: 'on', experiment_id: 'e2', variants: [{ name: 'a' }, { name: 'b' }] },
    },
    { 'signed in': { 'a -> b': 0.25, 'b -> a': 0.25 } },
  ],
  [
    'a percentage and an experiment of one entry draw the same bucket',
    { percent_loggedin: 10, experiment: { enabled: 'on', variants: { a: 10 } } },
    { percent_loggedin: 20, experiment: { enabled: 'on', variants: { a: 10 } } },
    {
      'signed in': {
        'control_1 -> control_1 (on)': 0.034,
        'control_2 -> control_2 (on)': 0.033,
      },
    },
  ],
  [
    'an experiment on pages draws the page',
    { experiment: { enabled: 'on', page: true, link_only: true, variants: { a: 10 } } },
    { experiment: { enabled: 'on', page: true, link_only: true, variants: { a: 20 } } },
    { 'signed in, on a link': { 'off -> a': 0.1 }, 'signed in, on a subreddit': {} },
  ],
  [
    'the address may force, and the gate says whom',
    { url: 'try', url_for: 'employee' },
    { url: 'try' },
    {
      'signed in, with ?feature=try': { 'off -> on': 1 },
      'signed out, with ?feature=try': { 'off -> on': 1 },
      'signed in, employee': {},
      'signed in, employee, with ?feature=try': undefined,
    },
  ],
  [
    'a kind of visitor that few sites have is listed when it changes otherwise',
    { percent_loggedin: 100 },
    { loggedin: true },
    { 'signed in': {}, 'signed in without an id': { 'off -> on': 1 } },
  ],
])('%s', async (_, from, to, expected) => {
  const { classes, impact } = await compare(from, to)
  for (const [visitors, changes] of Object.entries(expected))
    expect([visitors, changesIn(classes, visitors)]).toEqual([visitors, changes])
  expect(impact.isNobody).toBe(false)
})

test('r2 rounds percentages up, so half a percent is one', async () => {
  const { classes } = await compare({ percent_loggedin: 0.5 }, { percent_loggedin: 2 }, 'r2')
  expect(changesIn(classes, 'signed in')).toEqual({ 'off -> on': 0.01 })
})

test.each<[string, Entry, Entry]>([
  ['another order of names', { users: ['gary', 'wendy'] }, { users: ['wendy', 'gary'] }],
  ['another order of keys', { gold: true, admin: true }, { admin: true, gold: true }],
  ['a percentage of 0', { gold: true, percent_loggedin: 0 }, { gold: true }],
  ['gold of those who are signed in', { loggedin: true, gold: true }, { loggedin: true }],
  ['off in two ways', 'off', { users: [] }],
])('an entry that is written otherwise changes nobody: %s', async (_, from, to) => {
  const { impact } = await compare(from, to)
  expect(impact.isNobody).toBe(true)
})

test('an experiment that starts later changes people then, so nobody is not proven', async () => {
  const variants = (weight: number) => [{ name: 'a', weight }, { name: 'b' }]
  const start = '2999-01-01'
  const { impact, classes } = await compare(
    { experiment: { enabled: 'on', start, variants: variants(1) } },
    { experiment: { enabled: 'on', start, variants: variants(2) } },
  )
  expect(changesIn(classes, 'signed in')).toEqual({})
  expect(impact.isNobody).toBe(false)
})

const crowd = (id: string): Entry => ({
  experiment: {
    enabled: 'on',
    experiment_id: id,
    variants: Array.from({ length: 200 }, (_, i) => ({ name: `v${i}` })),
  },
})

test('where buckets have too many combinations it says so', async () => {
  const { feature, impact } = await compare(crowd('a'), crowd('b'))
  const whyNot = 'it has too many combinations of visitors and buckets'
  expect(feature).toMatchObject({ classes: null, whyNot })
  expect(impact.isNobody).toBe(false)
})

test('a list of many names is read at once, and its names are one kind', async () => {
  const users = Array.from({ length: 10_000 }, (_, i) => `u${i}`)
  const { classes } = await compare({ users }, { users: [...users, 'gary'] })
  expect(classes.map(({ visitors }) => visitors)).toEqual([
    'signed out',
    'signed in',
    'signed in, user u0 or 9999 more',
    'signed in, user gary',
  ])
})

test.each<[Entry, string]>([
  [
    { rules: [{ condition: { tags: { $all: ['a', 'b'] } }, force: true }] },
    'it asks what lists hold ($all)',
  ],
  [
    { rules: [{ condition: { home: { country: 'NZ' } }, force: true }] },
    'it compares an attribute with a whole list or mapping',
  ],
  [
    { rules: [{ condition: { home: 'NZ', 'home.country': 'NZ' }, force: true }] },
    'it asks of home both as a value and for its members',
  ],
  [
    Object.fromEntries(
      ['subreddits', 'subdomains', 'oauth_clients']
        .map((key) => [key, ['a']])
        .concat([
          [
            'url',
            Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`n${i}`, 'v'])) as never,
          ],
        ]),
    ),
    'it tells more than 4096 kinds of visitors apart',
  ],
])('where not all visitors can be enumerated it says why: %#', async (entry, whyNot) => {
  const { feature, impact } = await compare('off', entry)
  expect(feature).toMatchObject({ classes: null, whyNot })
  expect(impact.isNobody).toBe(false)
})

const percent = fc.oneof(
  fc.integer({ min: 0, max: 100 }),
  fc.integer({ min: 0, max: 1000 }).map((tenths) => tenths / 10),
)
const share = fc.integer({ min: 0, max: 20 })
const variants = fc.oneof(
  fc.dictionary(fc.constantFrom('a', 'b', 'c', 'control_1'), share),
  fc.uniqueArray(
    fc.record({ name: fc.constantFrom('a', 'b', 'c'), weight: fc.integer({ min: 1, max: 5 }) }),
    {
      selector: ({ name }) => name,
      minLength: 1,
    },
  ),
)
const who = {
  gold: fc.boolean(),
  users: fc.constantFrom(['gary'], ['wendy'], ['gary', 'wendy']),
  loggedin: fc.boolean(),
}
const entries: fc.Arbitrary<Entry> = fc.record(
  {
    ...who,
    loggedin: fc.constant(false),
    percent_loggedin: percent,
    percent_loggedout: percent,
    experiment: fc.record({ ...who, variants }, { requiredKeys: ['variants'] }),
  },
  { requiredKeys: [] },
)

const compats = fc.constantFrom<Compat>('liveflag', 'r2')

/** Visitors of the kinds that these entries tell apart, many of each. */
const KINDS: Readonly<Record<string, (i: number) => Facts>> = {
  'signed out': (i) => ({ loid: `000${i}${((i * 7919) % 1679616).toString(36).padStart(4, '0')}` }),
  'signed in': (i) => ({ user: { id: `t2_${i}` } }),
  'signed in, gold': (i) => ({ user: { id: `t2_${i}`, gold: true } }),
  'signed in, user gary': (i) => ({ user: { id: `t2_${i}`, name: 'gary' } }),
}
const MANY = 500

test(
  'the exact shares are those of many random visitors of that kind',
  () =>
    fc.assert(
      fc.asyncProperty(entries, entries, compats, async (from, to, compat) => {
        const { before, after, classes } = await compare(from, to, compat)
        for (const { visitors, matrix } of classes) {
          const factsOf = KINDS[visitors]
          if (factsOf === undefined) continue
          const counts = new Map<string, number>()
          for (let i = 0; i < MANY; i++) {
            const world = worldOf(factsOf(i))
            const [old, now] = [before, after].map((one) => answerOf(one.for(world).decide('x')))
            counts.set(`${old} -> ${now}`, (counts.get(`${old} -> ${now}`) ?? 0) + 1)
          }
          expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(MANY)
          matrix.answers.forEach((old, i) =>
            matrix.answers.forEach((now, j) => {
              const exact = matrix.cells[i]?.[j] ?? 0
              const observed = (counts.get(`${old} -> ${now}`) ?? 0) / MANY
              counts.delete(`${old} -> ${now}`)
              const bound = 6 * Math.sqrt((exact * (1 - exact)) / MANY)
              expect(Math.abs(observed - exact)).toBeLessThanOrEqual(
                bound + (exact > 0 ? 6 / MANY : 0),
              )
            }),
          )
          // No visitor went where the matrix has no row or column.
          expect([...counts.keys()]).toEqual([])
        }
        await closeEngines()
      }),
      { numRuns: sized(8, 1000) },
    ),
  PATIENCE,
)

test(
  'the cells of each kind sum to all of its visitors, and those off the diagonal are who changes',
  () =>
    fc.assert(
      fc.asyncProperty(entries, entries, async (from, to) => {
        const { classes } = await compare(from, to)
        for (const { matrix } of classes) {
          const sum = matrix.cells.flat().reduce((total, cell) => total + cell, 0)
          const kept = matrix.cells.reduce((total, row, i) => total + (row[i] ?? 0), 0)
          expect(matrix.size).toBe(1)
          expect(sum).toBeCloseTo(1, 10)
          expect(matrix.changed).toBeCloseTo(1 - kept, 10)
        }
        await closeEngines()
      }),
      { numRuns: sized(30, 1000) },
    ),
  PATIENCE,
)

test(
  'a percentage that grows takes the feature from nobody',
  () =>
    fc.assert(
      fc.asyncProperty(percent, percent, percent, percent, async (a, b, c, d) => {
        const ramp = (pick: (...two: number[]) => number): Entry => ({
          gold: true,
          percent_loggedin: pick(a, b),
          percent_loggedout: pick(c, d),
        })
        const { classes } = await compare(ramp(Math.min), ramp(Math.max))
        for (const { visitors } of classes)
          expect(Object.keys(changesIn(classes, visitors) ?? {})).not.toContain('on -> off')
        await closeEngines()
      }),
      { numRuns: sized(30, 1000) },
    ),
  PATIENCE,
)

test(
  'an entry that is the same changes nobody, and no feature is listed',
  () =>
    fc.assert(
      fc.asyncProperty(entries, async (entry) => {
        const { impact } = await compare(entry, entry)
        expect(impact).toEqual({ isNobody: true, features: [], more: 0 })
        await closeEngines()
      }),
      { numRuns: sized(10, 200) },
    ),
  PATIENCE,
)

test('a holdout that shrinks releases exactly the difference, and one that grows takes it', async () => {
  const text = (percent: number): string => `holdouts: {h: {percent: ${percent}}}
feature_x: {holdouts: [h], loggedin: true}
feature_y: {loggedin: true}
`
  const [wide, narrow] = [await openEngine(text(20)), await openEngine(text(5))]
  const impact = impactOf(wide.features, narrow.features, { population: [] })
  expect(impact.features.map(({ feature }) => feature)).toEqual(['x'])
  expect(changesIn(impact.features[0]?.classes ?? [], 'signed in')).toEqual({ 'off -> on': 0.15 })
  const back = impactOf(narrow.features, wide.features, { population: [] })
  expect(changesIn(back.features[0]?.classes ?? [], 'signed in')).toEqual({ 'on -> off': 0.15 })
})

describe('what would take too long', () => {
  const manyOf = (count: number, weight: number): string =>
    JSON.stringify(
      Object.fromEntries(
        Array.from({ length: count }, (_, i) => [
          `feature_x${i}`,
          {
            experiment: {
              ...{ experiment_id: `e${i}`, enabled: 'on', domains: ['d'] },
              targeting: `email.endsWith("@${i}.com")`,
              variants: [
                { name: 'a', weight },
                { name: 'b', weight: 1 },
              ],
            },
          },
        ]),
      ),
    )
  const impactOfMany = async (count: number) => {
    const [before, after] = [
      await openEngine(manyOf(count, 1), { format: 'json' }),
      await openEngine(manyOf(count, 2), { format: 'json' }),
    ]
    return impactOf(before.features, after.features, { population: [] }).features
  }

  test('is said to be unproven, after few questions: 20 experiments of one domain, each with a pattern', async () => {
    const started = process.cpuUsage()
    const features = await impactOfMany(20)
    const { user } = process.cpuUsage(started)
    expect(new Set(features.map(({ whyNot }) => whyNot))).toEqual(
      new Set(['it has too many combinations of visitors and buckets']),
    )
    // It was 6 seconds for each of the 20.
    expect(user / 1e6).toBeLessThan(10)
  })

  test('of four, all is proven', async () => {
    const features = await impactOfMany(4)
    expect(features.map(({ whyNot }) => whyNot)).toEqual([null, null, null, null])
  })
})
