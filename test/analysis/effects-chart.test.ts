/** What the picture of a report says of effects. */
import { effectDrawings } from '../../src/analysis/effects-chart'
import type { ExperimentReport } from '../../src/analysis/experiment-report'
import { phasedConversions } from '../../src/analysis/phased-conversions'

const conversion = (converted: number, others: number) =>
  phasedConversions(
    'buy',
    [
      ['control', others],
      ['new', converted],
    ].map(([variant, count]) => ({
      ...{ variant: String(variant), cohort: 0, units: 1000 },
      ...{ converted: Number(count), conversions: Number(count) },
      ...{ sum: 0, squaredDeviations: 0 },
    })),
    1,
    ['control'],
  )

const drawn = (also: object): string =>
  effectDrawings({
    variants: [{ variant: 'control' }, { variant: 'new' }],
    conversions: [conversion(300, 200)],
    segments: [],
    ...also,
  } as unknown as ExperimentReport)
    .map(({ shapes }) => shapes)
    .join('\n')

const segment = (values: readonly (string | null)[], converted = 300) => ({
  ...{ attribute: 'country', others: 0 },
  values: values.map((value) => ({ value, units: 1, conversions: [conversion(converted, 4)] })),
})

test('each metric has its lift, and below it those of its segments', () => {
  const shapes = drawn({ segments: [segment(['NZ', null])] })
  expect(shapes).toContain('Lift of buy, 95 % for one look')
  expect(shapes).toContain('Lift of buy by country')
  expect(shapes).toContain('+50.0 %')
  expect([shapes.includes('>NZ<'), shapes.includes('>unknown<')]).toEqual([true, true])
  // A control has nothing to be compared with.
  expect(shapes).not.toContain('>control<')
})

test('an interval without a limit ends at the edge', () => {
  const shapes = drawn({ conversions: [conversion(60, 3)] })
  expect(shapes).not.toMatch(/Infinity|NaN/)
})

test('more rows than anybody looks at are counted', () => {
  const shapes = drawn({ segments: [segment(Array.from({ length: 50 }, (_, i) => `c${i}`))] })
  expect(shapes).toContain('10 more rows are not drawn')
})

test('nothing to compare draws nothing', () => {
  expect(drawn({ conversions: [conversion(0, 0)] })).toBe('')
})
