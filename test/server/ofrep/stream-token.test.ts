import { StreamTokens } from '../../../src/server/ofrep/stream-token'

const HOUR = 3_600_000

function tokens(now: { at: number }, secret = 'secret'): StreamTokens {
  return new StreamTokens({ secret, now: () => now.at })
}

test('a token is the same for a whole period, and names its scope', () => {
  const now = { at: 10 * HOUR }
  const token = tokens(now).mint('browser')
  now.at += HOUR - 1
  expect(tokens(now).mint('browser')).toBe(token)
  expect(tokens(now).verify(token)).toBe('browser')
})

test.each([
  ['in its period', 0, true],
  ['in the next', HOUR, true],
  ['two periods later', 2 * HOUR, false],
  ['before it was made', -HOUR, false],
])('%s a token is accepted: %p', (_, later, isAccepted) => {
  const now = { at: 10 * HOUR }
  const token = tokens(now).mint('browser')
  now.at += later
  expect(tokens(now).verify(token) === 'browser').toBe(isAccepted)
})

test.each<[what: string, change: (token: string) => string]>([
  ['of another scope', (token) => token.replace('browser', 'server')],
  ['of another period', (token) => token.replace('.10.', '.11.')],
  ['with another ending', (token) => `${token}x`],
  ['with a part too many', (token) => `${token}.x`],
  ['that is empty', () => ''],
  ['that is only dots', () => '..'],
])('a token %s is refused', (_, change) => {
  const now = { at: 10 * HOUR }
  expect(tokens(now).verify(change(tokens(now).mint('browser')))).toBeUndefined()
})

test('a token of another secret is refused', () => {
  const now = { at: 10 * HOUR }
  expect(tokens(now).verify(tokens(now, 'other').mint('browser'))).toBeUndefined()
})
