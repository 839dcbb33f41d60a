import fc from 'fast-check'
import { type Compat, type Facts, worldOf } from '../../src/index'
import { closeEngines, decisionOn, entryText, problemsOf, openEngine } from '../support/engine'
import { bucketFor, loidBucketFor, pointFor } from '../support/model'
import { ID_SHAPES, population, sigmasOff } from '../support/populations'
import { sized } from '../support/long-run'

afterEach(closeEngines)

/** How many visitors stand for all. */
const SOME = sized(5000, 20_000)
const FEW = sized(500, 2000)

const KEYS = ['percent_loggedin', 'percent_loggedout'] as const
type Key = (typeof KEYS)[number]

const visitorFor: Record<Key, (id: string) => Facts> = {
  percent_loggedin: (id) => ({ user: { id } }),
  percent_loggedout: (loid) => ({ loid }),
}

/** Whether each of these ids is in, at a percentage. */
async function within(
  key: Key,
  percent: number,
  ids: readonly string[],
  compat: Compat = 'liveflag',
  feature = 'x',
): Promise<readonly boolean[]> {
  const { features } = await openEngine(`feature_${feature}: {${key}: ${percent}}\n`, {
    compat,
  })
  return ids.map((id) => features.for(worldOf(visitorFor[key](id))).isEnabled(feature))
}

const countOf = (flags: readonly boolean[]): number => flags.filter(Boolean).length
/** How many visitors show a share. */
const MANY = sized(20_000, 100_000)
const fullnames = population(MANY, (n) => `t2_${(50_000_000 + n).toString(36)}`)
const random = ID_SHAPES['18 random characters'] ?? String
const loids = population(MANY, random)
const idsFor: Record<Key, readonly string[]> = {
  percent_loggedin: fullnames,
  percent_loggedout: loids,
}

describe('a share of those who are signed in, in steps of a whole percent', () => {
  test.each([1, 10, 50, 99])("at %i percent is r2's share, person by person", async (percent) => {
    const ids = fullnames.slice(0, SOME)
    const expected = ids.map((id) => Math.floor(bucketFor('x', id) / 10) < percent)
    expect(await within('percent_loggedin', percent, ids)).toEqual(expected)
    expect(await within('percent_loggedin', percent, ids, 'r2')).toEqual(expected)
  })
})

describe('a share of those who are not, in steps of a whole percent', () => {
  test.each([1, 10, 50, 99])("at %i percent is r2's share, loid by loid", async (percent) => {
    const ids = loids.slice(0, SOME)
    const expected = ids.map((id) => (loidBucketFor(id) ?? 100) < percent)
    expect(await within('percent_loggedout', percent, ids)).toEqual(expected)
    expect(await within('percent_loggedout', percent, ids, 'r2')).toEqual(expected)
  })

  test("does not depend on the feature's name", async () => {
    const ids = loids.slice(0, 5000)
    expect(await within('percent_loggedout', 30, ids, 'liveflag', 'a')).toEqual(
      await within('percent_loggedout', 30, ids, 'liveflag', 'b'),
    )
  })

  test('depends on the name in its fraction alone', async () => {
    const ids = loids.slice(0, SOME)
    const [a, b] = [
      await within('percent_loggedout', 30.5, ids, 'liveflag', 'a'),
      await within('percent_loggedout', 30.5, ids, 'liveflag', 'b'),
    ]
    const differing = ids.filter((_, n) => a[n] !== b[n])
    expect(differing.length).toBeGreaterThan(0)
    expect(differing.filter((id) => loidBucketFor(id) !== 30)).toEqual([])
  })
})

