/** How a held ramp is said. */
import { rampOf } from '../../src/experiments/ramp-course'
import { heldInWords } from '../../src/experiments/ramp-words'

const START = Date.parse('2026-12-01')
const DAY = 86_400_000
const text = {
  ...{ from: 0, to: 100, over: 10 * DAY, start: START, holds: [10], holdFor: DAY },
  gates: ['errors'],
  edits: [],
}

test('a ramp that grows has no words; one that waits and one that failed say why', () => {
  expect(heldInWords(rampOf(text), START)).toBe('')
  expect(heldInWords(rampOf(text), START + 3 * DAY)).toBe('held at 10 % until errors passes')
  const fail = { at: START + 2 * DAY, outcome: 'fail' as const, percent: 10, to: 0, reason: 'slow' }
  expect(heldInWords(rampOf({ ...text, edits: [fail] }), START + 3 * DAY)).toBe(
    'put back to 0 % until it is resumed: slow',
  )
})
