/** Percentages that grow with time. */
import fc from 'fast-check'
import { rampsIn, readRamp } from '../../src/experiments/ramp'
import type { JsonObject } from '../../src/core/json'
import type { EntryProblem } from '../../src/core/selector'
import { checkText, worldOf } from '../../src/index'
import { closeEngines, openEngine } from '../support/engine'
import { sized } from '../support/long-run'

afterEach(closeEngines)

const DAY = 86_400_000
const at = (text: string): number => Date.parse(text)

function read(ramp: unknown) {
  const problems: EntryProblem[] = []
  const found = readRamp({ ramp } as JsonObject, {
    path: ['p'],
    report: (one) => problems.push(one),
  })
  return { ramp: found, problems }
}

const WEEK = {
  from: 1,
  to: 100,
  over: '10d',
  start: '2026-12-01',
  hold_at: [5, 25],
  hold_for: '2d',
}

test.each<[string, number]>([
  ['2026-11-30T23:59:59Z', 0],
  ['2026-12-01', 1],
  ['2026-12-02', 5],
  ['2026-12-03', 5],
  ['2026-12-04', 10.88],
  ['2026-12-06', 25],
  ['2026-12-08', 30.7],
  ['2026-12-14T23:59:59Z', 100],
  ['2027-06-01', 100],
])('a ramp with holds is at %s so far: %d', (time, percent) => {
  expect(read(WEEK).ramp?.percentAt(at(time))).toBeCloseTo(percent, 1)
})

test('a ramp turns at its start, where it is held, and at its end', () => {
  const { ramp } = read({ to: 10, over: '10d', start: '2026-12-01', hold_at: [5] })
  expect(ramp?.turns.map((time) => new Date(time).toISOString().slice(0, 10))).toEqual([
    '2026-12-01',
    '2026-12-06',
    '2026-12-07',
    '2026-12-12',
  ])
})

test.each<[unknown, string]>([
  [5, 'ramp is a number; write {to: 100, over: 7d, start: 2026-05-01}'],
  [{ ...WEEK, to: undefined }, 'to is missing; write a percentage from 0 to 100'],
  [{ ...WEEK, to: 120 }, 'to is 120; write a percentage from 0 to 100'],
  [
    { ...WEEK, from: 100, hold_at: [] },
    'to is 100, which is not above from, 100: a ramp only grows',
  ],
  [{ ...WEEK, over: '7 days' }, 'over is "7 days"; write a time span, such as 30m, 12h or 7d'],
  [{ ...WEEK, over: '0d' }, 'over is "0d"; write a time span'],
  [{ ...WEEK, start: undefined }, 'start is missing; write a date'],
  [{ ...WEEK, start: '2026-02-30' }, 'start is "2026-02-30"; write a date'],
  [{ ...WEEK, hold_at: ['5'] }, 'hold_at is no list of percentages; write [5, 25]'],
  [{ ...WEEK, hold_at: [0.5] }, 'hold_at has 0.5, which is not from 1 to 100'],
  [{ ...WEEK, hold_for: 2 }, 'hold_for is 2; write a time span'],
  [{ ...WEEK, hold: [5] }, '"hold" is no key of a ramp; it has from, to, over'],
])('%j is a problem', (ramp, says) => {
  const { ramp: found, problems } = read(ramp)
  expect(found).toBeUndefined()
  expect(problems[0]?.message).toContain(says)
})

test('problems of a ramp have their line, and a key beside it is one', () => {
  const { problems } = checkText(
    'feature_x:\n  percent_loggedin:\n    ramp: { to: 10, over: 7d, start: soon }\n    hold: 3\n',
  )
  expect(problems.map(({ line, path }) => [line, path])).toEqual([
    [4, 'percent_loggedin.hold'],
    [3, 'percent_loggedin.ramp.start'],
  ])
})

test('the ramps of an entry are at its top and in its experiment', () => {
  const ramp = { to: 10, over: '10d', start: '2026-12-01' }
  const found = rampsIn({
    percent_loggedin: { ramp },
    experiment: { traffic: { ramp } },
    'x-a': {},
    admin: { ramp },
    'x-b': { traffic: { ramp } },
  })
  expect(found.map(({ path }) => path.join('.'))).toEqual([
    'percent_loggedin',
    'experiment.traffic',
  ])
})

