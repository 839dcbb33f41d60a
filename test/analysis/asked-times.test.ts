/** When a comparison asks: nobody changes at any time between, if nobody does at these. */
import fc from 'fast-check'
import { timesOf } from '../../src/analysis/asked-times'
import { impactOf } from '../../src/analysis/impact'
import { answerOf } from '../../src/analysis/impact-matrix'
import type { FeatureImpact } from '../../src/analysis/impact-view'
import type { JsonValue } from '../../src/core/json'
import { type Features, worldOf } from '../../src/index'
import { closeEngines, openEngine } from '../support/engine'
import { PATIENCE, sized } from '../support/long-run'

afterEach(closeEngines)

type Entry = Readonly<Record<string, JsonValue>>

const NOW = Date.parse('2026-11-30T08:00Z')
const DAY = 86_400_000
const at = (text: string): number => Date.parse(text)
const ramp = (others: Entry = {}): Entry => ({
  ramp: { to: 100, over: '10d', start: '2026-12-01', ...others },
})
const asks = (values: readonly JsonValue[], ends: readonly number[] = [], whole = false) =>
  timesOf({ values, ends: () => ends, hasWholePercents: whole }, NOW)

test('without a ramp the dates are enough', () => {
  const entry = { experiment: { start: '2026-12-01', end: '2026-12-05', variants: [] } }
  expect(asks([entry])).toEqual({
    dates: [at('2026-12-01'), at('2026-12-05')],
    beside: [],
    isTooFine: false,
  })
})

test('a start beside a ramp is asked right before it, too', () => {
  const entry = { experiment: { start: '2026-12-05', traffic: ramp(), variants: [] } }
  expect(asks([entry]).beside).toContain(at('2026-12-05') - 1)
})

test('where a ramp passes the end of another share, both sides are asked', () => {
  const { beside } = asks([{ percent_loggedin: ramp() }], [30])
  const [before, after] = [at('2026-12-04') - 1, at('2026-12-04') + 1]
  expect(beside.some((time) => time > at('2026-12-01') && time < before)).toBe(true)
  expect(beside.some((time) => time > after && time < at('2026-12-11') - 1)).toBe(true)
})

test('two ramps that pass each other are asked on both sides, and each whole percentage of r2', () => {
  const two = [{ percent_loggedin: ramp() }, { percent_loggedin: ramp({ from: 40, to: 50 }) }]
  const crossing = at('2026-12-01') + (40 / 90) * 10 * DAY
  const { beside } = asks(two)
  expect(beside.filter((time) => time > at('2026-12-01') && time < crossing)).toHaveLength(1)
  expect(asks([{ percent_loggedout: ramp() }], [], true).beside).toHaveLength(103)
})

test('two ramps that are nearly the same are too fine to be told apart', () => {
  const two = [{ percent_loggedin: ramp() }, { percent_loggedin: ramp({ to: 99.9999 }) }]
  expect(asks(two).isTooFine).toBe(true)
  expect(asks([{ percent_loggedin: ramp() }, { percent_loggedin: ramp() }]).isTooFine).toBe(false)
})

/** Engines with a clock of ours. */
async function compare(from: Entry, to: Entry) {
  const clock = { now: NOW }
  const open = async (config: Entry): Promise<Features> =>
    (await openEngine(JSON.stringify(config), { format: 'json', now: () => clock.now })).features
  const sides = [await open(from), await open(to)] as const
  return { clock, sides, impact: impactOf(...sides, { population: [] }) }
}

const life = (others: Entry): Entry => ({
  experiment: { enabled: 'on', variants: [{ name: 'a' }, { name: 'b' }], ...others },
})

test('an experiment that starts later beside the same ramp loses whom it had by then', async () => {
  const entry = (others: Entry): Entry => ({ feature_x: life({ traffic: ramp(), ...others }) })
  const { impact } = await compare(entry({}), entry({ start: '2026-12-05' }))
  expect(impact.isNobody).toBe(false)
  const lost = impact.features[0]?.later.find(({ classes }) =>
    classes.some(({ matrix }) => matrix.changed > 0),
  )
  expect(lost?.at).toBe('2026-12-04T23:59:59.999Z')
  expect(lost?.classes[0]?.matrix.changed).toBeCloseTo(0.4)
})

