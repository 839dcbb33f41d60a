/** What is printed of one metric: which figure the controls are checked by, and what skewness takes away. */
import { createColors } from 'picocolors'
import { conversionReport, type ConversionReport } from '../../../src/analysis/conversion-report'
import { guardrailsOf, isSkewed } from '../../../src/analysis/guardrails'
import { conversionLines } from '../../../src/cli/commands/conversion-lines'
import type { Metric } from '../../../src/live-config/read-entries'

const CONTROLS = ['control_1', 'control_2']
const metric = (type: Metric['type'], role: Metric['role'] = 'secondary'): Metric => ({
  ...{ name: 'sales', event: 'buy', type, direction: 'up', windowMs: null, role, margin: 0.2 },
})
const side = (variant: string, units: number, converted: number, sum: number) => ({
  ...{ variant, units, converted, conversions: converted, sum, squaredDeviations: units * 50 },
})
const printed = (report: ConversionReport, controls: readonly string[] = CONTROLS): string =>
  conversionLines(report, controls, { paint: createColors(false) }).join('\n')

test.each<[Metric['type'], string]>([
  ['rate', 'In 100.0 % of experiments chance makes control_1 and control_2 differ by as much.'],
  [
    'value',
    'of experiments chance makes the means of control_1 and control_2 differ by as much: look',
  ],
  [
    'ratio',
    'of experiments chance makes the ratios of control_1 and control_2 differ by as much: look',
  ],
])('the controls of a %s are checked by it', (type, line) => {
  // As many buy, and they pay three times as much.
  const counted = [
    side('control_1', 1000, 100, 1000),
    side('control_2', 1000, 100, 3000),
    side('new', 1000, 100, 2000),
  ]
  const report = { ...conversionReport('buy', counted, CONTROLS), metric: metric(type) }
  expect(printed(report)).toContain(line)
})

test.each<[string, number, string[]]>([
  [
    'uneven groups',
    9000,
    [
      'SKEWED: ',
      'Do not go by their intervals.',
      'since nothing can be said: a few large values decide it',
    ],
  ],
  ['equal ones', 1000, ['Skewed: ', 'The differences are of groups of about one size']],
])(
  'of skewed values in %s of %d, the guardrail agrees with what is said of skewness',
  (_, units, texts) => {
    const counted = [side('control', units, units / 10, units), side('new', 1000, 100, 1000)]
    const report = {
      ...conversionReport('buy', counted, ['control']),
      ...{ metric: metric('value', 'guardrail'), skewness: 20, unitsForMean: 142_000 },
    }
    const judged = { guardrails: guardrailsOf(report), isSkewed: isSkewed(report) }
    const text = printed({ ...report, ...judged }, ['control'])
    for (const part of texts) expect(text).toContain(part)
  },
)

test('a ratio that is the same of everybody has no interval, and no minus before a zero', () => {
  const flat = { value: 100, interval: null, sequential: null }
  const none = { p: null, sequentialP: null, adjustedP: null }
  const counted = [side('control', 10, 5, 500), side('new', 10, 5, 500)]
  const report = conversionReport('buy', counted, ['control'])
  const lift = { ...flat, value: -1e-16, ...none }
  const value = {
    sum: 500,
    per: 5,
    mean: flat,
    difference: lift,
    lift,
    unadjusted: null,
    adjustedP: null,
  }
  const variants = report.variants.map((one) => ({ ...one, value }))
  const text = printed({ ...report, variants, metric: metric('ratio') }, ['control'])
  expect(text).toContain('+0.0 %')
  expect(text).not.toMatch(/-0\.0+\b/)
})
