/** The client in the pages of a real browser, down to a real store. */
import type { Browser, Page } from 'playwright-core'
import { openBrowser, withPage } from '../support/browser'
import { eventually } from '../support/eventually'
import { liveConfig, openScene, type PageOptions, type Scene } from './scene'

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
}, 30_000)
afterAll(() => browser.close())

async function withScene<T>(
  options: PageOptions,
  work: (page: Page, scene: Scene) => Promise<T>,
): Promise<T> {
  const scene = await openScene(options)
  try {
    return await withPage(browser, (page) => work(page, scene))
  } finally {
    await scene.close()
  }
}

/** Their variants: the experiment draws one half each. */
const VISITORS = [
  ['t2_a', 'green'],
  ['t2_c', 'blue'],
] as const

const isReady = (page: Page) => page.waitForFunction('globalThis.isReady')
const shown = (page: Page): Promise<string> => page.locator('#app').innerHTML()

describe('the first paint', () => {
  /** What is painted before the page's script has come, and once it has drawn the page anew. */
  const beforeAndAfter = (user: string, options: PageOptions = {}) =>
    withScene(options, async (page, scene) => {
      const release = scene.holdScript()
      await page.goto(`${scene.url}/?user=${user}`, { waitUntil: 'commit' })
      await page.getByRole('button').waitFor()
      const before = [await shown(page), await page.screenshot()] as const
      expect(await page.evaluate('globalThis.isReady')).toBeUndefined()
      release()
      await isReady(page)
      return { before, after: [await shown(page), await page.screenshot()] as const }
    })

  test.each(VISITORS)('has the variant: %s sees %s', async (user, variant) => {
    const { before, after } = await beforeAndAfter(user)
    expect(before[0]).toContain(`class="${variant}"`)
    expect(after[0]).toBe(before[0])
    expect(after[1].equals(before[1])).toBe(true)
  })

  test('would show, if the server drew another variant than the client knows', async () => {
    const { before, after } = await beforeAndAfter('t2_a', { drawn: 'blue' })
    expect([before[0].includes('blue'), after[0].includes('green')]).toEqual([true, true])
    expect(after[1].equals(before[1])).toBe(false)
  })
})

describe('under a strict policy', () => {
  const REST = "default-src 'none'; style-src 'self'; connect-src 'self'; base-uri 'none'"
  const answered = (options: PageOptions) =>
    withScene(options, async (page, { url, exposures }) => {
      const refused: string[] = []
      page.on('console', (message) => message.type() === 'error' && refused.push(message.text()))
      await page.goto(`${url}/?user=t2_a`)
      await isReady(page)
      await page.evaluate('features.flush()')
      const answers = await page.evaluate(`[
        features.variant('button'), features.value('motto', '?'), features.isEnabled('internal'),
        globalThis.__liveflag !== undefined, document.getElementById('liveflag') !== null]`)
      const isRecorded = async () => JSON.stringify(await exposures()) !== '[]'
      if (refused.length === 0) await eventually('the exposure is recorded', isRecorded)
      return { answers, refused }
    })

  test('a block of JSON needs no word of it', async () => {
    expect(await answered({ policy: `${REST}; script-src 'self'` })).toEqual({
      answers: ['green', '</script><!--"\u2028&lt;', false, false, true],
      refused: [],
    })
  })

  test('a script has its nonce', async () => {
    expect(await answered({ policy: `${REST}; script-src NONCE`, hasNonce: true })).toEqual({
      answers: ['green', '</script><!--"\u2028&lt;', false, true, false],
      refused: [],
    })
  })

  test('a script whose nonce the policy does not have runs not, and everything is off', async () => {
    const { answers, refused } = await answered({
      policy: `${REST}; script-src 'self'`,
      hasNonce: true,
    })
    expect(answers).toEqual([undefined, '?', false, false, false])
    expect(refused).toEqual([expect.stringContaining('Content Security Policy')])
  })
})