const ramps = fc
  .record({
    from: fc.integer({ min: 0, max: 40 }),
    rise: fc.integer({ min: 1, max: 60 }),
    over: fc.constantFrom('30m', '12h', '3d', '10d'),
    hold_at: fc.array(fc.integer({ min: 0, max: 10 }), { maxLength: 3 }),
    hold_for: fc.constantFrom('10m', '1d'),
  })
  .map(({ from, rise, hold_at, ...rest }) => ({
    ...rest,
    from,
    to: from + rise,
    start: '2026-12-01',
    hold_at: hold_at.map((part) => from + (rise * part) / 10),
  }))
const times = fc.array(fc.integer({ min: -DAY, max: 20 * DAY }), { minLength: 2, maxLength: 8 })

test.each([
  ['percent_loggedin', (ramp: object) => ({ percent_loggedin: { ramp } })],
  ['percent_loggedout', (ramp: object) => ({ percent_loggedout: { ramp } })],
  [
    'traffic',
    (ramp: object) => ({
      experiment: { enabled: 'on', traffic: { ramp }, variants: [{ name: 'a' }, { name: 'b' }] },
    }),
  ],
])('who is in by a ramp of %s never goes out as time passes, nor to another variant', (_, entry) =>
  fc.assert(
    fc.asyncProperty(ramps, times, async (ramp, moments) => {
      let now = 0
      const { features } = await openEngine(JSON.stringify({ feature_x: entry(ramp) }), {
        format: 'json',
        now: () => now,
      })
      const had = new Map<string, string | undefined>()
      for (const moment of moments.toSorted((a, b) => a - b)) {
        now = at('2026-12-01') + moment
        for (let i = 0; i < 40; i++) {
          const id = `${i}${((i * 7919) % 1296).toString(36)}`
          const world = worldOf(entry === undefined || i % 2 ? { user: { id } } : { loid: id })
          const { enabled, variant } = features.for(world).decide('x')
          if (had.has(id)) expect([id, enabled, variant]).toEqual([id, true, had.get(id)])
          if (enabled) had.set(id, variant)
        }
      }
      await closeEngines()
    }),
    { numRuns: sized(15, 500) },
  ),
)

test('a request is pinned to its time, and the next has its own', async () => {
  let now = at('2026-12-01') - 1
  const { features } = await openEngine(
    'feature_x: { percent_loggedin: { ramp: { from: 100, to: 100, over: 1d, start: 2026-12-01 } } }\n'.replace(
      'from: 100',
      'from: 99.9999',
    ),
    { now: () => now },
  )
  const world = worldOf({ user: { id: 't2_1' } })
  const request = features.for(world)
  expect(request.isEnabled('x')).toBe(false)
  now += 2
  expect(request.isEnabled('x')).toBe(false)
  expect(features.for(world).isEnabled('x')).toBe(true)
})

test.each(['', 'bucketing: stable, '])(
  'a ramp of traffic that stays at a share takes as many as that share as a number (%s)',
  async (scheme) => {
    const drawOf = async (traffic: string): Promise<string | undefined> => {
      const { features } = await openEngine(
        `feature_x: {${scheme}experiment: {enabled: on, traffic: ${traffic}, variants: [{name: a}]}}\n`,
        { now: () => at('2026-12-02') },
      )
      const explanation = features.for(worldOf({ user: { id: 't2_1' } })).explain('x')
      return /bucket < \d+ of \d+/.exec(JSON.stringify(explanation))?.[0]
    }
    const ramp = '{ramp: {from: 33.3333333, to: 100, over: 1d, start: 2026-12-02}}'
    expect(await drawOf(ramp)).toMatch(/^bucket < /)
    expect(await drawOf(ramp)).toBe(await drawOf('33.3333333'))
  },
)

test('explain says how far the ramp is', async () => {
  const { features } = await openEngine(
    'feature_x: { percent_loggedin: { ramp: { to: 100, over: 10d, start: 2026-12-01 } } }\n',
    { now: () => at('2026-12-04T02:24:00Z') },
  )
  const { steps } = features.for(worldOf({ user: { id: 't2_1' } })).explain('x')
  expect(steps[0]?.draw?.test).toBe('bucket < 310 of 1000, 31 % now')
  expect(features.describe('x')?.words()[0]?.words).toBe(
    '0 to 100 %, over 10d from 2026-12-01 of signed-in visitors',
  )
})