describe.each(KEYS)('%s', (key) => {
  test.each([0.5, 0.05, 2.5, 12.5, 99.5])(
    `%d percent of ${MANY} visitors are that, within 4 standard deviations`,
    async (percent) => {
      const ids = idsFor[key]
      expect(
        sigmasOff(countOf(await within(key, percent, ids)), ids.length, percent / 100),
      ).toBeLessThan(4)
    },
  )

  test('0 percent is nobody and 100 percent is everybody', async () => {
    const ids = idsFor[key].slice(0, 10_000)
    for (const compat of ['liveflag', 'r2'] as const) {
      expect([
        countOf(await within(key, 0, ids, compat)),
        countOf(await within(key, 100, ids, compat)),
      ]).toEqual([0, ids.length])
    }
  })

  test(`nobody who was in is out when the number grows (2 semantics, 60 random pairs of percentages, ${FEW} ids)`, async () => {
    const ids = idsFor[key].slice(0, FEW)
    const percent = fc.integer({ min: 0, max: 1_000_000 }).map((n) => n / 10_000)
    for (const compat of ['liveflag', 'r2'] as const) {
      await fc.assert(
        fc.asyncProperty(percent, percent, async (p, q) => {
          const [low, high] = [
            await within(key, Math.min(p, q), ids, compat),
            await within(key, Math.max(p, q), ids, compat),
          ]
          expect(ids.filter((_, n) => low[n] && !high[n])).toEqual([])
          await closeEngines()
        }),
        { numRuns: 60, seed: 7 },
      )
    }
  })

  test(`nobody who was in is out from one ten-thousandth to the next, across a whole percent (40 steps, ${SOME} ids)`, async () => {
    const ids = idsFor[key].slice(0, SOME)
    let before = await within(key, 4.998, ids)
    for (let step = 1; step <= 40; step++) {
      const after = await within(key, (49_980 + step) / 10_000, ids)
      expect(ids.filter((_, n) => before[n] && !after[n])).toEqual([])
      before = after
    }
  })

  test('names itself, and says that it is a share', async () => {
    expect(await decisionOn(`{${key}: 100}`, visitorFor[key]('abc1'))).toEqual({
      feature: 'x',
      enabled: true,
      reason: 'SPLIT',
      selector: key,
      generation: 1,
    })
  })

  test.each(['0.0001', '0.5', '33.3333', '99.9999', '1e-4', '0', '100', '0.0', '1e2', '12.3456'])(
    '%s is a percentage',
    (value) => {
      expect(problemsOf(`{${key}: ${value}}`)).toEqual([])
    },
  )

  test.each(['0.00001', '33.33333', '99.99999', '1e-5', '12.34567', '0.00015', '1e-300'])(
    '%s is too fine and refused, at its place',
    (value) => {
      expect(problemsOf(`\n  ${key}: ${value}`)).toEqual([
        { code: 'out-of-range', severity: 'error', at: `2:${key.length + 5}`, path: key },
      ])
    },
  )

  test.each(['-1', '100.0001', '101', '-0.0001', '1000', '1e300'])(
    '%s is no percentage and refused, at its place',
    (value) => {
      expect(problemsOf(`\n  ${key}: ${value}`)).toEqual([
        { code: 'out-of-range', severity: 'error', at: `2:${key.length + 5}`, path: key },
      ])
    },
  )

  test.each(['"50"', '50%', 'true', 'null', '[50]', '{a: 50}', '', 'all'])(
    '%s is no number and refused, at its place',
    (value) => {
      const column = value === '' ? expect.any(String) : `2:${key.length + 5}`
      expect(problemsOf(`\n  ${key}: ${value}`)).toEqual([
        { code: 'bad-type', severity: 'error', at: column, path: key },
      ])
    },
  )

  test.each(['-1', '250', '1e300'])('r2 takes %s as it stands, and warns', (value) => {
    expect(problemsOf(`\n  ${key}: ${value}`, 'r2')).toEqual([
      { code: 'out-of-range', severity: 'warning', at: `2:${key.length + 5}`, path: key },
    ])
  })

  test.each(['false', 'null', '0', '""', '[]', '{}'])('r2 takes %s for nobody', async (value) => {
    expect(
      await decisionOn(`{${key}: ${value}}`, visitorFor[key]('0'), { compat: 'r2' }),
    ).toMatchObject({ enabled: false, reason: 'DEFAULT' })
    expect(problemsOf(`{${key}: ${value}}`, 'r2')).toEqual([])
  })

  test.each(['"50"', '[50]', '{a: 50}'])(
    '%s, which was 100 percent to r2, is refused there too',
    (value) => {
      expect(problemsOf(`{${key}: ${value}}`, 'r2')).toMatchObject([
        { code: 'bad-type', severity: 'error' },
      ])
    },
  )

  test.each<[number | 'true', number]>([
    [0.5, 1],
    [12.5, 13],
    [0.01, 1],
    [0.00001, 1],
    ['true', 1],
    [99.1, 100],
    [250, 100],
    [-5, 0],
  ])('%p is rounded up to %i whole percents by r2', async (written, percents) => {
    const ids = idsFor[key].slice(0, 5000)
    const { features } = await openEngine(entryText(`{${key}: ${written}}`), { compat: 'r2' })
    const bucket = (id: string): number =>
      key === 'percent_loggedin' ? Math.floor(bucketFor('x', id) / 10) : (loidBucketFor(id) ?? 100)
    expect(
      ids.filter(
        (id) => features.for(worldOf(visitorFor[key](id))).isEnabled('x') !== bucket(id) < percents,
      ),
    ).toEqual([])
  })

  test('inside an experiment is a key that nobody knows; r2 warns and passes over it', async () => {
    const entry = `{experiment: {${key}: 100, variants: {blue: 33, control_1: 33, control_2: 33}}}`
    expect(problemsOf(entry)).toContainEqual(
      expect.objectContaining({
        code: 'unknown-key',
        severity: 'error',
        path: `experiment.${key}`,
      }),
    )
    expect(await decisionOn(entry, visitorFor[key]('abc1'), { compat: 'r2' })).toMatchObject({
      enabled: false,
      reason: 'DEFAULT',
    })
  })
})

