import { createHmac } from 'node:crypto'
import type { SignedLink } from '../../src/core/link'
import { signLink, verifyLink } from '../../src/links/token'

const SECRET = 'a secret of at least thirty-two characters'
const now = Date.parse('2026-11-01T00:00:00Z')
const link: SignedLink = {
  feature: 'checkout',
  variant: 'new',
  key: 'qa-1',
  for: 'gary',
  host: 'shop.example',
  until: now + 1000,
}
const secretOf = (id: string): string | undefined => (id === 'qa-1' ? SECRET : undefined)
const at = (token: string, host: string | undefined = 'shop.example', time = now): unknown =>
  verifyLink(token, secretOf, { host, now: time })

test('a link says what was signed', () => {
  expect(at(signLink(link, SECRET))).toEqual(link)
})

test('a link needs neither a person nor a host', () => {
  const { for: _for, host: _host, ...anybody } = link
  expect(at(signLink(anybody, SECRET), undefined)).toEqual(anybody)
})

test('a link is its version, its content in base64url and the HMAC-SHA-256 of both', () => {
  const content = Buffer.from(
    '{"k":"qa-1","f":"checkout","v":"new","e":1793491201,"w":"gary","h":"shop.example"}',
  ).toString('base64url')
  const mac = createHmac('sha256', SECRET).update(`liveflag link 1\0${content}`)
  expect(signLink(link, SECRET)).toBe(`1.${content}.${mac.digest('base64url')}`)
})

test.each([
  ['has expired', signLink(link, SECRET), 'shop.example', now + 1000, 'expired'],
  ['is for another host', signLink(link, SECRET), 'staging.example', now, 'other-host'],
  ['is opened without a host', signLink(link, SECRET), undefined, now, 'other-host'],
  [
    'is signed by another key',
    signLink({ ...link, key: 'qa-2' }, SECRET),
    'shop.example',
    now,
    'unknown-key',
  ],
  ['is signed by another secret', signLink(link, `${SECRET}!`), 'shop.example', now, 'tampered'],
  ['is cut off', signLink(link, SECRET).slice(0, -1), 'shop.example', now, 'malformed'],
  ['is no link', 'constructor', 'shop.example', now, 'malformed'],
  ['is too long', `1.${'A'.repeat(2000)}.${'A'.repeat(43)}`, 'shop.example', now, 'malformed'],
  ['has no content', `1.${'A'.repeat(20)}.${'A'.repeat(43)}`, 'shop.example', now, 'malformed'],
])('a link that %s is refused', (_why, token, host, time, reason) => {
  expect(verifyLink(token, secretOf, { host, now: time })).toMatchObject({ reason })
})

test('no character of a link can be changed', () => {
  const token = signLink(link, SECRET)
  const changed = Array.from(
    token,
    (letter, i) => token.slice(0, i) + (letter === 'A' ? 'B' : 'A') + token.slice(i + 1),
  )
  // The last character of a MAC has two bits that say nothing.
  const accepted = changed.slice(0, -1).filter((text) => !('reason' in (at(text) as object)))
  expect(accepted).toEqual([])
})

test('what is not signed is never shown', () => {
  expect(at(signLink(link, `${SECRET}!`))).toEqual({ reason: 'tampered' })
  expect(at(signLink({ ...link, key: '__proto__' }, SECRET))).toEqual({ reason: 'unknown-key' })
})
