import type { ExperimentReport } from '../../../src/analysis/experiment-report'
import { reportCsv } from '../../../src/server/admin/report-csv'

test('a name that a spreadsheet would take for a formula is a text, and quotes are doubled', () => {
  const variants = [{ variant: '=1+1,"a"', units: 5, crossed: 0, share: 1, expectedShare: null }]
  const report = { experiment: '@e', by: 'unit', variants, conversions: [] } as unknown
  const [, row] = reportCsv(report as ExperimentReport).split('\r\n')
  expect(row).toBe(`'@e,unit,"'=1+1,""a""",5,1,`)
})
