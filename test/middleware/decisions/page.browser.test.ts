/** The page of decisions as people see it: by its own policy, in both themes, wide and narrow. */
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { type Features, memory, openFeatures } from '../../../src'
import { decisionsPage, nodeFeatures } from '../../../src/middleware/node'
import { barriersInBothThemes, scrollsSideways } from '../../server/dashboard/axe'
import { openBrowser, withPage } from '../../support/browser'

const TEXT = `
feature_a_name_that_is_long_enough_to_need_more_than_one_line_on_a_narrow_screen: { users: [gary] }
feature_checkout:
  url: { checkout_new: new }
  experiment: { experiment_id: 7, loggedin: true, variants: { old: 25, new: 25 } }
feature_off: off
feature_on: on
feature_share: { percent_loggedin: 25 }
feature_texts: { default: { title: "a long text that is a value, and has no place where it could be broken:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" } }
`
let browser: Browser
let features: Features
let url: string
const server = createServer()

beforeAll(async () => {
  features = await openFeatures({
    source: memory(`${TEXT}feature_broken: { gold: 7 }`, { format: 'yaml' }),
  })
  features.on('problem', () => undefined)
  const page = decisionsPage(features, { allow: () => true })
  const withFeatures = nodeFeatures(features, { user: () => ({ id: 't2_18c', name: 'gary' }) })
  server.on('request', withFeatures(page)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  browser = await openBrowser()
})
afterAll(async () => {
  await browser.close()
  server.closeAllConnections()
  server.close()
  await features.close()
})

/** Opens the page, and notes what the browser says of it. */
async function open(page: Page, path = '/'): Promise<string[]> {
  const said: string[] = []
  page.on('console', (message) => said.push(message.text()))
  await page.goto(url + path)
  return said
}

test.each([390, 1280])(
  'at %d pixels nothing keeps people out, and it does not scroll sideways',
  (width) =>
    withPage(
      browser,
      async (page) => {
        const said = await open(page)
        await page.locator('#checkout summary').click()
        expect(await barriersInBothThemes(page)).toEqual([])
        expect(await scrollsSideways(page)).toBe(false)
        // The policy lets the style in, and there is nothing else to complain about.
        expect(said.filter((line) => !line.includes('favicon'))).toEqual([])
        expect(await page.locator('details[open] li').first().isVisible()).toBe(true)
      },
      { viewport: { width, height: 800 } },
    ),
)

test.each([390, 1280])('at %d pixels the pills stand below each other', (width) =>
  withPage(
    browser,
    async (page) => {
      await open(page)
      const edges = await page.evaluate<number[][]>(
        `[...document.querySelectorAll('.pill')].map((pill) => {
          const { left, right } = pill.getBoundingClientRect()
          return [left, right]
        })`,
      )
      expect(edges).toHaveLength(7)
      expect(new Set(edges.map(String)).size).toBe(1)
    },
    { viewport: { width, height: 800 } },
  ),
)

test('on a narrow screen each figure has its name', () =>
  withPage(
    browser,
    async (page) => {
      await open(page)
      const label = await page.evaluate<string>(
        `getComputedStyle(document.querySelector('#share .bucket'), '::before').content`,
      )
      expect([label, await page.locator('#share .bucket').textContent()]).toEqual([
        '"bucket "',
        expect.stringMatching(/^\d+ of 1000$/),
      ])
      expect(await page.locator('.row.head').isVisible()).toBe(false)
    },
    { viewport: { width: 390, height: 800 } },
  ))

test('a search and a forced variant stay together, and a problem leads to its feature', () =>
  withPage(browser, async (page) => {
    await open(page)
    await page.getByRole('searchbox').fill('checkout')
    await page.getByLabel('Ask with').fill('checkout_new')
    await page.getByRole('button', { name: 'Show' }).click()
    expect(await page.locator('details').count()).toBe(1)
    expect(await page.locator('#checkout .tags').textContent()).toBe('forced')
    await page.getByRole('link', { name: 'broken' }).click()
    expect(await page.locator('#broken').getAttribute('open')).toBe('')
    expect(new URL(page.url()).hash).toBe('#broken')
  }))
