/** What links force, as employees see it on the example site and on a page with styles of its own. */
import { memory, openFeatures } from 'liveflag'
import type { Browser, Page } from 'playwright-core'
import { createSite } from '../../examples/site/site'
import { signLink } from '../../src/links/token'
import { linkOverlay } from '../../src/middleware/links'
import { barriersInBothThemes, scrollsSideways } from '../server/dashboard/axe'
import { openBrowser, withPage } from '../support/browser'
import { LINK_KEYS } from '../support/framework-app'
import { listen } from '../support/listening'

const TEXT = `
feature_front_page_layout: { experiment: { loggedin: true, variants: { cards: 25, compact: 25 } } }
feature_dark_mode: { admin: true }
`

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
}, 30_000)
afterAll(() => browser.close())

/** The example site, visited as emma, who is an employee. */
async function asEmma(
  viewport: { readonly width: number; readonly height: number },
  work: (page: Page, path: (feature: string, variant: string) => string) => Promise<void>,
): Promise<void> {
  const features = await openFeatures({ source: memory(TEXT) })
  const site = await listen(createSite(features, [], LINK_KEYS))
  const path = (feature: string, variant: string): string => {
    const link = { feature, variant, key: 'qa', for: 'emma', until: Date.now() + 3_600_000 }
    return `${site.url}/?liveflag_link=${signLink(link, LINK_KEYS.qa)}`
  }
  try {
    await withPage(
      browser,
      async (page) => {
        const refused: string[] = []
        page.on('console', (message) => message.type() === 'error' && refused.push(message.text()))
        const cookie = { name: 'visitor', value: 'emma', url: site.url }
        await page.context().addCookies([cookie])
        await work(page, path)
        expect(refused).toEqual([])
      },
      { viewport },
    )
  } finally {
    await site.close()
    await features.close()
  }
}

const overlay = (page: Page) => page.getByRole('complementary', { name: 'Forced by links' })

test.each([390, 1280])(
  'at %i pixels it lies within the page, says all, and leads out',
  async (width) => {
    await asEmma({ width, height: 800 }, async (page, path) => {
      await page.goto(path('front_page_layout', 'cards'))
      await page.goto(path('dark_mode', 'on'))
      expect(await page.locator('.stories.cards').count()).toBe(1)
      const closed = await overlay(page).boundingBox()
      expect(closed).toMatchObject({ x: 12 })
      // One line while it is closed, so that it covers little.
      expect(closed?.height).toBeLessThan(60)

      await page.getByText('Forced by link: dark_mode, front_page_layout').click()
      const open = await overlay(page).boundingBox()
      expect((open?.x ?? 0) + (open?.width ?? 0)).toBeLessThanOrEqual(width - 12)
      expect((open?.y ?? 0) + (open?.height ?? 0)).toBe(800 - 12)
      expect(await overlay(page).innerText()).toMatch(
        /dark_mode: on\s+until .* 20\d\d, \d\d:\d\d UTC, for emma, by key qa\s+front_page_layout: cards/,
      )
      const barriers = await barriersInBothThemes(page)
      const own = barriers.filter((barrier) => barrier.includes('liveflag-links'))
      expect([await scrollsSideways(page), own]).toEqual([false, []])
      if (process.env['LIVEFLAG_SHOTS'])
        await page.screenshot({ path: `${process.env['LIVEFLAG_SHOTS']}/links-${width}.png` })

      await page.getByRole('link', { name: /^Leave/ }).click()
      await page.waitForURL(/liveflag_link=end/)
      expect([await overlay(page).count(), await page.locator('.stories.cards').count()]).toEqual([
        0, 0,
      ])
    })
  },
)

test('it looks the same on a page whose own styles are hostile, with the nonce of its policy', async () => {
  const until = Date.parse('2026-12-01T09:30:00Z')
  const text = `${'long'.repeat(60)}<script>throw 1</script>`
  const links = [{ feature: text, variant: text, key: 'qa', until }]
  const html = linkOverlay(links, { url: '/', nonce: 'abc' })
  const styles =
    '* { font-size: 90px; color: lime } details[open], summary, a[href] { display: none; float: right }'
  const { url, close } = await listen((_req, res) => {
    res.setHeader('Content-Security-Policy', "default-src 'none'; style-src 'nonce-abc'")
    res.setHeader('Content-Type', 'text/html')
    res.end(`<title>Shop</title><style nonce="abc">${styles}</style>${html}`)
  })
  try {
    await withPage(
      browser,
      async (page) => {
        await page.goto(url)
        await page.getByText('Forced by link').click()
        const size = await page.evaluate<string>(
          `getComputedStyle(document.querySelector('.liveflag-links a')).fontSize`,
        )
        expect([size, await scrollsSideways(page)]).toEqual(['13px', false])
        const box = await overlay(page).boundingBox()
        expect((box?.y ?? -1) >= 0 && (box?.height ?? 0) <= 800).toBe(true)
      },
      { viewport: { width: 390, height: 800 } },
    )
  } finally {
    await close()
  }
})