test('a percentage is exact to the point: whoever is below it is in', async () => {
  const ids = fullnames.slice(0, sized(5000, 50_000))
  for (const percent of [0.0001, 0.0123, 0.5, 33.3333, 66.6667]) {
    expect(await within('percent_loggedin', percent, ids)).toEqual(
      ids.map((id) => pointFor('x', id) < Math.round(percent * 10_000)),
    )
  }
})

describe('a visitor who cannot be bucketed', () => {
  test.each<[string, Facts]>([
    ['a user without an id', { user: { name: 'gary' } }],
    ['a user with an empty id', { user: { id: '' } }],
  ])('%s is in no percentage, not even in 100', async (_, facts) => {
    expect(await decisionOn('{percent_loggedin: 100}', facts)).toMatchObject({
      enabled: false,
      reason: 'DEFAULT',
    })
  })

  test.each<[string, Facts]>([
    ['a user without an id', { user: { name: 'gary' } }],
    ['a user with an empty id', { user: { id: '' } }],
  ])('%s is an error to r2, and never an answer', async (_, facts) => {
    expect(await decisionOn('{percent_loggedin: 100}', facts, { compat: 'r2' })).toMatchObject({
      enabled: false,
      reason: 'ERROR',
      error: { code: 'TARGETING_KEY_MISSING' },
    })
  })

  test.each<Facts>([{}, { loid: '' }, { loid: 'é' }, { loid: 'a.b' }, { loid: 'ab_c' }])(
    'the logged-out id of %j is in no percentage',
    async (facts) => {
      for (const compat of ['liveflag', 'r2'] as const) {
        expect(await decisionOn('{percent_loggedout: 100}', facts, { compat })).toMatchObject({
          enabled: false,
          reason: 'DEFAULT',
        })
      }
    },
  )

  test('the two percentages never answer for each other', async () => {
    expect(
      await decisionOn('{percent_loggedout: 100}', { user: { id: 't2_1' }, loid: 'abc' }),
    ).toMatchObject({ enabled: false })
    expect(await decisionOn('{percent_loggedin: 100}', { loid: 'abc' })).toMatchObject({
      enabled: false,
    })
  })
})

test('an id that is a number is the text of that number', async () => {
  const number = { user: { id: 5 } } as unknown as Facts
  for (const percent of [10, 30, 50, 70, 90]) {
    expect(await decisionOn(`{percent_loggedin: ${percent}}`, number)).toEqual(
      await decisionOn(`{percent_loggedin: ${percent}}`, { user: { id: '5' } }),
    )
  }
})
