import type * as Crypto from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Authenticator, isLoopback } from '../../../src/server/auth/authenticator'
import { newToken } from '../../../src/server/auth/token'
import type { TokenRow } from '../../../src/server/token-store'

const crypto = jest.requireActual<typeof Crypto>('node:crypto')
const made = newToken()
const row: TokenRow = {
  id: made.id,
  hash: made.hash,
  name: 'web',
  scopes: ['evaluate'],
  client: true,
  environment: 'prod',
  createdAt: 0,
  revokedAt: undefined,
}
const LOCAL = '127.0.0.1'
const ELSEWHERE = '203.0.113.9'

const authenticatorOf = (tokens: { rows: () => readonly TokenRow[] }, open = false) =>
  new Authenticator({
    tokens,
    authenticate: undefined,
    open,
    cors: [],
    environment: '',
    sessions: { tokenOf: () => undefined },
    proxyUsers: { isOn: false, isProxy: () => false, userOf: () => undefined },
    secret: Buffer.from('secret'),
  })

const requestWith = (headers: IncomingMessage['headers']): IncomingMessage =>
  ({ headers: { host: 'localhost', ...headers } }) as IncomingMessage

const identify = (
  rows: readonly TokenRow[],
  headers: IncomingMessage['headers'],
  address = ELSEWHERE,
  open = false,
) => authenticatorOf({ rows: () => rows }, open).identify(requestWith(headers), address)

const forged = made.token.slice(0, -1) + (made.token.endsWith('A') ? 'B' : 'A')

test.each([
  ['bearer', { authorization: `Bearer ${made.token}` }],
  ['bearer in other letters', { authorization: `bearer  ${made.token} ` }],
  ['X-API-Key', { 'x-api-key': made.token }],
])('a token is known by %s', (_, headers) => {
  expect(identify([row], headers)).toEqual({
    isRefused: false,
    knownBy: 'token',
    principal: {
      name: 'web',
      scopes: new Set(['none', 'evaluate']),
      clientOnly: true,
      environment: 'prod',
    },
  })
})

test.each([
  ['nothing', {}, false],
  ['a forged token', { authorization: `Bearer ${forged}` }, true],
  ['a token that is not known', { 'x-api-key': newToken().token }, true],
  ['rubbish', { authorization: 'Basic YTpi' }, true],
  ['an empty one', { authorization: '' }, true],
  [
    'a wrong one before the right one',
    { authorization: 'Bearer x', 'x-api-key': made.token },
    true,
  ],
])('with tokens, %s is nobody, also from this machine and with open', (_, headers, isRefused) => {
  const caller = identify([row], headers, LOCAL, true)
  expect(caller).toMatchObject({ isRefused, principal: { name: undefined } })
  expect(caller).toMatchObject({ principal: { scopes: new Set(['none']) } })
})

test('a revoked token is refused, and still keeps the door shut', () => {
  const revoked = [{ ...row, revokedAt: 1 }]
  expect(identify(revoked, { 'x-api-key': made.token })).toMatchObject({ isRefused: true })
  expect(identify(revoked, {}, LOCAL)).toMatchObject({ principal: { scopes: new Set(['none']) } })
})

const EVERYTHING = ['none', 'evaluate', 'read', 'write', 'viewer', 'editor', 'approver', 'admin']

test.each([
  [LOCAL, false, EVERYTHING],
  ['::1', false, EVERYTHING],
  [ELSEWHERE, false, ['none']],
  [ELSEWHERE, true, ['none', 'evaluate', 'read', 'write', 'viewer']],
])('without tokens, %s with open %s may do %j', (address, open, scopes) => {
  expect(identify([], {}, address, open)).toMatchObject({
    principal: { scopes: new Set(scopes) },
  })
})

test('what a proxy sends from this machine is not from whoever sits at it', () => {
  const forwarded = identify([], { 'x-forwarded-for': ELSEWHERE }, LOCAL)
  expect(forwarded).toMatchObject({
    principal: { scopes: new Set(['none', 'evaluate', 'read', 'write', 'viewer']) },
  })
})

test('missing, forged, revoked and right tokens cost the same: one hash and one comparison', () => {
  const counts = [
    identifyCounted([row], {}),
    identifyCounted([row], { 'x-api-key': forged }),
    identifyCounted([row], { 'x-api-key': newToken().token }),
    identifyCounted([{ ...row, revokedAt: 1 }], { 'x-api-key': made.token }),
    identifyCounted([row], { 'x-api-key': made.token }),
  ]
  expect(counts).toEqual(counts.map(() => 1))
})

test('a right token is hashed once, and refused as soon as it is revoked', () => {
  let rows: readonly TokenRow[] = [row]
  const compare = jest.spyOn(crypto, 'timingSafeEqual')
  const authenticator = authenticatorOf({ rows: () => rows })
  const ask = (): unknown =>
    authenticator.identify(requestWith({ 'x-api-key': made.token }), ELSEWHERE)
  expect([ask(), ask()]).toMatchObject([{ knownBy: 'token' }, { knownBy: 'token' }])
  expect(compare).toHaveBeenCalledTimes(1)
  rows = [{ ...row, revokedAt: 1 }]
  expect(ask()).toMatchObject({ isRefused: true, principal: { name: undefined } })
  compare.mockRestore()
})

function identifyCounted(rows: readonly TokenRow[], headers: IncomingMessage['headers']): number {
  const compare = jest.spyOn(crypto, 'timingSafeEqual')
  try {
    void identify(rows, headers)
    return compare.mock.calls.length
  } finally {
    compare.mockRestore()
  }
}

test.each([
  ['127.0.0.1', true],
  ['127.8.8.8', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['::', false],
  ['128.0.0.1', false],
  ['127.0.0.1.example', false],
])('%s is this machine: %s', (address, isOwn) => {
  expect(isLoopback(address)).toBe(isOwn)
})
