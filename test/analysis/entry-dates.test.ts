/** When the answer of an entry changes by itself. */
import { datesIn } from '../../src/analysis/entry-dates'
import type { JsonValue } from '../../src/core/json'

const at = (text: string): number => Date.parse(text)

test.each<[what: string, entry: JsonValue, dates: readonly number[]]>([
  ['on', 'on', []],
  [
    'an experiment with a life, and what is no date',
    { experiment: { start: '2026-12-01', end: '2026-12-31T12:00:00Z', variants: [] } },
    [at('2026-12-01'), at('2026-12-31T12:00:00Z')],
  ],
  ['an experiment whose dates are none', { experiment: { start: 'soon', end: 5 } }, []],
  [
    'a ramp: before its start, and its turns',
    { percent_loggedin: { ramp: { from: 0, to: 100, over: '2d', start: '2026-12-01' } } },
    [at('2026-12-01') - 1, at('2026-12-01'), at('2026-12-03')],
  ],
  [
    'a date in the condition of a rule, which is compared with an attribute and no clock',
    { rules: [{ condition: { now: { $gt: '2026-12-01' } }, force: true }] },
    [],
  ],
])('of %s', (_, entry, dates) => {
  expect(datesIn([entry, entry])).toEqual(dates)
})
