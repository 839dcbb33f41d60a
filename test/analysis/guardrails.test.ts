/** Metrics that must not become worse. */
import { conversionReport } from '../../src/analysis/conversion-report'
import { guardrailsOf } from '../../src/analysis/guardrails'
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
