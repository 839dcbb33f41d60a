import { phasedConversions } from '../../../src/analysis/phased-conversions'
import type { ExperimentReport } from '../../../src/analysis/experiment-report'
import { reportCsv } from '../../../src/server/admin/report-csv'

const csvOf = (report: object): readonly (readonly string[])[] =>
  reportCsv({
    ...{ experiment: 'exp', by: 'unit', variants: [], conversions: [], segments: [] },
    ...report,
  } as unknown as ExperimentReport)
    .trimEnd()
    .split('\r\n')
    .map((row) => row.split(','))

test('a name that a spreadsheet would take for a formula is a text, and quotes are doubled', () => {
  const variants = [{ variant: '=1+1,"a"', units: 5, share: 1, expectedShare: null }]
  const [, row] = csvOf({ experiment: '@e', variants })
  expect(row?.join(',')).toBe(`'@e,unit,"'=1+1,""a""",5,1,`)
})

const conversion = (converted: number, others: number) =>
  phasedConversions(
    'buy',
    [
      ['control', others],
      ['new', converted],
    ].map(([variant, count]) => ({
      ...{ variant: String(variant), cohort: 0, units: 1000 },
      ...{ converted: Number(count), conversions: Number(count) },
      ...{ sum: Number(count) * 5, squaredDeviations: Number(count) * 30 },
    })),
    1,
    ['control'],
  )

test('a rate is converted over estimated_units, on every row: who crossed or moved is among the units alone', () => {
  const variants = ['control', 'new'].map((variant) => ({
    ...{ variant, units: 1500, share: 0.5, expectedShare: 0.5 },
  }))
  const segments = [
    {
      attribute: 'country',
      others: 0,
      values: [{ value: 'NZ', units: 2000, conversions: [conversion(60, 3)] }],
    },
  ]
  const [head = [], ...rows] = csvOf({ variants, segments, conversions: [conversion(300, 200)] })
  const of = (row: readonly string[], name: string): number => Number(row[head.indexOf(name)])
  expect(rows.map((row) => of(row, 'units'))).toEqual([1500, 1500, 1500, 1500])
  for (const row of rows)
    expect(of(row, 'converted') / of(row, 'estimated_units')).toBe(of(row, 'rate'))
})

test('after the rows of everybody come those of each value of each segment', () => {
  const variants = ['control', 'new'].map((variant) => ({
    ...{ variant, units: 1000, share: 0.5, expectedShare: 0.5 },
  }))
  const segments = [
    {
      attribute: 'country',
      others: 0,
      values: [
        { value: 'NZ', units: 2000, conversions: [conversion(200, 100)] },
        { value: null, units: 2000, conversions: [conversion(60, 3)] },
      ],
    },
  ]
  const [head = [], ...rows] = csvOf({ variants, segments, conversions: [conversion(300, 200)] })
  const column = (name: string) => rows.map((row) => row[head.indexOf(name)])
  expect(rows.every((row) => row.length === head.length)).toBe(true)
  expect(column('segment')).toEqual(['', '', 'country', 'country', 'country', 'country'])
  expect(column('segment_value')).toEqual(['', '', 'NZ', 'NZ', '', ''])
  expect(column('converted')).toEqual(['200', '300', '100', '200', '3', '60'])
  expect(column('mean')).toEqual(['1', '1.5', '0.5', '1', '0.015', '0.3'])
  expect(column('lift_high_every_look').at(-1)).toBe('Infinity')
})
