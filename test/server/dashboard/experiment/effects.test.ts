import { pOf } from '../../../../src/analysis/adjusted-p'
import {
  type Conversion,
  type Effect,
  marginOf,
  measuresOf,
  reachOf,
  saidOf,
} from '../../../../src/server/dashboard/experiment/effects'
import { placeOf } from '../../../../src/server/dashboard/parts/scale'

const effect = (value: number, once: number, often: number): Effect => ({
  value,
  interval: [value - once, value + once],
  sequential: [value - often, value + often],
  p: 0.01,
  sequentialP: 0.2,
})

type Metric = NonNullable<Conversion['metric']>

const conversion = (
  metric: Partial<Metric> | null,
  lift: Effect | null,
  also: { adjustedP?: number; value?: boolean } = {},
): Conversion => {
  const variant = (name: string, own: Effect | null) => ({
    variant: name,
    units: 100,
    converted: 10,
    conversions: 10,
    rate: effect(0.1, 0.01, 0.02),
    difference: name === 'control' ? null : effect(0.01, 0.01, 0.02),
    lift: own,
    strata: null,
    adjustedP: also.adjustedP ?? null,
    value: also.value
      ? {
          ...{ sum: 10, per: null, mean: effect(1, 0.1, 0.2), difference: own, lift: own },
          ...{ unadjusted: null, adjustedP: null },
        }
      : null,
  })
  return {
    name: 'purchase',
    metric: metric && {
      ...{ name: 'buyers', event: 'purchase', type: 'rate', direction: 'up', windowMs: null },
      ...{ role: 'primary', margin: 0 },
      ...metric,
    },
    windowMs: null,
    unrecorded: null,
    guardrails: [],
    ...{ unitsForMean: null, skewness: null, isSkewed: false, winsorized: null, cuped: null },
    controlCheck: null,
    variants: [variant('control', null), variant('red', lift)],
  }
}

const FIRST = { isSound: true, isFirstLook: true }

const said = (of: Conversion, reading = FIRST) => {
  const row = measuresOf(of)[0]?.rows[1]
  return row && saidOf(row, of, reading)
}

test.each<[string, Partial<Metric> | null, Effect, string, string]>([
  ['above zero at every look', {}, effect(0.2, 0.05, 0.1), 'good', 'better'],
  [
    'above zero, where lower is better',
    { direction: 'down' },
    effect(0.2, 0.05, 0.1),
    'bad',
    'worse',
  ],
  [
    'below zero, where lower is better',
    { direction: 'down' },
    effect(-0.2, 0.05, 0.1),
    'good',
    'better',
  ],
  ['above zero, of no metric', null, effect(0.2, 0.05, 0.1), 'accent', 'higher'],
  ['above zero for one look alone', {}, effect(0.2, 0.05, 0.3), '', 'no difference shown'],
])('an effect %s is said so', (_, metric, lift, kind, words) => {
  expect(said(conversion(metric, lift))).toEqual({ kind, words })
})

test('what one planned look would find is said with its condition', () => {
  const found = conversion({}, effect(0.2, 0.05, 0.3), { adjustedP: 0.01 })
  expect(said(found)?.words).toBe('better, if this is the only look')
  expect(said(found, { ...FIRST, isFirstLook: false })?.words).toBe('no difference shown')
})

test('nothing is said of a control, and no verdict is given while the data are wrong', () => {
  const of = conversion({}, effect(0.2, 0.05, 0.1))
  const [control] = measuresOf(of)[0]?.rows ?? []
  expect(control && saidOf(control, of, FIRST)).toBeNull()
  expect(said(of, { ...FIRST, isSound: false })?.words).toBe('no verdict')
})

test.each([
  ['a rate', { type: 'rate' }, ['rate']],
  ['a value', { type: 'value' }, ['mean']],
  ['a ratio', { type: 'ratio' }, ['ratio']],
  ['no metric', null, ['rate', 'mean']],
] as const)('values are shown of %s as it is measured', (_, metric, kinds) => {
  const of = conversion(metric, effect(0.1, 0.1, 0.1), { value: true })
  expect(measuresOf(of).map(({ kind }) => kind)).toEqual(kinds)
})

test('where no lift can be said the differences are shown, without a margin', () => {
  const of = conversion({ role: 'guardrail', margin: 0.05 }, null)
  const [measure] = measuresOf(of)
  expect(measure?.scale).toBe('difference')
  expect(measure?.rows[1]?.effect?.value).toBe(0.01)
  expect(measure && marginOf(of, measure)).toBeUndefined()
})

test.each([
  ['up', -0.05],
  ['down', 0.05],
] as const)('the margin of a guardrail whose better way is %s is at %d', (direction, at) => {
  const of = conversion({ role: 'guardrail', margin: 0.05, direction }, effect(0, 1, 1))
  const [measure] = measuresOf(of)
  expect(measure && marginOf(of, measure)).toBe(at)
})

describe('the scale of a plot', () => {
  test('has zero, every interval of one look and the margin on it', () => {
    const reach = reachOf([effect(0.4, 0.1, 0.2)], [-0.3])
    expect(reach.low).toBeLessThan(-0.3)
    expect(reach.high).toBeGreaterThan(0.6)
    expect(reach.ticks).toContain(0)
  })

  test('cuts off an interval of every look that would make all others a point', () => {
    const { high } = reachOf([effect(0.1, 0.1, 50)])
    expect(high).toBeLessThan(1)
    expect(placeOf(50, reachOf([effect(0.1, 0.1, 50)]))).toBe(100)
  })

  test('of effects without any spread has a width all the same', () => {
    const { low, high, ticks } = reachOf([effect(0, 0, 0)])
    expect(high).toBeGreaterThan(low)
    expect(ticks).toContain(0)
  })
})

test('an end that is null in JSON has no limit', () => {
  const answer: unknown = JSON.parse(
    JSON.stringify(
      conversion(
        {},
        { ...effect(0.2, 0.1, 0.3), sequential: [-0.1, Infinity] },
        { adjustedP: 0.01 },
      ),
    ),
  )
  const [measure] = measuresOf(answer as Conversion)
  expect(measure?.rows[1]?.effect?.sequential).toEqual([-0.1, Infinity])
  expect(said(answer as Conversion)?.words).toBe('better, if this is the only look')
})

test.each([effect(0.5, 0.1, 0.2), null])(
  'the p of the page is the one that the adjusted p is made of: lift %j',
  (lift) => {
    const shown = measuresOf(conversion({}, lift)).flatMap(({ rows }) => rows)
    expect(shown).not.toHaveLength(0)
    for (const { of, p } of shown) expect(p).toBe(pOf(of))
  },
)