describe('exposures', () => {
  test('one is recorded, however often the page asks and however often it is loaded', async () => {
    await withScene({}, async (page, { url, exposures, beacons }) => {
      for (let load = 1; load <= 2; load += 1) {
        await page.goto(`${url}/?user=t2_a`)
        await isReady(page)
        await page.evaluate(`for (let i = 0; i < 5; i++) {
          features.isEnabled('button'); features.variant('button'); features.value('button', '')
        }`)
        await eventually('the beacon has come', () => beacons.length === load)
        expect(JSON.parse(beacons.at(-1) ?? '')).toEqual({
          events: [{ type: 'exposure', token: expect.stringMatching(/^[\w-]+$/) as string }],
        })
      }
      expect(await exposures()).toEqual([['t2_a', '7', 'green', 'client']])
    })
  })

  test('a page that asks nothing reports nothing', async () => {
    await withScene({ quiet: true }, async (page, { url, exposures, beacons }) => {
      await page.goto(`${url}/?user=t2_a`)
      await isReady(page)
      await page.evaluate(`features.isEnabled('gone'); features.value('button', 7)`)
      await page.goto(`${url}/elsewhere`)
      expect([beacons, await exposures()]).toEqual([[], []])
    })
  })

  const ASK = `features.variant('button')`
  test.each<readonly [string, (page: Page) => Promise<unknown>]>([
    ['leads elsewhere', (page) => page.evaluate(`${ASK}; document.querySelector('a').click()`)],
    ['is loaded anew', (page) => page.evaluate(`${ASK}; location.reload()`)],
    [
      'is closed',
      async (page) => {
        await page.evaluate(ASK)
        await page.close({ runBeforeUnload: true })
      },
    ],
  ])('is recorded when the page %s right after the question', async (_, leave) => {
    await withScene({ quiet: true }, async (page, { url, exposures, beacons }) => {
      // No timer of this page ever fires.
      await page.addInitScript('globalThis.setTimeout = () => 0')
      await page.goto(`${url}/?user=t2_c`)
      await isReady(page)
      await leave(page)
      await eventually('the beacon has come', () => beacons.length === 1)
      expect(await exposures()).toEqual([['t2_c', '7', 'blue', 'client']])
    })
  })

  test.each(['/flags/events/exposures', 'http://localhost:PORT/flags/events/exposures'])(
    'are taken by the server itself, also of a page of another origin: %s',
    async (events) => {
      await withScene({ quiet: true }, async (page, { url, exposures, beacons }) => {
        const address = events.replace('PORT', new URL(url).port)
        await page.addInitScript(
          `globalThis.beacon = navigator.sendBeacon.bind(navigator)
           navigator.sendBeacon = (url, body) => beacon(${JSON.stringify(address)}, body)`,
        )
        await page.goto(`${url}/?user=t2_a`)
        await isReady(page)
        await page.evaluate(`${ASK}; features.flush()`)
        await eventually(
          'the exposure is stored',
          async () => JSON.stringify(await exposures()) === '[["t2_a","7","green","client"]]',
        )
        expect(beacons).toEqual([])
      })
    },
  )

  test('go by fetch where the queue of beacons takes no more', async () => {
    await withScene({ quiet: true }, async (page, { url, beacons, exposures }) => {
      await page.addInitScript('navigator.sendBeacon = () => false')
      await page.goto(`${url}/?user=t2_a`)
      await isReady(page)
      await page.evaluate(`${ASK}; document.querySelector('a').click()`)
      await eventually('the request has come', () => beacons.length === 1)
      expect(await exposures()).toEqual([['t2_a', '7', 'green', 'client']])
    })
  })
})

describe('live updates', () => {
  const STREAM = { url: '/bootstrap?user=t2_a', stream: '/flags/ofrep/v1/sse' }
  const becomes = (page: Page, variant: string) =>
    page.waitForFunction(
      `document.querySelector('#app button')?.className === ${JSON.stringify(variant)}`,
    )

  test('an edit of the file changes what the page shows, and each variant is exposed once', async () => {
    await withScene({ live: STREAM }, async (page, { url, edit, exposures, beacons }) => {
      await page.goto(`${url}/?user=t2_a`)
      await becomes(page, 'green')
      edit(liveConfig(0))
      await becomes(page, 'blue')
      edit(liveConfig(100))
      await becomes(page, 'green')
      await page.evaluate('features.flush()')
      await eventually('both are sent', () => beacons.join().match(/token/g)?.length === 2)
      expect(await exposures()).toEqual([
        ['t2_a', '7', 'blue', 'client'],
        ['t2_a', '7', 'green', 'client'],
      ])
    })
  })

  test('after a lost connection the page comes back, and has the edit that it missed', async () => {
    await withScene({ live: STREAM }, async (page, { url, edit, features, goAway, comeBack }) => {
      await page.goto(`${url}/?user=t2_a`)
      await becomes(page, 'green')
      await goAway()
      edit(liveConfig(0))
      await eventually('the edit is in force', () => features.snapshot.generation === 2)
      expect(await shown(page)).toContain('green')
      await comeBack()
      await becomes(page, 'blue')
    })
  })

  test('without a stream it asks again and again, in vain while the server is away', async () => {
    const live = { url: STREAM.url, everyMs: 50 }
    await withScene({ live }, async (page, { url, edit, goAway, comeBack }) => {
      await page.goto(`${url}/?user=t2_a`)
      await becomes(page, 'green')
      await goAway()
      await page.waitForEvent('requestfailed')
      edit(liveConfig(0))
      await comeBack()
      await becomes(page, 'blue')
    })
  })
})
