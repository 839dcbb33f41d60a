/** Ramps that were held, and that an edit lets go on at once. */
import { type Entries, rampJumps } from '../../src/analysis/ramp-jumps'
import type { JsonValue } from '../../src/core/json'

const NOW = Date.parse('2026-12-20')
const FAIL = { at: '2026-12-03', outcome: 'fail', percent: 20, reason: 'errors +9 %' }
const RESUME = { at: '2026-12-20', outcome: 'resume', reason: 'mended' }

const entry = (ramp: Readonly<Record<string, JsonValue>> = {}): JsonValue => ({
  experiment: {
    enabled: 'on',
    traffic: {
      ramp: {
        ...{ from: 5, to: 100, over: '10d', start: '2026-12-01', hold_at: [30], gates: ['errors'] },
        ...ramp,
      },
    },
    variants: [{ name: 'control' }, { name: 'new' }],
  },
})
const live = (values: Readonly<Record<string, JsonValue>>): Entries => ({
  names: Object.keys(values),
  valueOf: (feature) => values[feature],
})
const jumps = (
  before: Readonly<Record<string, JsonValue>>,
  after: Readonly<Record<string, JsonValue>>,
) => rampJumps(live(before), live(after), NOW)

test('a feature with another name has no edits, so what was put back goes on', () => {
  const before = { button: entry({ edits: [FAIL] }), other: 'on' }
  expect(jumps(before, { button_v2: entry(), other: 'on' })).toEqual([
    {
      feature: 'button_v2',
      words:
        'it was feature_button, and its traffic goes from 0 % to 30 % at once: its ramp was put back to 0 % until it is resumed: errors +9 %; copy what ramps has of button to button_v2, before the name changes',
    },
  ])
  expect(jumps(before, { button_v2: entry({ edits: [FAIL] }), other: 'on' })).toEqual([])
  expect(jumps(before, { other: 'on' })).toEqual([])
})

test('a resume begins where the ramp begins, and one of an earlier day is a jump', () => {
  const before = { button: entry({ edits: [FAIL] }) }
  expect(jumps(before, { button: entry({ edits: [FAIL, RESUME] }) })).toEqual([])
  const early = { ...RESUME, at: '2026-12-05' }
  expect(jumps(before, { button: entry({ edits: [FAIL, early] }) })).toMatchObject([
    { feature: 'button', words: expect.stringContaining('from 0 % to 30 % at once') as unknown },
  ])
})

test('without its edits it is where its dates have it', () => {
  const before = { button: entry({ edits: [FAIL] }) }
  expect(jumps(before, { button: entry() })).toMatchObject([{ feature: 'button' }])
})
