/** Components on both sides: rendered here, hydrated in Chromium, with React and with Preact. */
import { runInNewContext } from 'node:vm'
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import type { ClientBootstrap } from '../../src/client/client'
import { root } from '../house/files'
import { openBrowser, withPage } from '../support/browser'

/** The application: `page(client)` is its HTML, `hydrate(client)` takes it over in the browser. */
const app = (server: string): string => `
  import { createElement as h } from 'react'
  import { createClient } from './src/client/client'
  import { Feature, FeaturesProvider, useFeature, useValue, useVariant } from './src/react/react'

  const Header = () => {
    const size = useValue('page_size', 20)
    return h('h1', null, useFeature('new_header') ? 'new' : 'old', ' ', useVariant('button'), ' ', size)
  }
  const App = ({ client }) =>
    h(FeaturesProvider, { features: client },
      h(Header),
      h(Feature, { name: 'checkout', variant: 'blue', fallback: h('p', null, 'old checkout') },
        h('p', null, 'blue checkout')))

  /** The client of the browser, and how many listen to it. */
  export const clientOf = (bootstrap) => {
    const client = createClient(bootstrap, { events: false })
    let listeners = 0
    return {
      ...client,
      subscribe(listener) {
        listeners += 1
        const end = client.subscribe(listener)
        return () => {
          listeners -= 1
          end()
        }
      },
      get listeners() { return listeners },
    }
  }
  export const tree = (client) => h(App, { client })
  ${server}
`

const ON_SERVER = `
  import { renderToString } from 'RENDERER'
  export const page = (bootstrap) => renderToString(tree(clientOf(bootstrap)))`
const IN_BROWSER = `
  import { hydrateRoot } from 'react-dom/client'
  globalThis.start = (bootstrap) => {
    const client = clientOf(bootstrap)
    globalThis.client = client
    globalThis.root = hydrateRoot(document.getElementById('app'), tree(client), {
      onRecoverableError: (error) => globalThis.mismatches.push(String(error)),
    })
  }`

const PREACT = {
  react: 'preact/compat',
  'react-dom': 'preact/compat',
  'react-dom/client': 'preact/compat/client',
}

async function bundled(
  code: string,
  platform: 'node' | 'browser',
  alias: Record<string, string>,
): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: root, loader: 'js' },
    absWorkingDir: root,
    bundle: true,
    write: false,
    platform,
    // The server's React is loaded as it is, so that nothing but this file is built anew.
    format: platform === 'node' ? 'cjs' : 'iife',
    define: { 'process.env.NODE_ENV': '"development"' },
    alias,
  })
  return outputFiles[0]?.text ?? ''
}

const first: ClientBootstrap = {
  features: {
    new_header: { enabled: true },
    button: { enabled: true, variant: 'red' },
    checkout: { enabled: true, variant: 'blue' },
    page_size: { enabled: true, value: 50 },
  },
}
const then: ClientBootstrap = { features: { button: { enabled: true, variant: 'green' } } }

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
}, 30_000)
afterAll(() => browser.close())

const seen = (page: Page): Promise<string> => page.locator('#app').innerText()

describe.each([
  ['React', {}, 'react-dom/server'],
  ['Preact', PREACT, 'preact-render-to-string'],
])('%s', (_, alias, renderer) => {
  test('takes over what the server rendered, without a mismatch, and follows changes', async () => {
    const onServer = await bundled(app(ON_SERVER.replace('RENDERER', renderer)), 'node', alias)
    const module = { exports: {} as { page(bootstrap: ClientBootstrap): string } }
    runInNewContext(onServer, {
      ...globalThis,
      module,
      exports: module.exports,
      require,
      process,
      console,
      TextEncoder,
      MessageChannel,
      setTimeout,
    })
    const html = module.exports.page(first)
    expect(html.replace(/<!--.*?-->/g, '')).toBe('<h1>new red 50</h1><p>blue checkout</p>')

    const script = await bundled(app(IN_BROWSER), 'browser', alias)
    await withPage(browser, async (page) => {
      const errors: string[] = []
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
      await page.setContent(`<div id="app">${html}</div>`)
      await page.evaluate('globalThis.mismatches = []')
      await page.evaluate('globalThis.before = document.querySelector("h1")')
      await page.addScriptTag({ content: script })
      await page.evaluate((bootstrap) => {
        const start: unknown = Reflect.get(globalThis, 'start')
        if (typeof start === 'function') start(bootstrap)
      }, first)
      await page.waitForFunction('client.listeners > 0')
      expect(await seen(page)).toBe('new red 50\n\nblue checkout')
      // The element is the server's own: it was taken over, not rendered anew.
      expect(await page.evaluate('before === document.querySelector("h1")')).toBe(true)

      await page.evaluate((bootstrap) => {
        const client = Reflect.get(globalThis, 'client') as { replace(newer: object): void }
        client.replace(bootstrap)
      }, then)
      await page.waitForFunction('document.querySelector("h1").innerText.startsWith("old")')
      expect(await seen(page)).toBe('old green 20\n\nold checkout')
      await page.evaluate('root.unmount()')
      await page.waitForFunction('client.listeners === 0')
      expect([errors, await page.evaluate('mismatches')]).toEqual([[], []])
    })
  })
})

test('the built module for browsers imports React alone, and is small', async () => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: "export * from 'liveflag/react'", resolveDir: root },
    absWorkingDir: root,
    bundle: true,
    write: false,
    minify: true,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    external: ['react'],
  })
  const [output] = Object.values(metafile.outputs)
  expect(output?.imports.map(({ path }) => path)).toEqual(['react'])
  expect(outputFiles[0]?.text.length).toBeLessThan(4096)
})
