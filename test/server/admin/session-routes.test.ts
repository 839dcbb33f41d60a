/** Sign-in as a browser and as a script see it. */
import { join } from 'node:path'
import type { Session } from '../../../src/server/admin/contract'
import { TokenStore } from '../../../src/server/token-store'
import { tempDir } from '../../support/temp-dir'
import { closeServers, post, serve } from '../scene'

afterEach(closeServers)

async function withTokens(...scopes: readonly string[]) {
  const db = join(tempDir(), 'server.db')
  const store = new TokenStore(db, 'test')
  const { token } = store.create({ name: 'ann', scopes }, 0)
  const { server } = await serve({ db })
  return { url: server.url, token, store }
}

const cookieOf = (answer: Response): string => answer.headers.get('set-cookie')?.split(';')[0] ?? ''

const sessionAt = async (url: string, headers: Readonly<Record<string, string>> = {}) =>
  (await (await fetch(`${url}/api/v1/session`, { headers })).json()) as Session

const leave = (url: string, headers: Readonly<Record<string, string>>) =>
  fetch(`${url}/api/v1/session`, { method: 'DELETE', headers })

test('without tokens, whoever sits at this machine is admin, by the name local', async () => {
  const { server } = await serve()
  const { user, canSignOut } = await sessionAt(server.url)
  expect([user, canSignOut]).toEqual([
    { name: 'local', roles: ['viewer', 'editor', 'approver', 'admin'] },
    false,
  ])
})

test('with tokens, nobody is signed in before they send one', async () => {
  const { url } = await withTokens('editor')
  expect(await sessionAt(url)).toMatchObject({ user: null, csrf: null })
})

test('a token is exchanged for a session, of which the cookie is for this server alone', async () => {
  const { url, token } = await withTokens('editor')
  const answer = await post(`${url}/api/v1/session`, { token })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('set-cookie')).toMatch(
    /^liveflag_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
  )
  const signedIn = (await answer.json()) as Session
  expect(signedIn.user).toEqual({ name: 'ann', roles: ['viewer', 'editor'] })
  expect(await sessionAt(url, { cookie: cookieOf(answer) })).toEqual(signedIn)
})

test('every sign-in has a new id, and ends the session that the browser had', async () => {
  const { url, token } = await withTokens('viewer')
  const planted = await post(
    `${url}/api/v1/session`,
    { token },
    { cookie: 'liveflag_session=planted' },
  )
  expect(cookieOf(planted)).not.toContain('planted')
  const again = await post(`${url}/api/v1/session`, { token }, { cookie: cookieOf(planted) })
  expect(cookieOf(again)).not.toBe(cookieOf(planted))
  expect((await sessionAt(url, { cookie: cookieOf(planted) })).user).toBeNull()
})

test('a session ends at sign-out, which needs the token against forged requests', async () => {
  const { url, token } = await withTokens('viewer')
  const answer = await post(`${url}/api/v1/session`, { token })
  const cookie = cookieOf(answer)
  const { csrf } = (await answer.json()) as Session
  const forged = await leave(url, { cookie })
  expect([forged.status, await forged.json()]).toMatchObject([403, { error: { code: 'bad_csrf' } }])
  expect((await sessionAt(url, { cookie })).user?.name).toBe('ann')
  const left = await leave(url, { cookie, 'x-csrf-token': csrf ?? '' })
  expect([left.status, left.headers.get('set-cookie')]).toEqual([
    204,
    'liveflag_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict',
  ])
  expect((await sessionAt(url, { cookie })).user).toBeNull()
})

test('a session ends when its token is revoked', async () => {
  const { url, token, store } = await withTokens('viewer')
  const cookie = cookieOf(await post(`${url}/api/v1/session`, { token }))
  store.revoke('ann', 1)
  expect((await sessionAt(url, { cookie })).user).toBeNull()
})

test.each([['of no person', 'evaluate']])('a token %s cannot sign in', async (_, scope) => {
  const { url, token } = await withTokens(scope)
  const answer = await post(`${url}/api/v1/session`, { token })
  expect([answer.status, await answer.json()]).toMatchObject([
    401,
    { error: { code: 'bad_token' } },
  ])
})

test('the sixth wrong token is refused unread, and so is a right one then', async () => {
  const { url, token } = await withTokens('viewer')
  for (let i = 0; i < 5; i++)
    expect((await post(`${url}/api/v1/session`, { token: `lf_${i}` })).status).toBe(401)
  const sixth = await post(`${url}/api/v1/session`, { token })
  expect([sixth.status, Number(sixth.headers.get('retry-after'))]).toEqual([429, 60])
})

test('a page of another origin cannot sign anybody in', async () => {
  const { url, token } = await withTokens('viewer')
  const answer = await post(`${url}/api/v1/session`, { token }, { origin: 'https://evil.example' })
  expect([answer.status, answer.headers.get('set-cookie')]).toEqual([403, null])
})

test('the cookie opens the routes of the dashboard alone', async () => {
  const { url, token } = await withTokens('admin')
  const cookie = cookieOf(await post(`${url}/api/v1/session`, { token }))
  expect((await fetch(`${url}/status`, { headers: { cookie } })).status).toBe(401)
})

test('over https, as a trusted proxy says, the cookie is Secure and below the prefix', async () => {
  const db = join(tempDir(), 'server.db')
  const { token } = new TokenStore(db, 'test').create({ name: 'ann', scopes: ['viewer'] }, 0)
  const { server } = await serve({ db, prefix: '/flags', trustProxy: 1 })
  const answer = await post(
    `${server.url}/api/v1/session`,
    { token },
    { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.9' },
  )
  expect(answer.headers.get('set-cookie')).toContain('; Path=/flags; HttpOnly; Secure')
})

test.each([
  ['off by default', {}, null],
  ['believed of a trusted proxy', { trustedUserHeader: 'x-user' }, 'ann'],
  ['not believed of another', { trustedUserHeader: 'x-user', trustedProxies: ['10.0.0.1'] }, null],
])('the header of a proxy is %s', async (_, settings, name) => {
  const db = join(tempDir(), 'server.db')
  new TokenStore(db, 'test').create({ name: 'other' }, 0)
  const { server } = await serve({ db, ...settings })
  const { user } = await sessionAt(server.url, { 'x-user': 'ann' })
  expect(user?.name ?? null).toBe(name)
})

test('what a trusted proxy sends without a name is nobody, also where there is no token', async () => {
  const { server } = await serve({ trustedUserHeader: 'x-user' })
  expect((await sessionAt(server.url)).user).toBeNull()
})

test('a page in a browser of this machine must have the token against forged requests', async () => {
  const { server } = await serve()
  const { csrf } = await sessionAt(server.url)
  const origin = server.url
  expect((await leave(server.url, { origin })).status).toBe(403)
  expect((await leave(server.url, { origin, 'x-csrf-token': csrf ?? '' })).status).toBe(204)
  expect((await leave(server.url, {})).status).toBe(204)
})
