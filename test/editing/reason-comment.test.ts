/** Why an entry was edited, as a comment above it. */
import { withReason } from '../../src/editing/reason-comment'

const BOTH = '# notes\nfeature_a: on\n\nfeature_b:\n  users: [alice]\n'

test('stands in the line above the entry, and nowhere else', () => {
  expect(withReason(BOTH, 'yaml', { feature: 'b', comment: '2026-11-30 off: too slow' })).toBe(
    '# notes\nfeature_a: on\n\n# 2026-11-30 off: too slow\nfeature_b:\n  users: [alice]\n',
  )
})

test.each([
  ['line breaks and control characters', 'one\ntwo\u2028three\u0007four', '# one two three four'],
  ['a # of its own', 'see #12', '# see #12'],
])('%s in it stay in one comment', (_what, comment, expected) => {
  const text = withReason('feature_a: on\n', 'yaml', { feature: 'a', comment })
  expect(text).toBe(`${expected}\nfeature_a: on\n`)
})

test('has the line breaks of the file', () => {
  const comment = { feature: 'a', comment: 'why' }
  expect(withReason('feature_a: on\r\n', 'yaml', comment)).toBe('# why\r\nfeature_a: on\r\n')
  expect(withReason('[live_config]\nfeature_a = on\n', 'ini', comment)).toBe(
    '[live_config]\n# why\nfeature_a = on\n',
  )
})

test('in an ini file it stands above the entry that counts, not above the default of its name', () => {
  const text = '[DEFAULT]\nfeature_a = off\n\n[live_config]\nfeature_a = on\n'
  expect(withReason(text, 'ini', { feature: 'a', comment: 'why' })).toBe(
    '[DEFAULT]\nfeature_a = off\n\n[live_config]\n# why\nfeature_a = on\n',
  )
})

test.each([
  ['JSON has no comments', '{\n"feature_a": "on"}\n', 'json'],
  ['the entry has no line of its own', '{feature_a: on}\n', 'yaml'],
] as const)('has no place where %s', (_why, text, format) => {
  expect(withReason(text, format, { feature: 'a', comment: 'why' })).toBeUndefined()
})