test('an experiment that ends before its ramp has got anywhere is asked before it ends', async () => {
  const entry = (end: string): Entry => ({ feature_x: life({ traffic: ramp(), end }) })
  const { impact } = await compare(entry('2026-12-06'), entry('2026-12-01'))
  expect(impact.isNobody).toBe(false)
})

const date = fc.constantFrom('2026-12-01', '2026-12-03', '2026-12-05', '2026-12-08T12:00:00Z')
const ramps = fc
  .record(
    {
      from: fc.constantFrom(0, 10),
      to: fc.constantFrom(50, 100),
      over: fc.constantFrom('5d', '10d', '12h'),
      start: date,
      hold_at: fc.subarray([20, 40]),
    },
    { requiredKeys: ['to', 'over', 'start'] },
  )
  .map((one): JsonValue => ({ ramp: one as Entry }))
const percent = fc.oneof(ramps, fc.constantFrom<JsonValue>(0, 25, 50, 100))
const lists = fc.constantFrom<JsonValue>([{ name: 'a' }, { name: 'b', weight: 3 }], [{ name: 'a' }])
const experiment = fc.record(
  {
    enabled: fc.constant('on'),
    variants: lists,
    traffic: percent,
    start: date,
    end: fc.constantFrom('2026-12-06', '2026-12-10'),
    domains: fc.constant(['d']),
    priority: fc.integer({ min: 0, max: 2 }),
  },
  { requiredKeys: ['enabled', 'variants'] },
)
const entries = fc
  .record(
    {
      percent_loggedin: percent,
      percent_loggedout: percent,
      bucketing: fc.constant('stable'),
      experiment,
    },
    { requiredKeys: [] },
  )
  .map((one) => one as Entry)
const changed = fc
  .tuple(entries, entries, entries, fc.integer({ min: 0, max: 3 }))
  .map(([x, y, other, which]) => {
    const { experiment: old } = x
    const moved = {
      ...x,
      experiment: { ...Object(old ?? {}), ...Object(other['experiment'] ?? {}) },
    }
    const to =
      which === 0
        ? other
        : which === 1
          ? { ...x, percent_loggedin: other['percent_loggedin'] ?? 0 }
          : moved
    return { from: { feature_x: x, feature_y: y }, to: { feature_x: to, feature_y: y } }
  })

const VISITORS = Array.from({ length: 60 }, (_, i) =>
  worldOf(i % 3 === 0 ? { loid: (i * 7919 + 46_656).toString(36) } : { user: { id: `t2_${i}` } }),
)

const isCertified = ({ classes, later }: FeatureImpact): boolean =>
  [{ classes }, ...later].every(
    (one) => one.classes !== null && one.classes.every(({ matrix }) => matrix.changed === 0),
  )

test(
  'where nobody is said to change, the engine gives nobody another answer at any time',
  () =>
    fc.assert(
      fc.asyncProperty(
        changed,
        fc.array(fc.double({ min: 0, max: 14, noNaN: true }), { minLength: 6, maxLength: 12 }),
        async ({ from, to }, days) => {
          const { clock, sides, impact } = await compare(from, to)
          const of = new Map(impact.features.map((one) => [one.feature, one]))
          for (const name of ['x', 'y']) {
            const said = of.get(name)
            if (said && !isCertified(said)) continue
            for (const day of days) {
              clock.now = Math.floor(NOW + day * DAY)
              for (const world of VISITORS) {
                const [old, now] = sides.map((side) => answerOf(side.for(world).decide(name)))
                expect({ name, day, from, to, now }).toEqual({ name, day, from, to, now: old })
              }
            }
          }
          await closeEngines()
        },
      ),
      { numRuns: sized(15, 2000) },
    ),
  PATIENCE,
)
