/** The page and the server together: what somebody does in a browser, down to the file. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { file, openFeatures, worldOf } from '../../../src/index'
import { createServer } from '../../../src/server/server'
import { openBrowser, withPage } from '../../support/browser'
import { tempDir } from '../../support/temp-dir'

const TEXT = `# Kept.
feature_search:
  percent_loggedin: 25   # A quarter.
  owner: search
feature_chat: on
`

const PATIENCE_MS = 12_000

let browser: Browser
beforeAll(async () => (browser = await openBrowser()))
afterAll(() => browser.close())

interface Opened {
  readonly page: Page
  readonly url: string
  readonly path: string
  readonly text: () => string
  readonly isOn: (feature: string, id: string) => boolean
}

async function withServer(prefix: string, work: (opened: Opened) => Promise<void>): Promise<void> {
  const path = join(tempDir(), 'live.yaml')
  writeFileSync(path, TEXT)
  const features = await openFeatures({ source: file(path) })
  features.on('problem', () => undefined)
  const server = await createServer(features, {
    port: 0,
    logLevel: 'silent',
    shutdownMs: 100,
    prefix,
  })
  const isOn = (feature: string, id: string): boolean =>
    features.for(worldOf({ user: { id, name: id } })).isEnabled(feature)
  try {
    await withPage(
      browser,
      (page) => {
        // So that a failure names what it was waiting for.
        page.setDefaultTimeout(PATIENCE_MS)
        return work({ page, url: server.url, path, text: () => readFileSync(path, 'utf8'), isOn })
      },
      { locale: 'en-GB', reducedMotion: 'reduce' },
    )
  } finally {
    await server.close()
    await features.close()
  }
}

const save = async (page: Page, reason: string): Promise<void> => {
  await page.getByLabel('Reason, for the history').fill(reason)
  await page.getByRole('button', { name: 'Save' }).click()
}

test.each(['', '/flags'])(
  'a slider is moved, the impact read, the edit saved, in force, and undone, mounted at %j',
  async (prefix) => {
    await withServer(prefix, async ({ page, url, text, isOn }) => {
      await page.goto(`${url}/`)
      await page.getByRole('link', { name: 'search' }).click()
      await page.getByRole('heading', { name: 'search', level: 1 }).waitFor()
      await page.keyboard.press('e')
      await page.getByLabel('percent_loggedin, in percent').fill('100')
      await page.getByRole('region', { name: 'What changes in' }).waitFor()
      await save(page, 'To everybody')
      await page.getByText('search is saved, and in force.').waitFor()
      expect(text()).toBe(TEXT.replace('25 ', '100 '))
      expect(isOn('search', 't2_any')).toBe(true)
      await page.getByText('To everybody').waitFor()
      await page.getByRole('button', { name: 'Undo' }).click()
      await page.getByText('Undone.').waitFor()
      expect(text()).toBe(TEXT)
    })
  },
)

test('an edit that meets another in the same entry is refused, and merged by choice', async () => {
  await withServer('', async ({ page, url, path, text }) => {
    await page.goto(`${url}/features/search/edit`)
    await page.getByLabel('percent_loggedin, in percent').fill('50')
    await page.getByRole('region', { name: 'What changes in' }).waitFor()
    writeFileSync(path, TEXT.replace('25 ', '30 '))
    await save(page, 'Half')
    await page.getByText('changed on both sides').waitFor()
    await page.getByLabel('Yours').check()
    await page.getByRole('button', { name: 'Merge, and go on' }).click()
    await page.getByRole('button', { name: 'Save' }).and(page.locator(':enabled')).click()
    await page.getByText('search is saved, and in force.').waitFor()
    expect(text()).toBe(TEXT.replace('25 ', '50 '))
  })
})

test('a bad edit is shown with its line and not saved', async () => {
  await withServer('', async ({ page, url, text }) => {
    await page.goto(`${url}/features/search/edit`)
    await page.getByLabel('percent_loggedin as a number').fill('250')
    await page.getByText('Fix the error in line 3 first.').waitFor()
    expect(text()).toBe(TEXT)
  })
})

test('a feature is switched off from Now, with a reason, and comes back by Undo', async () => {
  await withServer('', async ({ page, url, text, isOn }) => {
    await page.goto(`${url}/now`)
    await page.getByRole('button', { name: 'Switch chat off' }).click()
    await page.getByLabel('Reason, for the history').fill('The queue is full')
    await page.keyboard.press('Enter')
    await page.getByText('chat is off for everybody.').waitFor()
    expect(isOn('chat', 't2_any')).toBe(false)
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('Undone.').waitFor()
    expect(text()).toBe(TEXT)
  })
})

test('STALE is across the page when the file disappears, and gone when it is back', async () => {
  await withServer('', async ({ page, url, path }) => {
    await page.goto(`${url}/now`)
    await page.getByRole('heading', { name: 'READY' }).waitFor()
    rmSync(path)
    await page.getByRole('heading', { name: 'STALE' }).waitFor()
    await page.getByRole('alert').getByText('STALE').waitFor()
    writeFileSync(path, TEXT)
    await page.getByRole('heading', { name: 'READY' }).waitFor()
  })
})

test('two visitors are explained with the lines of the file', async () => {
  await withServer('', async ({ page, url }) => {
    await page.goto(`${url}/features/search`)
    await page.getByText('bucket <').waitFor()
    await page.getByLabel('Signed in').uncheck()
    await page.getByText('bucket <').waitFor({ state: 'detached' })
    await page.locator('.verdict.is-off').waitFor()
  })
})
