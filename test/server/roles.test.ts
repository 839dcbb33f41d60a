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
