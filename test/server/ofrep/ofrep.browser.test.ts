/** The OpenFeature project's web SDK and OFREP provider, in a page of another origin than the server. */
import { build } from 'esbuild'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { TokenStore } from '../../../src/server/token-store'
import { openBrowser, withPage } from '../../support/browser'
import { tempDir } from '../../support/temp-dir'
import { closeServers, FEATURES, type Scene, serve } from '../scene'

const SCRIPT = `
import { OpenFeature, ProviderEvents } from '@openfeature/web-sdk'
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider'
const changes = []
OpenFeature.addHandler(ProviderEvents.ConfigurationChanged, (event) => changes.push(event.flagsChanged))
Object.assign(window, {
  changes,
  client: OpenFeature.getClient(),
  setContext: (context) => OpenFeature.setContext(context),
  start: (options) =>
    OpenFeature.setProviderAndWait(new OFREPWebProvider({ cacheMode: 'disabled', ...options }))
      .then(() => 'ready', (error) => String(error)),
})
`

let browser: Browser
let site: Server
beforeAll(async () => {
  browser = await openBrowser()
  const stdin = { contents: SCRIPT, resolveDir: __dirname }
  const bundled = await build({ stdin, bundle: true, write: false, platform: 'browser' })
  const [script] = bundled.outputFiles
  site = createServer(({ url }, response) => {
    if (url === '/script.js')
      response.setHeader('content-type', 'text/javascript').end(script?.text)
    else
      response
        .setHeader('content-type', 'text/html')
        .end('<title>Shop</title><script src="/script.js"></script>')
  }).listen(0)
  await once(site, 'listening')
})
afterEach(closeServers)
afterAll(async () => {
  await browser.close()
  site.close()
  site.closeAllConnections()
})

const siteUrl = (host: string): string => `http://${host}:${(site.address() as AddressInfo).port}`

const LIVE = `${FEATURES}
feature_nz: { default: no, rules: [{ condition: { country: NZ }, force: yes }], client: true }
`

interface Shop extends Scene {
  /** A client-side token: what a page may know. */
  readonly key: string
}

async function shop(options: object = {}): Promise<Shop> {
  const db = join(tempDir(), 'liveflag.db')
  const tokens = new TokenStore(db, 'test')
  const { token: key } = tokens.create({ name: 'web', client: true }, 0)
  tokens.close()
  return { ...(await serve({ db, cors: [siteUrl('127.0.0.1')], ...options }, LIVE)), key }
}

/** Opens the page on a host, and has its provider ask the server. Resolves to what came of it. */
async function start(
  page: Page,
  { server, key }: Shop,
  {
    host = '127.0.0.1',
    ...options
  }: { readonly host?: string; readonly pollInterval?: number } = {},
): Promise<string> {
  await page.goto(siteUrl(host))
  const given = { baseUrl: server.url, headers: [['X-API-Key', key]], ...options }
  return page.evaluate<string>(`start(${JSON.stringify(given)})`)
}

/** What the page's requests for all flags were answered: status and tag. */
function bulkAnswers(page: Page): readonly (readonly [status: number, tag: string | undefined])[] {
  const answers: [number, string | undefined][] = []
  page.on('response', (response) => {
    if (response.url().includes('/evaluate/flags') && response.request().method() === 'POST')
      answers.push([response.status(), response.headers()['etag']])
  })
  return answers
}

const IN_NZ = `setContext({ targetingKey: 'u', country: 'NZ' })`

test('a page sees what is marked for clients, and nothing else', async () => {
  const scene = await shop()
  await withPage(browser, async (page) => {
    expect(await start(page, scene)).toBe('ready')
    await page.evaluate(IN_NZ)
    expect(await page.evaluate(`client.getStringDetails('nz', 'x')`)).toMatchObject({
      value: 'yes',
      reason: 'TARGETING_MATCH',
    })
    expect(await page.evaluate(`client.getStringValue('text', 'x')`)).toBe('hello')
    for (const hidden of ['on', 'off', 'number', 'buy', 'nope'])
      expect(await page.evaluate(`client.getBooleanDetails('${hidden}', true)`)).toMatchObject({
        value: true,
        errorCode: 'FLAG_NOT_FOUND',
      })
  })
})

test('a page reads the tag across origins, and confirms its copy by it', async () => {
  const scene = await shop()
  await withPage(browser, async (page) => {
    const answers = bulkAnswers(page)
    await start(page, scene)
    await page.evaluate(`setContext({ targetingKey: 'u', country: 'AU' })`)
    await page.evaluate(`setContext({ targetingKey: 'u', country: 'AU', plan: 'pro' })`)
    await page.evaluate(IN_NZ)
    expect(answers.map(([status]) => status)).toEqual([200, 200, 304, 200])
    expect(answers[2]?.[1]).toBe(answers[1]?.[1])
    expect(answers[3]?.[1]).not.toBe(answers[1]?.[1])
    expect(await page.evaluate(`client.getStringValue('nz', 'x')`)).toBe('yes')
  })
})

test.each([
  ['the stream of changes', {}, {}],
  [
    'asking again and again, where there is no stream',
    { ofrep: { streams: false } },
    { pollInterval: 50 },
  ],
])('a page hears of an edit by %s, and which flags it changed', async (_, options, provider) => {
  const scene = await shop(options)
  await withPage(browser, async (page) => {
    const opened = page.waitForResponse(/\/ofrep\/v1\/sse/, { timeout: 10_000 }).catch(() => 'none')
    await start(page, scene, provider)
    if (!('pollInterval' in provider)) expect(await opened).not.toBe('none')
    await scene.source.set(LIVE.replace('default: hello', 'default: goodbye'))
    await page.waitForFunction('changes.length > 0')
    expect(await page.evaluate('changes')).toEqual([['text']])
    expect(await page.evaluate(`client.getStringValue('text', 'x')`)).toBe('goodbye')
  })
})

test('the browser keeps the answers from a page whose origin is not listed', async () => {
  const scene = await shop()
  await withPage(browser, async (page) => {
    expect(await start(page, scene, { host: 'localhost' })).not.toBe('ready')
    expect(await page.evaluate(`client.getStringValue('text', 'code')`)).toBe('code')
  })
})

test('a page whose token is not valid is refused for good', async () => {
  const scene = await shop()
  await withPage(browser, async (page) => {
    const forged = { ...scene, key: `${scene.key.slice(0, -1)}~` }
    expect(await start(page, forged)).not.toBe('ready')
    expect(await page.evaluate('client.providerStatus')).toBe('FATAL')
  })
})
