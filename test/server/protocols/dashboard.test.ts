import files, { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { requestHandler } from '../../../src/server/server'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { closeServers, raw, serve } from '../scene'

const BUILT = join(__dirname, '../../../dist/dashboard')
const assets = readdirSync(join(BUILT, 'assets'))
const gzipped = (name: string): number => gzipSync(readFileSync(join(BUILT, name))).length
const kilobytes = (names: readonly string[]): number =>
  names.reduce((sum, name) => sum + gzipped(name), 0) / 1000

afterEach(closeServers)

test('the page is less than 200 kB in all, and its first page less than 90 kB, gzipped', () => {
  const html = readFileSync(join(BUILT, 'index.html'), 'utf8')
  const first = assets.filter((name) => html.includes(name)).map((name) => `assets/${name}`)
  const all = assets.filter((name) => !/\.(br|gz)$/.test(name)).map((name) => `assets/${name}`)
  expect(first.some((name) => name.endsWith('.js'))).toBe(true)
  expect(kilobytes([...first, 'index.html'])).toBeLessThan(90)
  expect(kilobytes([...all, 'index.html'])).toBeLessThan(200)
})

test.each(['/', '/now', '/features/a%2Fb', '/features/search_v2/edit', '/sign-in'])(
  'the page is at %s, is asked for again each time, and lets nothing in from elsewhere',
  async (path) => {
    const { server } = await serve({ authenticate: () => null })
    const response = await fetch(server.url + path)
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    })
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe|\*|https?:|data:/)
    const html = await response.text()
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/)
  },
)

test('a document that has not changed is not sent again', async () => {
  const { server } = await serve()
  const first = await fetch(server.url)
  const tag = first.headers.get('etag') ?? ''
  const second = await fetch(server.url, { headers: { 'if-none-match': tag } })
  expect([second.status, await second.text()]).toEqual([304, ''])
})

test.each([
  ['br', 'br'],
  ['gzip, deflate', 'gzip'],
  ['gzip, br;q=0', 'gzip'],
  ['', null],
])('for Accept-Encoding %j a script is sent as %j, to be stored for ever', async (accepted, as) => {
  const { server } = await serve()
  const script = assets.find((name) => /^index-.*\.js$/.test(name)) ?? ''
  const response = await fetch(`${server.url}/assets/${script}`, {
    headers: { 'accept-encoding': accepted === '' ? 'identity' : accepted },
  })
  expect(response.headers.get('content-encoding')).toBe(as)
  expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  expect(await response.text()).toBe(readFileSync(join(BUILT, 'assets', script), 'utf8'))
})

test.each(['nothing.js', '..%2Findex.html', '__proto__', 'constructor', '%00'])(
  'there is no file %s',
  async (name) => {
    const { server } = await serve()
    expect((await fetch(`${server.url}/assets/${name}`)).status).toBe(404)
  },
)

/** Where a file of the page would be asked for. */
async function resolvedIn(url: string): Promise<string> {
  const html = await (await fetch(url)).text()
  const base = /<base href="([^"]+)"/.exec(html)?.[1] ?? ''
  return new URL('./assets/x.js', new URL(base, url)).pathname
}

test.each([
  ['/flags', ''],
  ['/flags', '/'],
  ['/flags', '/now'],
  ['/flags', '/now/'],
  ['/flags', '/features/a'],
  ['/flags', '/features/a/edit'],
  ['', '/'],
  ['', '/features/a/edit'],
])('mounted at %j, the page at %j finds its files', async (prefix, path) => {
  const { server } = await serve({ prefix })
  const origin = new URL(server.url).origin
  expect(await resolvedIn(origin + prefix + path)).toBe(`${prefix}/assets/x.js`)
})

test('behind a proxy that takes a prefix off, the page finds its files', async () => {
  const { features } = await serve()
  const handler = requestHandler(features, {})
  const proxy = createServer((request, response) => {
    request.url = request.url?.replace(/^\/team/, '') ?? '/'
    handler(request, response)
  })
  await new Promise<void>((resolve) => proxy.listen(0, resolve))
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/team/features/a`
  expect(await resolvedIn(url)).toBe('/team/assets/x.js')
  proxy.closeAllConnections()
  await new Promise((resolve) => proxy.close(resolve))
  await handler.close()
})

test('a server whose bundle has no files of the page says so at each page, and answers all else', async () => {
  const { existsSync } = files
  const search = jest
    .spyOn(files, 'existsSync')
    .mockImplementation((path) => !String(path).endsWith('index.html') && existsSync(path))
  const { server } = await serve()
  search.mockRestore()
  for (const path of ['/', '/now', '/features/a']) {
    const response = await fetch(server.url + path)
    expect([response.status, await response.json()]).toEqual([
      404,
      { error: { code: 'dashboard_missing', message: expect.stringContaining('(external)') } },
    ])
  }
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
})

test('a path outside the prefix has no page', async () => {
  const { server } = await serve({ prefix: '/flags' })
  const { origin, port } = new URL(server.url)
  expect((await fetch(`${origin}/elsewhere`)).status).toBe(404)
  expect((await fetch(`${origin}/`)).status).toBe(404)
  const answer = await raw(
    server.url,
    `GET /flagsx HTTP/1.1\r\nHost: a:${port}\r\nConnection: close\r\n\r\n`,
  )
  expect(answer).toContain('404')
})
