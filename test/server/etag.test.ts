import { namesTag, opaqueTag, weakTag } from '../../src/server/etag'

test('equal parts have equal tags, and where a part ends makes a difference', () => {
  expect(weakTag('a', 'b')).toBe(weakTag('a', 'b'))
  expect(weakTag('ab', '')).not.toBe(weakTag('a', 'b'))
  expect(weakTag('a')).toMatch(/^W\/"[\w-]{22}"$/)
})

test.each([
  ['W/"x"', 'x'],
  ['"x"', 'x'],
  ['x', 'x'],
  [' W/"x" ', 'x'],
  ['"', '"'],
])('of %p the opaque part is %p', (tag, opaque) => {
  expect(opaqueTag(tag)).toBe(opaque)
})

test.each([
  ['W/"x"', true],
  ['"x"', true],
  ['x', true],
  ['"a", W/"x"', true],
  ['*', true],
  ['"a"', false],
  ['', false],
  [', ,', false],
  [undefined, false],
  ['W/', false],
  ['"x', false],
])('If-None-Match: %p names W/"x": %p', (header, expected) => {
  expect(namesTag(header, 'W/"x"')).toBe(expected)
})
