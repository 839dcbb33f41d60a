import fc from 'fast-check'
import { type Facts, worldOf } from '../../src'
import { INHERITED, liveflagEntry, visitor } from '../support/arbitraries'
import { countingWorld } from '../support/counting-world'
import { closeEngines, entryText, openEngine } from '../support/engine'
import { sized } from '../support/long-run'
const CONFIGS = sized(100, 300)

afterEach(closeEngines)

const ARMS = 'variants: {blue: 25, green: 25, control_1: 25, control_2: 25}'
const EXPERIMENT = `{experiment: {experiment_id: 7, loggedin: true, loggedout: true, ${ARMS}}}`
const gary: Facts = { user: { id: 't2_beef', name: 'gary', gold: true }, loid: 'abcd' }

describe('a request', () => {
  test('puts each question to the World once, whatever is asked of it', async () => {
    const { features } = await openEngine(
      `feature_a: {gold: true}\nfeature_b: {users: [spez], gold: true, beta: true}\nfeature_c: ${EXPERIMENT}\nfeature_d: {percent_loggedin: 50, url: q}\n`,
    )
    const world = countingWorld(gary)
    const request = features.for(world)
    for (let round = 0; round < 3; round++) {
      for (const name of ['a', 'b', 'c', 'd'])
        expect(request.isEnabled(name)).toBe(request.decide(name).enabled)
      request.allEnabled()
    }
    expect(Object.entries(world.asked).filter(([, times]) => times !== 1)).toEqual([])
  })

  test('asks the World nothing for features that are plainly on or off, and for names that nobody has', async () => {
    const { features } = await openEngine(
      'feature_a: on\nfeature_b: off\nfeature_c: {enabled: on, gold: true}\n',
    )
    const world = countingWorld(gary)
    const request = features.for(world)
    for (const name of ['a', 'b', 'c', 'nobody']) request.isEnabled(name)
    expect(world.asked).toEqual({})
  })

  test('asks only as far as it must', async () => {
    const { features } = await openEngine(
      entryText('{gold: true, users: [gary], subreddits: [wtf], percent_loggedin: 50}'),
    )
    const world = countingWorld(gary)
    features.for(world).isEnabled('x')
    expect(world.asked).toEqual({ user: 1, hasGold: 1 })
  })

  test.each([
    'on',
    '{gold: true}',
    '{percent_loggedin: 50}',
    EXPERIMENT,
    `{gold: true, ${EXPERIMENT.slice(1)}`,
    '{users: [spez]}',
  ])('asked again gives the very same Decision: %s', async (entry) => {
    const { features } = await openEngine(entryText(entry))
    const request = features.for(worldOf(gary))
    const first = request.decide('x')
    request.isEnabled('x')
    request.allEnabled()
    expect(request.decide('x')).toBe(first)
  })

  test('gives equal Decisions to equal visitors', async () => {
    const { features } = await openEngine(entryText(EXPERIMENT))
    expect(features.for(worldOf(gary)).decide('x')).toEqual(
      features.for(worldOf({ ...gary })).decide('x'),
    )
  })

  test(`tells its parts apart: two features, two visitors, many questions (${CONFIGS} random configs)`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(liveflagEntry, { minLength: 1, maxLength: 40 }),
        visitor,
        fc.array(fc.nat({ max: 45 }), { maxLength: 100 }),
        async (entries, facts, asked) => {
          const live = Object.fromEntries(entries.map((entry, n) => [`feature_${n}`, entry]))
          const { features } = await openEngine(JSON.stringify(live), { format: 'json' })
          const request = features.for(worldOf(facts))
          for (const n of asked)
            expect(request.decide(String(n))).toEqual(
              features.for(worldOf(facts)).decide(String(n)),
            )
          await closeEngines()
        },
      ),
      { numRuns: CONFIGS, seed: 13 },
    )
  })
})

describe('a name that the live config does not have', () => {
  const NAMES: unknown[] = [
    'nobody',
    '',
    'feature_x',
    'X',
    'x ',
    ...INHERITED,
    undefined,
    null,
    5,
    NaN,
    true,
    5n,
    Symbol('x'),
    {},
    [],
    ['x'],
    () => 'x',
  ]

  test.each(NAMES)('%p is off, and no error is thrown', async (name) => {
    const { features } = await openEngine('feature_y: on\n')
    const given = name as string
    expect([features.isEnabled(given), features.variant(given)]).toEqual([false, undefined])
    expect(features.decide(given)).toMatchObject({
      feature: name,
      enabled: false,
      reason: 'ERROR',
      generation: 1,
      error: { code: 'FLAG_NOT_FOUND' },
    })
    expect(features.explain(given)).toMatchObject({
      decision: { error: { code: 'FLAG_NOT_FOUND' } },
      steps: [],
    })
  })

  test.each<[string, unknown]>([
    ['without a prototype, as node:querystring makes', Object.create(null)],
    [
      'that throws when it is made text',
      {
        toString: () => {
          throw new Error('no text')
        },
      },
    ],
    ['that is a list of symbols', [Symbol('x')]],
  ])('an object %s is off too', async (_, name) => {
    const { features } = await openEngine('feature_x: on\n')
    expect(features.isEnabled(name as string)).toBe(false)
  })

  test.each(INHERITED)('%s is a name like any other', async (name) => {
    const { features } = await openEngine(
      `{"feature_${name}": "on", "feature_other": {"users": ["gary"]}}`,
      { format: 'json' },
    )
    expect([features.isEnabled(name), features.snapshot.names]).toEqual([
      true,
      [name, 'other'].toSorted(),
    ])
    expect(Object.keys(features.allEnabled())).toEqual([name])
  })

  test('that was refused is reported apart from one that is not there', async () => {
    const { features } = await openEngine('feature_x: {gold: 5}\n')
    expect(features.decide('x')).toMatchObject({
      enabled: false,
      reason: 'ERROR',
      error: {
        code: 'PARSE_ERROR',
        message: expect.stringContaining('gold is a number (5)') as string,
      },
    })
    expect(features.explain('x')).toMatchObject({
      source: 'memory',
      position: { line: 1, column: 1 },
      steps: [],
    })
  })
})
