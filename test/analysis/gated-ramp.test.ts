/** Ramps with gates, and what their gates compare with. */
import { gatedRampIn, gatedRampOf, whyNoControl } from '../../src/analysis/gated-ramp'
import type { JsonObject } from '../../src/core/json'

const entry = (ramp: JsonObject, experiment: JsonObject = {}): JsonObject => ({
  experiment: {
    enabled: 'on',
    traffic: { ramp: { to: 100, over: '1d', start: '2026-12-01', hold_at: [50], ...ramp } },
    variants: [{ name: 'fast' }, { name: 'legacy' }],
    ...experiment,
  },
})
const EDITS = [{ at: '2026-12-01', outcome: 'fail' }]

test('a ramp with gates is one, and so is one that has edits of gates that it had', () => {
  expect(gatedRampIn(entry({ gates: ['errors'] }))?.gates).toEqual(['errors'])
  expect(gatedRampIn(entry({ edits: EDITS }))?.edits).toHaveLength(1)
  expect(gatedRampIn(entry({}))).toBeUndefined()
})

test('without a control that anybody has named, it is said why there is none', () => {
  const why = (experiment: JsonObject) => {
    const found = gatedRampOf('x', entry({ gates: ['errors'] }, experiment), 'liveflag')
    return found && whyNoControl(found.experiment)
  }
  expect(why({})).toBe(
    'there is no control: none of fast, legacy is called control, and the experiment has no key control',
  )
  expect(why({ control: 'legacy' })).toBeUndefined()
  expect(why({ variants: [{ name: 'control' }, { name: 'a' }] })).toBeUndefined()
})
