import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Features, memory, openFeatures } from '../../../src/index'
import { requestHandler } from '../../../src/server/server'
import type { Browser, Page } from 'playwright-core'
import { openBrowser, withPage } from '../../support/browser'
import { MockApi, type Routes } from './mock-api'

const PATIENCE_MS = 12_000

export interface MockScene {
  readonly url: string
  readonly api: MockApi
  close(): Promise<void>
}

/** The built page, with an API whose answers a test chooses. */
export async function openMockScene(routes: Routes = {}): Promise<MockScene> {
  const features: Features = await openFeatures({ source: memory('feature_a: on') })
  const handler = requestHandler(features, { protocols: ['dashboard'] })
  const api = new MockApi(routes)
  const server: Server = createServer((request, response) => {
    if (request.url?.startsWith('/api/v1/')) void api.handle(request, response)
    else handler(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    api,
    async close() {
      api.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await handler.close()
      await features.close()
    },
  }
}

/** A browser and the page for the tests of one file. */
export interface PageTests {
  readonly scene: () => MockScene
  /** Opens a page of the dashboard; fails when a script of it throws, or breaks its policy. */
  readonly on: (
    path: string,
    work: (page: Page) => Promise<void>,
    options?: Parameters<Browser['newContext']>[0],
  ) => Promise<void>
}

/** Starts both before the tests of a file and ends them after. */
export function pageTests(routes: Routes): PageTests {
  let browser: Browser
  let scene: MockScene
  beforeAll(async () => {
    browser = await openBrowser()
    scene = await openMockScene(routes)
  })
  afterAll(async () => {
    await browser.close()
    await scene.close()
  })
  return {
    scene: () => scene,
    on: (path, work, options = {}) =>
      withPage(
        browser,
        async (page) => {
          // So that a failure names what it was waiting for.
          page.setDefaultTimeout(PATIENCE_MS)
          const refused: string[] = []
          page.on('console', (message) => {
            if (message.text().includes('Content Security Policy')) refused.push(message.text())
          })
          await page.goto(scene.url + path)
          await work(page)
          expect(refused).toEqual([])
        },
        { locale: 'en-GB', reducedMotion: 'reduce', ...options },
      ),
  }
}
