import type { IncomingMessage } from 'node:http'
import { isNetwork, ProxyUsers } from '../../../src/server/auth/proxy-user'

const request = (remoteAddress: string, headers: IncomingMessage['headers'] = {}) =>
  ({ socket: { remoteAddress }, headers }) as IncomingMessage

const users = (trustedProxies: readonly string[], trustedUserHeader = 'X-Forwarded-User') =>
  new ProxyUsers({ trustedUserHeader, trustedUserRole: 'editor', trustedProxies })

test.each([
  ['127.0.0.1', true],
  ['::ffff:127.0.0.1', true],
  ['10.1.2.3', true],
  ['11.1.2.3', false],
  ['fd00::1', true],
  ['fe80::1', false],
  ['', false],
])('a request from %s is of a trusted proxy: %s', (address, is) => {
  expect(users(['127.0.0.1', '10.0.0.0/8', 'fd00::/8']).isProxy(request(address))).toBe(is)
})

test('without the name of a header, no proxy is believed', () => {
  expect(users(['127.0.0.1'], '').isProxy(request('127.0.0.1'))).toBe(false)
})

test('the header names the user, who has the role of the settings', () => {
  const user = users(['127.0.0.1']).userOf(request('127.0.0.1', { 'x-forwarded-user': ' ann ' }))
  expect([user?.name, user?.scopes.has('editor'), user?.scopes.has('approver')]).toEqual([
    'ann',
    true,
    false,
  ])
})

test.each([
  ['no name', undefined],
  ['an empty one', ' '],
  ['a long one', 'x'.repeat(201)],
  ['one that ends a line', 'a\nb'],
  ['one that turns the text around', 'a\u202eb'],
])('%s is nobody', (_, name) => {
  const user = users(['127.0.0.1']).userOf(request('127.0.0.1', { 'x-forwarded-user': name }))
  expect(user).toBeUndefined()
})

test.each([
  ['10.0.0.0/8', true],
  ['::1', true],
  ['fd00::/129', false],
  ['10.0.0.0/33', false],
  ['10.0.0.0/', false],
  ['localhost', false],
])('%s is a network: %s', (text, is) => {
  expect(isNetwork(text)).toBe(is)
})
