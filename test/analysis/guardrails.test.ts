/** Metrics that must not become worse. */
import { conversionReport } from '../../src/analysis/conversion-report'
import { guardrailsOf, isSkewed } from '../../src/analysis/guardrails'
import type { Metric } from '../../src/live-config/read-entries'

const errors: Metric = {
  name: 'errors',
  event: 'error',
  type: 'rate',
  direction: 'down',
  windowMs: null,
  role: 'guardrail',
  margin: 0.1,
}
const side = (variant: string, units: number, converted: number) => ({
  variant,
  units,
  converted,
  conversions: converted,
  sum: converted * 10,
  squaredDeviations: converted * 40,
})
const verdictOf = (converted: number, metric: Metric = errors, units = 100_000) =>
  guardrailsOf({
    ...conversionReport(
      'error',
      [side('control', units, Math.round(units / 10)), side('new', units, converted)],
      ['control'],
    ),
    metric,
  })

test.each([
  ['as many errors', 10_000, 'pass'],
  ['far fewer', 5000, 'pass'],
  ['9 % more, of a margin of 10 %', 10_900, 'inconclusive'],
  ['30 % more', 13_000, 'fail'],
])('%s as the control: %d is a %s', (_, converted, verdict) => {
  expect(verdictOf(converted)).toMatchObject([{ variant: 'new', verdict }])
})

test.each([
  ['fewer', 7000, 'fail'],
  ['more', 13_000, 'pass'],
])('where up is better, %s is the other way round', (_, converted, verdict) => {
  expect(verdictOf(converted, { ...errors, direction: 'up' })).toMatchObject([
    { variant: 'new', verdict },
  ])
})

test('of a value, the mean is judged', () => {
  expect(verdictOf(13_000, { ...errors, type: 'value' })).toMatchObject([
    { variant: 'new', verdict: 'fail' },
  ])
})

test('few units say nothing, and one conversion beside a control of none neither', () => {
  expect(verdictOf(10, errors, 100)).toMatchObject([{ variant: 'new', verdict: 'inconclusive' }])
  const nobody = conversionReport('error', [side('control', 9, 0), side('new', 9, 1)], ['control'])
  expect(guardrailsOf({ ...nobody, metric: errors })).toMatchObject([
    { variant: 'new', verdict: 'inconclusive' },
  ])
})

test('any other metric is no guardrail', () => {
  expect(verdictOf(13_000, { ...errors, role: 'primary' })).toEqual([])
})

describe('of values that a few large ones decide', () => {
  const money: Metric = { ...errors, type: 'value', margin: 0.5 }
  const report = (units: number, others: number) => ({
    ...conversionReport(
      'purchase',
      [side('control', others, others / 10), side('new', units, units / 10)],
      ['control'],
    ),
    ...{ metric: money, skewness: 20 },
  })

  test('uneven groups are inconclusive, and the guardrail says why', () => {
    expect(guardrailsOf(report(10_000, 90_000))).toMatchObject([
      { verdict: 'inconclusive', reason: expect.stringContaining('as uneven as 10000 and 90000') },
    ])
    expect(isSkewed(report(10_000, 90_000))).toBe(true)
  })

  test('equal ones are judged: there skewness cancels', () => {
    expect(guardrailsOf(report(50_000, 50_000))).toMatchObject([{ verdict: 'pass', reason: null }])
    expect(isSkewed(report(50_000, 50_000))).toBe(false)
  })
})

test('without anything to compare it says so', () => {
  expect(verdictOf(0, errors, 0)).toMatchObject([
    { verdict: 'inconclusive', bounds: null, reason: 'nothing to compare with yet' },
  ])
})
