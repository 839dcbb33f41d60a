/** What liveflag does in every framework: the same tests, over HTTP, on the real framework. */
import { once } from 'node:events'
import { request as send } from 'node:http'
import { text } from 'node:stream/consumers'
import { type Features, memory, openFeatures, worldOf } from '../../src'
import { signLink } from '../../src/links/token'
import { LINK_KEYS, liveConfig, userNamed } from '../support/framework-app'

/** Two servers of one framework: one as it is, one with `cacheHeaders: true`. */
export interface Running {
  readonly url: string
  readonly cachingUrl: string
  close(): Promise<unknown>
}

const NAMES = Array.from({ length: 100 }, (_, i) => `visitor${i}`)
const as = (name: string): RequestInit => ({ headers: { 'x-user': name } })

export function frameworkContract(start: () => Promise<Running>): void {
  let site: Running
  let expected: Features
  beforeAll(async () => {
    expected = await openFeatures({ source: memory(liveConfig()) })
    site = await start()
  })
  afterAll(async () => {
    await site.close()
    await expected.close()
  })

  const variantOf = (name: string) => expected.for(worldOf({ user: userNamed(name) })).variant('x')
  const isOn = (name: string) => expected.for(worldOf({ user: userNamed(name) })).isEnabled('x')
  const bothOf = (name: string) => ({ request: variantOf(name), ambient: variantOf(name) })
  const get = (path: string, init?: RequestInit) => fetch(site.url + path, init)
  const json = async (path: string, init?: RequestInit): Promise<unknown> =>
    (await get(path, init)).json()
  const seen = () => json('/seen') as Promise<{ problems: string[]; exposures: number }>

  test('a request and the ambient question are one request, with one exposure', async () => {
    const before = await seen()
    expect(await json('/ask', as('gary'))).toEqual(bothOf('gary'))
    expect((await seen()).exposures - before.exposures).toBe(1)
  })

  test('100 requests that are under way at once are each their own visitor', async () => {
    const answers = await Promise.all(NAMES.map((name) => json('/meet?of=100', as(name))))
    expect(answers).toEqual(NAMES.map((name) => ({ before: bothOf(name), after: bothOf(name) })))
    expect(new Set(NAMES.map(variantOf)).size).toBeGreaterThan(2)
  })

  test('the context holds after a body was read', async () => {
    const body = JSON.stringify({ long: 'x'.repeat(80_000) })
    const headers = { 'x-user': 'goldie', 'content-type': 'application/json' }
    const answer = await json('/ask', { method: 'POST', body, headers })
    expect(answer).toEqual({ ...bothOf('goldie'), body: JSON.parse(body) })
  })

  test('routers below routers ask about the same visitor, by the address that was asked for', async () => {
    expect(await json('/outer/inner/ask', as('emma'))).toEqual(bothOf('emma'))
    expect(await json('/outer/inner/forced?feature=x_as_b')).toBe(true)
  })

  const addresses: readonly (readonly [query: string, forced: boolean])[] = [
    ['?feature=x_as_b', true],
    ['?a=1&feature=nonsense&feature=x_as_b', true],
    ['?feature=x%5Fas%5Fb', true],
    ['', false],
    ['?feature=', false],
    ['?feature', false],
    ['?feature[]=x_as_b', false],
    ['?feature[a]=x_as_b', false],
    ['?Feature=x_as_b', false],
    ['?feature=x_as_b,y', false],
    ['?feature=__proto__&feature=constructor', false],
    ['?feature=%00&feature=%ff&feature=%', false],
    [`?feature=${'x'.repeat(5000)}`, false],
    [`?${'feature=n&'.repeat(1000)}feature=x_as_b`, false],
    ['?feature=n;feature=x_as_b', false],
  ]
  test.each(addresses.map(([query, forced]) => [query.slice(0, 50), forced, query] as const))(
    'the address %s forces: %p',
    async (_, forced, query) => {
      expect(await json(`/forced${query}`)).toBe(forced)
    },
  )

  const cookies = [
    '=',
    ';;;',
    'loid=%E0%A4%A',
    'loid="',
    `loid=${'x'.repeat(4000)}`,
    '__proto__=1; loid=é',
  ]
  test.each(cookies.map((cookie) => [cookie.slice(0, 50), cookie] as const))(
    'the cookie %s breaks nothing',
    async (_, cookie) => {
      const { hostname, port } = new URL(site.url)
      const asking = send({
        hostname,
        port,
        path: '/ask',
        headers: { cookie, 'x-user': 'ben' },
      }).end()
      const [response] = (await once(asking, 'response')) as [NodeJS.ReadableStream]
      expect(JSON.parse(await text(response))).toEqual(bothOf('ben'))
    },
  )

  test.each(['/throws', '/rejects', '/outer/inner/throws'])(
    'an error at %s is the framework’s, still within the request',
    async (path) => {
      const answer = await get(path, as('walter'))
      expect([answer.status, await answer.json()]).toEqual([
        500,
        { error: 'boom', ...bothOf('walter') },
      ])
      expect(await json('/ask', as('ada'))).toEqual(bothOf('ada'))
    },
  )

  test('a question in the middle of a stream is about its visitor', async () => {
    const read = async (name: string) => (await get('/stream', as(name))).text()
    const streams = await Promise.all(NAMES.slice(0, 10).map(read))
    const line = (name: string) => `${JSON.stringify(bothOf(name))}\n`
    expect(streams).toEqual(NAMES.slice(0, 10).map((name) => line(name).repeat(3)))
  })

  test('a context that a library lost is reported once, with what to do, while the request still answers', async () => {
    const nobody = expected.global.variant('x')
    const answer = await json('/lost', as('gary'))
    expect(answer).toEqual({
      ambient: [nobody ?? null, true, nobody ?? null],
      request: variantOf('gary'),
    })
    await json('/lost', as('emma'))
    const { problems } = await seen()
    expect(problems.filter((problem) => problem.startsWith('outside-request'))).toEqual([
      expect.stringMatching(/^outside-request: "x" was asked outside any request.*req\.features/),
    ])
  })

  test('a sticky cookie is set before the headers go out, and keeps the variation', async () => {
    const first = await get('/sticky', as('sam'))
    const [cookie = ''] = first.headers.getSetCookie()
    expect([await first.json(), cookie]).toEqual([
      'a',
      expect.stringMatching(/^gbStickyBuckets__id/),
    ])
    await get('/weights?set=[0,1]')
    const [pair = ''] = cookie.split(';')
    expect(await json('/sticky', { headers: { 'x-user': 'sam', cookie: pair } })).toBe('a')
    expect(await json('/sticky', as('tim'))).toBe('b')
    await get('/weights?set=[1,0]')
  })

  test('a signed link forces its variant, and by its cookie on the next page too', async () => {
    const name = NAMES.find((one) => variantOf(one) !== 'b') ?? ''
    const link = { feature: 'x', variant: 'b', key: 'qa', for: name, until: Date.now() + 60_000 }
    const first = await get(`/ask?liveflag_link=${signLink(link, LINK_KEYS.qa)}`, as(name))
    const [cookie = ''] = first.headers
      .getSetCookie()
      .filter((line) => /^liveflag_links=/.test(line))
    expect(await first.json()).toEqual({ request: 'b', ambient: 'b' })
    const [pair = ''] = cookie.split(';')
    const init = { headers: { 'x-user': name, cookie: pair } }
    expect(await json('/ask', init)).toEqual({ request: 'b', ambient: 'b' })
    expect(await json('/taken', init)).toMatchObject({
      links: [{ feature: 'x', variant: 'b', key: 'qa', for: name }],
      bootstrap: { x: { enabled: true, variant: 'b' } },
    })
  })

  test('what a page needs is taken out of the request: questions, the bootstrap and links', async () => {
    const variant = variantOf('gary')
    expect(await json('/taken', as('gary'))).toEqual({
      variant,
      bootstrap: { x: { enabled: isOn('gary'), variant, exposure: expect.any(String) as string } },
      links: [],
    })
  })

  describe('the page of decisions', () => {
    const rowOf = (page: string, name: string) =>
      new RegExp(`<details id="${name}"[^]*?</summary>`).exec(page)?.[0].replace(/<[^>]*>\s*/g, ' ')

    test('shows what its visitor gets', async () => {
      const answer = await get('/decisions', as('ada'))
      const page = await answer.text()
      expect(answer.status).toBe(200)
      expect(page).toContain('Decisions for <bdi>ada</bdi>')
      expect(rowOf(page, 'x')).toMatch(new RegExp(`${variantOf('ada')} .*SPLIT.*\\d+ of 1000`))
      expect(rowOf(page, 'plain')).toMatch(/ on .*STATIC/)
    })

    test('has no script, allows none, and is stored nowhere', async () => {
      const { headers } = await get('/decisions', as('ada'))
      expect([headers.get('content-type'), headers.get('cache-control')]).toEqual([
        'text/html; charset=utf-8',
        'no-store',
      ])
      expect(headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; form-action 'self'; /,
      )
    })

    test('is asked like any other page: the address forces', async () => {
      const page = await (await get('/decisions?feature=x_as_b', as('ada'))).text()
      expect(rowOf(page, 'x')).toMatch(/ b .*url.* forced /)
    })

    test('records no exposure and keeps no assignment', async () => {
      const before = await seen()
      const answer = await get('/decisions', as('ada'))
      expect(rowOf(await answer.text(), 's')).toContain('SPLIT')
      expect(answer.headers.getSetCookie()).toEqual([])
      expect((await seen()).exposures - before.exposures).toBe(0)
    })

    test.each(['gary', ''])('is not there for %j, whom allow does not let in', async (name) => {
      const answer = await get('/decisions', as(name))
      expect([answer.status, await answer.text()]).toEqual([404, 'Not Found\n'])
    })

    test('without allow is not there, and why is reported once', async () => {
      for (const name of ['ada', 'gary']) {
        const { status } = await get('/undecided', as(name))
        expect(status).toBe(404)
      }
      const { problems } = await seen()
      expect(problems.filter((problem) => problem.startsWith('page-not-allowed'))).toEqual([
        expect.stringMatching(/no option allow and NODE_ENV is not development; give it allow/),
      ])
    })
  })

  describe('headers for caches', () => {
    const headersOf = async (url: string, path: string) => {
      const { headers } = await fetch(url + path, as('gary'))
      return [headers.get('cache-control'), headers.get('vary')]
    }

    test('are left alone by default', async () => {
      expect(await headersOf(site.url, '/ask')).toEqual([null, null])
    })

    test.each([
      ['/ask', ['private', 'Cookie']],
      ['/outer/inner/ask', ['private', 'Cookie']],
      ['/public', ['private, max-age=60', 'Accept, Cookie']],
      ['/throws', ['private', 'Cookie']],
      ['/plain', [null, null]],
    ])('with the option say of %s: %j', async (path, expected) => {
      expect(await headersOf(site.cachingUrl, path)).toEqual(expected)
    })
  })
}
