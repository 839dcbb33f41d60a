import type { SignedLink } from '../../src/core/link'
import { linkOverlay, linkOverlayStyles } from '../../src/middleware/links'

const link: SignedLink = {
  feature: 'checkout',
  variant: 'new',
  key: 'qa-1',
  for: 'gary',
  until: Date.parse('2026-12-01T09:30:00Z'),
}
const MARKUP = `"><img src=x onerror='alert(1)'>&`
const text = (html: string): string =>
  html
    .replace(/<style[^]*?<\/style>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()

test('it says what is forced, until when, for whom and by which key', () => {
  const html = linkOverlay([link, { ...link, feature: 'banner' }], { url: '/' })
  expect(text(html)).toBe(
    'Forced by link: checkout, banner ' +
      'checkout : new until 1 Dec 2026, 09:30 UTC , for gary, by key qa-1 ' +
      'banner : new until 1 Dec 2026, 09:30 UTC , for gary, by key qa-1 ' +
      'Leave: show what I would see without',
  )
  expect(html).toContain('datetime="2026-12-01T09:30:00.000Z"')
})

test('without links there is nothing', () => {
  expect(linkOverlay([], { url: '/' })).toBe('')
})

test('a link for anybody says so', () => {
  const { for: _gary, ...anybodys } = link
  expect(text(linkOverlay([anybodys], { url: '/' }))).toContain('for whoever has the link')
})

test.each([
  ['/', '?liveflag_link=end'],
  ['/cart?page=2', '?page=2&amp;liveflag_link=end'],
  ['/cart?liveflag_link=1.a.b&page=2&liveflag_link=1.c.d', '?liveflag_link=end&amp;page=2'],
  ['//elsewhere.example/?a=1', '?a=1&amp;liveflag_link=end'],
  ['javascript:alert(1)', '?liveflag_link=end'],
  ['/?q="><script>', '?q=%22%3E%3Cscript%3E&amp;liveflag_link=end'],
  ['/?a=1#part', '?a=1&amp;liveflag_link=end'],
])('from %s it leads to the same page without links, %s', (url, href) => {
  expect(/href="([^"]*)"/.exec(linkOverlay([link], { url }))?.[1]).toBe(href)
})

test('whatever a link has is shown as text', () => {
  const hostile = { ...link, feature: MARKUP, variant: MARKUP, key: MARKUP, for: MARKUP }
  const html = linkOverlay([hostile], { url: `/?${MARKUP}`, styles: false })
  expect(html).not.toMatch(/<img|onerror='/)
  expect(html.match(/&quot;&gt;&lt;img/g)).toHaveLength(5)
})

test('styles come along, with the nonce of the policy, or as a file of the application', () => {
  expect(linkOverlay([link], { url: '/' })).toContain(`<style>${linkOverlayStyles}`)
  expect(linkOverlay([link], { url: '/', nonce: 'abc=' })).toContain('<style nonce="abc=">')
  const plain = linkOverlay([link], { url: '/', styles: false })
  expect(plain).not.toMatch(/<style|style=|<script| on\w+=/)
})

test.each<readonly [string, object]>([
  ['no address', {}],
  ['a nonce that ends the attribute', { url: '/', nonce: '"><script>' }],
  ['an option that there is not', { url: '/', style: false }],
])('it refuses %s', (_, options) => {
  // @ts-expect-error Not the options.
  expect(() => linkOverlay([link], options)).toThrow(
    expect.objectContaining({ code: 'LIVEFLAG_BAD_OPTION' }),
  )
})
