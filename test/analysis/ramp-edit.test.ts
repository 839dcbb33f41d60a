/** What becomes of gates, added to a layer that keeps what is in it. */
import fc from 'fast-check'
import { parse } from 'yaml'
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

test('edits under the whole key of a feature are added to, as the failure is there that a resume answers', () => {
  const text = 'ramps:\n  feature_checkout:\n    - {at: 2026-12-03, outcome: fail}\n'
  const resume = { at: AT, outcome: 'resume' as const, percent: 0, to: 0, reason: 'mended' }
  const edited = withRampEdit(text, 'checkout', resume)
  expect(edited.startsWith(text)).toBe(true)
  expect(parse(edited)).toEqual({
    ramps: {
      feature_checkout: [expect.anything(), expect.objectContaining({ outcome: 'resume' })],
    },
  })
  expect(() => withRampEdit(`${text}  checkout: []\n`, 'checkout', resume)).toThrow(
    'it has checkout and feature_checkout, which are one; join them first',
  )
})

test('comments, other keys and entries stay', () => {
  const text = '# ours\nfeature_a: on # kept\nramps:\n  # of the shop\n  other: []\n'
  const edited = withRampEdit(text, 'checkout', pass)
  expect(edited).toMatch(
    /# ours\nfeature_a: on # kept\nramps:\n {2}# of the shop\n {2}other: \[\]\n/,
  )
  expect(edited).toContain('  checkout:\n')
})

const ITEM = `- at: 2026-12-04T10:00:00Z
  outcome: pass
  percent: 5
  reason: errors +0.1 %
`
const indented = (by: number, text = ITEM): string => text.replace(/^/gm, ' '.repeat(by)).trimEnd()

test.each<[string, string, string]>([
  [
    'a list whose dashes stand below its key',
    'ramps:\n  checkout:\n  - {at: 2026-12-01T00:00:00Z, outcome: pass}   # ours\nfeature_a:   [1,  0x10]\n',
    `ramps:\n  checkout:\n  - {at: 2026-12-01T00:00:00Z, outcome: pass}   # ours\n${indented(2)}\nfeature_a:   [1,  0x10]\n`,
  ],
  [
    'a list in four columns, with a comment and a blank line behind',
    "ramps:\n    checkout:\n        - at: '2026-12-01T00:00:00Z'\n          outcome: 'pass'\n\n# the end\nfeature_a: on\n",
    `ramps:\n    checkout:\n        - at: '2026-12-01T00:00:00Z'\n          outcome: 'pass'\n${indented(8)}\n\n# the end\nfeature_a: on\n`,
  ],
  [
    'a reason of several lines',
    'ramps:\n  checkout:\n    - at: 2026-12-01T00:00:00Z\n      outcome: pass\n      reason: |\n        a\n        b\n  other: []\n',
    `ramps:\n  checkout:\n    - at: 2026-12-01T00:00:00Z\n      outcome: pass\n      reason: |\n        a\n        b\n${indented(4)}\n  other: []\n`,
  ],
  [
    'a feature that is new among others',
    'ramps:\n    other:   [ ] # kept\nfeature_a: "on"\n',
    `ramps:\n    other:   [ ] # kept\n    checkout:\n${indented(6)}\nfeature_a: "on"\n`,
  ],
  [
    'an empty list',
    'ramps:\n  checkout: []   # none yet\n',
    `ramps:\n  checkout:   # none yet\n${indented(4)}\n`,
  ],
  [
    'no line end at the end',
    'feature_a: on',
    `feature_a: on\nramps:\n  checkout:\n${indented(4)}\n`,
  ],
  [
    'an alias elsewhere',
    'feature_a: &a {x:  1}\nfeature_b: *a\nramps:\n',
    `feature_a: &a {x:  1}\nfeature_b: *a\nramps:\n  checkout:\n${indented(4)}\n`,
  ],
])('every other byte stays: %s', (_, text, expected) => {
  expect(withRampEdit(text, 'checkout', pass)).toBe(expected)
  if (!text.includes('\n')) return
  const windows = text.replaceAll('\n', '\r\n')
  expect(withRampEdit(windows, 'checkout', pass)).toBe(expected.replaceAll('\n', '\r\n'))
})

test('edits in brackets get lines of their own, and nothing is lost', () => {
  const text =
    '{"feature_a":"on","ramps":{"checkout":[{"at":"2026-12-01T00:00:00Z","outcome":"pass"}]}}'
  const edited = withRampEdit(text, 'checkout', pass)
  expect(parse(edited)).toEqual({
    feature_a: 'on',
    ramps: {
      checkout: [
        { at: '2026-12-01T00:00:00Z', outcome: 'pass' },
        { at: '2026-12-04T10:00:00Z', outcome: 'pass', percent: 5, reason: 'errors +0.1 %' },
      ],
    },
  })
})

test('edits are added one below the other, in whatever order features come', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('a', 'b b', '1', 'c: d'), fc.string())),
      (all) => {
        let text = NO_RAMP_EDITS
        for (const [feature, reason] of all) text = withRampEdit(text, feature, { ...pass, reason })
        const { ramps } = parse(text) as { ramps: Record<string, { reason: string }[]> }
        for (const name of ['a', 'b b', '1', 'c: d'])
          expect((ramps[name] ?? []).map(({ reason }) => reason)).toEqual(
            all.filter(([feature]) => feature === name).map(([, reason]) => reason),
          )
      },
    ),
  )
})

test('an empty text, one of comments alone, and one without ramps get the key', () => {
  for (const text of ['', '# nothing yet\n', 'feature_a: on\n'])
    expect(withRampEdit(text, 'checkout', pass)).toContain('ramps:\n  checkout:\n    - at: 2026')
})

test.each(['a: [', 'ramps: [a]', '[a]', 'ramps: {checkout: 5}', 'ramps: {checkout: {}}'])(
  'refuses what cannot be added to: %s',
  (text) => {
    expect(() => withRampEdit(text, 'checkout', pass)).toThrow(
      expect.objectContaining({ code: 'LIVEFLAG_CANNOT_EDIT' }),
    )
  },
)

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
