/** The results by segments, as lines. */
import { createColors } from 'picocolors'
import { phasedConversions } from '../../../src/analysis/phased-conversions'
import { segmentLines } from '../../../src/cli/commands/segment-lines'

const report = phasedConversions(
  'buy',
  ['control', 'new'].map((variant) => ({
    ...{ variant, cohort: 0, units: 100, converted: 10, conversions: 10 },
    ...{ sum: 100, squaredDeviations: 900 },
  })),
  1,
  ['control'],
)

const linesOf = (isBalanced: boolean): string => {
  const cuped = { beforeMs: 1, theta: 1, reduction: 0.5, balanceP: 0.0004, isBalanced }
  const one = { value: 'NZ', units: 200, conversions: [{ ...report, cuped }] }
  const segment = { attribute: 'country', values: [one], others: 0 }
  return segmentLines(segment, { paint: createColors(false) }).join('\n')
}

test('a segment in which the variants differed before is named below its table', () => {
  expect(linesOf(false)).toContain(
    'Caution: in NZ the variants differed before their exposure (p = 0.0004), so nothing is adjusted there.',
  )
  expect(linesOf(true)).not.toContain('Caution')
})
