import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { TokenStore } from '../../src/server/token-store'
import { tempDir } from '../support/temp-dir'

function store(path = join(tempDir(), 'liveflag.db')): TokenStore {
  const opened = new TokenStore(path, 'test')
  stores.push(opened)
  return opened
}

const stores: TokenStore[] = []
afterEach(() => stores.splice(0).forEach((one) => one.close()))

test('the token itself is stored nowhere', () => {
  const path = join(tempDir(), 'liveflag.db')
  const tokens = store(path)
  const { token } = tokens.create({ name: 'web' }, 0)
  expect(token).toMatch(/^lf_[0-9a-f]{12}_[\w-]{43}$/)
  const secret = token.slice(16)
  const bytes = readFileSync(path, 'latin1') + readFileSync(`${path}-wal`, 'latin1')
  expect(bytes).toContain('evaluate')
  expect(bytes).not.toContain(secret)
})

test('what one process makes and revokes, another sees at once', () => {
  const path = join(tempDir(), 'liveflag.db')
  const [one, two] = [store(path), store(path)]
  expect(two.rows()).toEqual([])
  const { id } = one.create({ name: 'web', scopes: ['evaluate', 'read'], environment: 'prod' }, 5)
  expect(two.rows()).toMatchObject([
    { id, name: 'web', scopes: ['evaluate', 'read'], environment: 'prod', createdAt: 5 },
  ])
  expect(one.revoke('web', 9)).toBe(true)
  expect(two.rows()).toMatchObject([{ id, revokedAt: 9 }])
})

test('rows are read from the table only when it has changed', () => {
  const tokens = store()
  tokens.create({ name: 'web' }, 0)
  expect(tokens.rows()).toBe(tokens.rows())
})

test('a name can be used again when its token is revoked', () => {
  const tokens = store()
  tokens.create({ name: 'web' }, 0)
  expect(() => tokens.create({ name: 'web' }, 0)).toThrow('token: there is a token web already')
  tokens.revoke('web', 1)
  expect(tokens.create({ name: 'web' }, 2).token).toMatch(/^lf_/)
  expect(tokens.revoke('nobody', 3)).toBe(false)
})

test.each([
  [{ name: '' }, 'token: the name is'],
  [{ name: 'a b' }, 'token: the name is a b; give up to 64 letters, digits and . _ @ -'],
  [{ name: 'x', scopes: [] }, 'token: the scope is empty; give some of evaluate, read, write'],
  [{ name: 'x', scopes: ['root'] }, 'token: the scope is root; give some of'],
  [{ name: 'x', scopes: ['read', 'write'], client: true }, 'token: a client-side token is public'],
])('%j is refused', (request, message) => {
  expect(() => store().create(request, 0)).toThrow(message)
})

test('a file that is no database is an error that names it', () => {
  expect(() => store(__filename)).toThrow(`test: the database ${__filename} cannot be opened`)
})
