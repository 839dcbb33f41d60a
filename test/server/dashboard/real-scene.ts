/** The page and the server together, over a file that tests read and write. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { type Features, file, openFeatures, worldOf } from '../../../src/index'
import { createServer, type ServerOptions } from '../../../src/server/server'
import { TokenStore } from '../../../src/server/token-store'
import { openBrowser, TestPage } from '../../support/browser'
import { tempDir } from '../../support/temp-dir'
import { PERSON } from './scene'

export const TEXT = `# Kept.
feature_search_v2:
  percent_loggedin: 25   # A quarter.
  owner: search
feature_chat: on
`

const PATIENCE_MS = 30_000

export interface Opened {
  readonly page: Page
  /** Another browser, of another person. */
  readonly elsewhere: () => Promise<Page>
  readonly features: Features
  readonly url: string
  readonly path: string
  /** By the names that `tokens` has. */
  readonly tokens: Readonly<Record<string, string>>
  readonly text: () => string
  readonly isOn: (feature: string, id: string) => boolean
}

interface RealOptions extends ServerOptions {
  readonly live?: string
  /** Names of people, and their scopes. Without any, whoever is at this machine is admin. */
  readonly people?: Readonly<Record<string, readonly string[]>>
}

/** Starts a browser before the tests of a file and ends it after. */
export function realTests() {
  let browser: Browser
  let shared: TestPage
  beforeAll(async () => {
    browser = await openBrowser()
    shared = await TestPage.open(browser, PERSON)
  })
  afterAll(() => browser.close())
  return (options: RealOptions, work: (opened: Opened) => Promise<void>): Promise<void> =>
    shared.use((page) => withServer(browser, page, options, work))
}

async function withServer(
  browser: Browser,
  page: Page,
  { live = TEXT, people = {}, ...options }: RealOptions,
  work: (opened: Opened) => Promise<void>,
): Promise<void> {
  const folder = tempDir()
  const path = join(folder, 'live.yaml')
  writeFileSync(path, live)
  const db = join(folder, 'server.db')
  const tokens = tokensOf(db, people)
  const features = await openFeatures({ source: file(path) })
  features.on('problem', () => undefined)
  const server = await createServer(features, {
    port: 0,
    logLevel: 'silent',
    shutdownMs: 100,
    ...(Object.keys(people).length > 0 && { db }),
    ...options,
  })
  const isOn = (feature: string, id: string): boolean =>
    features.for(worldOf({ user: { id, name: id } })).isEnabled(feature)
  const text = (): string => readFileSync(path, 'utf8')
  const others = new Set<BrowserContext>()
  const elsewhere = async (): Promise<Page> => {
    const context = await browser.newContext(PERSON)
    others.add(context)
    return patient(await context.newPage())
  }
  try {
    await work({
      page: patient(page),
      elsewhere,
      features,
      url: server.url,
      path,
      tokens,
      text,
      isOn,
    })
  } finally {
    for (const context of others) await context.close()
    await server.close()
    await features.close()
  }
}

function tokensOf(
  db: string,
  people: NonNullable<RealOptions['people']>,
): Readonly<Record<string, string>> {
  if (Object.keys(people).length === 0) return {}
  const store = new TokenStore(db, 'test')
  const tokens = Object.entries(people).map(
    ([name, scopes]) => [name, store.create({ name, scopes }, 0).token] as const,
  )
  store.close()
  return Object.fromEntries(tokens)
}

/** So that a failure names what it was waiting for. */
function patient(page: Page): Page {
  page.setDefaultTimeout(PATIENCE_MS)
  return page
}

export async function signIn(page: Page, url: string, token: string | undefined): Promise<void> {
  await page.goto(url)
  await page.getByLabel('Token').fill(token ?? '')
  await page.keyboard.press('Enter')
  await page.getByRole('navigation', { name: 'Pages' }).waitFor()
}

export const save = async (page: Page, reason: string): Promise<void> => {
  await page.getByLabel('Reason, for the history').fill(reason)
  await page.getByRole('button', { name: 'Save' }).click()
}
