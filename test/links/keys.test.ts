import { linkKeys } from '../../src/links/keys'

const SECRET = 'a secret of at least thirty-two characters'
const text = SECRET.replaceAll(' ', '-')

test('keys are a mapping, or a text as an environment variable has it', () => {
  expect(linkKeys('links', { 'qa-1': SECRET })('qa-1')).toBe(SECRET)
  expect(linkKeys('links', `qa-1=${text} qa-2=${text}=`)('qa-2')).toBe(`${text}=`)
  expect(linkKeys('links', '')('qa-1')).toBeUndefined()
})

test('a key that is not there has no secret, whatever its name', () => {
  const secretOf = linkKeys('links', { 'qa-1': SECRET })
  expect(['qa-2', '', '__proto__', 'constructor'].map(secretOf)).toEqual(Array(4).fill(undefined))
})

test('removing a key revokes it at once', () => {
  const keys: Record<string, string> = { 'qa-1': SECRET }
  const secretOf = linkKeys('links', keys)
  delete keys['qa-1']
  expect(secretOf('qa-1')).toBeUndefined()
})

test.each([
  ['nothing', undefined],
  ['a secret that is too short', { 'qa-1': 'short' }],
  ['an id that an address would have to quote', { 'qa 1': SECRET }],
  ['a secret that is no text', { 'qa-1': 7 }],
  ['a text without an id', `=${text}`],
])('%s is refused, without a secret in the message', (_what, keys) => {
  expect(() => linkKeys('links', keys)).toThrow(
    expect.objectContaining({
      code: 'LIVEFLAG_BAD_OPTION',
      message: expect.not.stringContaining(text),
    }),
  )
})
