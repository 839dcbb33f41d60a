/** What becomes of gates, added to a layer that keeps what is in it. */
import { NO_RAMP_EDITS, resumeOf, withRampEdit } from '../../src/analysis/ramp-edit'
import { rampOf } from '../../src/experiments/ramp-course'

const AT = Date.parse('2026-12-04T10:00:00Z')
const pass = { at: AT, outcome: 'pass' as const, percent: 5, to: 0, reason: 'errors +0.1 %' }
const fail = { ...pass, outcome: 'fail' as const, percent: 25, reason: 'errors: +9 %' }

test('the first edit makes the list of its feature, the next is added to it', () => {
  const once = withRampEdit(NO_RAMP_EDITS, 'checkout', pass)
  const twice = withRampEdit(once, 'checkout', fail)
  expect(twice.slice(twice.indexOf('ramps:'))).toBe(`ramps:
  checkout:
    - at: 2026-12-04T10:00:00Z
      outcome: pass
      percent: 5
      reason: errors +0.1 %
    - at: 2026-12-04T10:00:00Z
      outcome: fail
      percent: 25
      to: 0
      reason: "errors: +9 %"
`)
  expect(twice).toMatch(/^# What became of the gates/)
})

test('comments, other keys and entries stay', () => {
  const text = '# ours\nfeature_a: on # kept\nramps:\n  # of the shop\n  other: []\n'
  const edited = withRampEdit(text, 'checkout', pass)
  expect(edited).toMatch(
    /# ours\nfeature_a: on # kept\nramps:\n {2}# of the shop\n {2}other: \[\]\n/,
  )
  expect(edited).toContain('  checkout:\n')
})

test('an empty text, one of comments alone, and one without ramps get the key', () => {
  for (const text of ['', '# nothing yet\n', 'feature_a: on\n'])
    expect(withRampEdit(text, 'checkout', pass)).toContain('ramps:\n  checkout:\n    - at: 2026')
})

test.each(['a: [', 'ramps: [a]', '[a]'])('refuses what cannot be added to: %s', (text) => {
  expect(() => withRampEdit(text, 'checkout', pass)).toThrow(
    expect.objectContaining({ code: 'LIVEFLAG_CANNOT_EDIT' }),
  )
})

test('there is something to resume while a failure counts, or lies ahead', () => {
  const ramp = rampOf({
    ...{ from: 0, to: 100, over: 1000, start: AT - 500, holds: [20], holdFor: 10 },
    ...{ gates: ['errors'], edits: [fail] },
  })
  const resume = { outcome: 'resume', to: 0, reason: 'ours' }
  expect(resumeOf(ramp, AT - 250, 'ours')).toEqual({ ...resume, at: AT - 250, percent: 20 })
  expect(resumeOf(ramp, AT + 9, 'ours')).toEqual({ ...resume, at: AT + 9, percent: 0 })
  const sound = rampOf({
    ...{ from: 0, to: 100, over: 1000, start: AT - 500, holds: [20], holdFor: 10 },
    ...{ gates: ['errors'], edits: [pass] },
  })
  expect(resumeOf(sound, AT - 250, 'ours')).toBeUndefined()
})
