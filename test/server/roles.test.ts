import type { Scope } from '../../src/server/principal'
import { userOf, withImplied } from '../../src/server/roles'

test.each<[scope: Scope, roles: readonly string[]]>([
  ['evaluate', []],
  ['read', ['viewer']],
  ['write', []],
  ['viewer', ['viewer']],
  ['editor', ['viewer', 'editor']],
  ['approver', ['viewer', 'editor', 'approver']],
  ['admin', ['viewer', 'editor', 'approver', 'admin']],
])('a token of scope %s has the roles %j', (scope, roles) => {
  expect(userOf({ name: 'ann', scopes: withImplied([scope]) }, 'token')?.roles ?? []).toEqual(roles)
})

test.each<[scope: Scope, not: Scope]>([
  ['write', 'read'],
  ['read', 'write'],
  ['read', 'evaluate'],
  ['viewer', 'write'],
  ['editor', 'write'],
  ['approver', 'write'],
  ['write', 'viewer'],
  ['write', 'editor'],
])('a token of scope %s still may not %s', (scope, not) => {
  expect(withImplied([scope]).has(not)).toBe(false)
})

test('whoever is not known is no user, whatever the scopes are', () => {
  expect(userOf({ name: 'ann', scopes: withImplied(['admin']) }, undefined)).toBeUndefined()
})

test.each([
  ['a\u0000b\nc', 'a\uFFFDb\uFFFDc'],
  ['ann\u202Enna', 'ann\uFFFDnna'],
  ['ann\u200B', 'ann\uFFFD'],
  ['\uD800', '\uFFFD'],
  ['\u{1F600}', '\u{1F600}'],
  ['x'.repeat(500), 'x'.repeat(200)],
])('a name that an application gives is shown without what cannot be seen: %j', (name, shown) => {
  expect(userOf({ name, scopes: withImplied(['viewer']) }, 'application')?.name).toBe(shown)
})
