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

const edit = (days: number, outcome: 'fail' | 'resume') => ({
  ...{ at: START + days * DAY, outcome, percent: 10, to: 0, reason: 'slow' },
})

test('what a clock that is ahead has written is said before it counts', () => {
  const failing = rampOf({ ...text, edits: [edit(5, 'fail')] })
  const words = 'a clock that is ahead has put it back to 0 % from later on: slow'
  expect(heldInWords(failing, START)).toBe(words)
  expect(heldInWords(failing, START + 2 * DAY)).toBe(`held at 10 % until errors passes; ${words}`)
  const resumed = rampOf({ ...text, edits: [edit(2, 'fail'), edit(4, 'resume')] })
  expect(heldInWords(resumed, START + 3 * DAY)).toBe(
    'put back to 0 % until later, for which a clock that is ahead has resumed it: slow',
  )
})

test('of a ramp whose gates were taken out people read where its dates have it', () => {
  const edits = [edit(2, 'fail')]
  const failed = rampOf({ ...text, gates: [], edits })
  expect(heldInWords(failed, START + 20 * DAY)).toBe(
    'put back to 0 % until it is resumed: slow; without its edits it would be at 100 %',
  )
  const held = rampOf({ ...text, gates: [], edits: [...edits, edit(3, 'resume')] })
  expect(heldInWords(held, START + 5.5 * DAY)).toBe(
    'held at 10 % by its edits, as it has no gates that could pass; without its edits it would be at 45 %',
  )
})
