import { csrfToken, hasCsrfToken, isFromElsewhere } from '../../../src/server/auth/csrf'

test('the token is that of its session, and of no other', () => {
  const token = csrfToken('session-a', 'session')
  expect(hasCsrfToken({ 'x-csrf-token': token }, token)).toBe(true)
  expect(hasCsrfToken({ 'x-csrf-token': csrfToken('session-b', 'session') }, token)).toBe(false)
  expect(hasCsrfToken({ 'x-csrf-token': '' }, token)).toBe(false)
  expect(hasCsrfToken({}, token)).toBe(false)
})

test.each([
  ['a script', {}, false],
  ['this page', { 'sec-fetch-site': 'same-origin' }, false],
  ['the address bar', { 'sec-fetch-site': 'none' }, false],
  ['another site', { 'sec-fetch-site': 'cross-site' }, true],
  ['another host of this site', { 'sec-fetch-site': 'same-site' }, true],
  [
    'this page, by an old browser',
    { origin: 'https://flags.example', host: 'flags.example' },
    false,
  ],
  [
    'another page, by an old browser',
    { origin: 'https://evil.example', host: 'flags.example' },
    true,
  ],
  ['a page without an origin', { origin: 'null', host: 'flags.example' }, true],
])('a request by %s is from elsewhere or not', (_, headers, is) => {
  expect(isFromElsewhere(headers, false)).toBe(is)
})

test('behind a proxy the host is the one that the proxy was asked for', () => {
  const headers = {
    origin: 'https://flags.example',
    host: 'internal:3000',
    'x-forwarded-host': 'flags.example',
  }
  expect([isFromElsewhere(headers, true), isFromElsewhere(headers, false)]).toEqual([false, true])
})
