import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Features, memory, openFeatures } from '../../../src/index'
import { requestHandler } from '../../../src/server/server'
import type { Browser, ConsoleMessage, Page } from 'playwright-core'
import { openBrowser, type PageOptions, TestPage } from '../../support/browser'
import { MockApi, type Routes } from './mock-api'

const PATIENCE_MS = 30_000

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

/** The page for the tests of one file. */
export interface PageTests {
  readonly scene: () => MockScene
  /** Opens a page of the dashboard; fails when a script of it throws, or breaks its policy. */
  readonly on: (
    path: string,
    work: (page: Page) => Promise<void>,
    options?: PageOptions,
  ) => Promise<void>
}

/** Opens both before the tests of a file and closes them after. */
export function pageTests(routes: Routes): PageTests {
  let browser: Browser
  let shared: TestPage
  let scene: MockScene
  beforeAll(async () => {
    browser = await openBrowser()
    shared = await TestPage.open(browser, PERSON)
    scene = await openMockScene(routes)
  })
  afterAll(async () => {
    await browser.close()
    await scene.close()
  })
  return {
    scene: () => scene,
    on: (path, work, options) =>
      shared.use(async (page) => {
        // So that a failure names what it was waiting for.
        page.setDefaultTimeout(PATIENCE_MS)
        const refused = policyBreaches(page)
        await page.goto(scene.url + path)
        await work(page)
        expect(refused()).toEqual([])
      }, options),
  }
}

export const PERSON = { locale: 'en-GB', reducedMotion: 'reduce' } as const

/** What the page's policy has refused from now on. */
export function policyBreaches(page: Page): () => readonly string[] {
  const refused: string[] = []
  const note = (message: ConsoleMessage): void => {
    if (message.text().includes('Content Security Policy')) refused.push(message.text())
  }
  page.on('console', note)
  return () => {
    page.off('console', note)
    return refused
  }
}
