/** Two servers of one store, and pages of both: what is done on one shows on the other. */
import type { Browser, Page } from 'playwright-core'
import { abortStages, history, publish, publishStaged } from '../../../../src/fleet/fleet'
import { type Features, openFeatures } from '../../../../src/index'
import { createServer, type LiveflagServer } from '../../../../src/server/server'
import { keySource } from '../../../../src/sources/key-source'
import { StoreError, type KeyStore } from '../../../../src/sources/key-store'
import { memoryKeyStore } from '../../../../src/sources/memory-key-store'
import { openBrowser } from '../../../support/browser'
import { eventually } from '../../../support/eventually'
import { fleetOf, following } from '../../../support/fleet-process'
import { atomicStore, textIn } from '../../../support/key-stores'
import { barriersInBothThemes, scrollsSideways } from '../axe'
import { PERSON, policyBreaches } from '../scene'

const textOf = (percent: number, other = 'on') =>
  `feature_search:\n  percent_loggedin: ${percent}\nfeature_chat: ${other}\n`

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser.close())

interface Replica {
  readonly url: string
  readonly page: Page
  readonly features: Features
  readonly server: LiveflagServer
}

async function replica(store: KeyStore): Promise<Replica> {
  const features = await openFeatures({ source: keySource(store) })
  features.on('problem', () => undefined)
  const server = await createServer(features, { port: 0, logLevel: 'silent', shutdownMs: 100 })
  const page = await (await browser.newContext(PERSON)).newPage()
  page.setDefaultTimeout(30_000)
  return { url: server.url, page, features, server }
}

async function withTwo(
  work: (first: Replica, second: Replica, store: KeyStore) => Promise<void>,
  { processes = 4, over = (store: KeyStore): KeyStore => store } = {},
): Promise<void> {
  const store = memoryKeyStore()
  await publish(store, textOf(5), { by: 'ada', reason: 'a start' })
  await publish(store, textOf(10), { by: 'ada', reason: 'a tenth' })
  const end = following(store, await fleetOf(store, processes))
  const both = [await replica(over(store)), await replica(store)] as const
  try {
    await work(...both, store)
  } finally {
    end()
    for (const { page, server, features } of both) {
      await page.context().close()
      await server.close()
      await features.close()
    }
  }
}

const editTo = async (page: Page, url: string, percent: number, reason: string): Promise<void> => {
  await page.goto(`${url}/features/search/edit`)
  await page.getByRole('spinbutton', { name: 'percent_loggedin' }).fill(String(percent))
  await page.getByLabel('Reason, for the history').fill(reason)
}

const enabled = (page: Page, name: string) =>
  page.getByRole('button', { name, exact: true, disabled: false })

test('a save on one server shows on the open pages of the other at once', async () => {
  await withTwo(async (first, second, store) => {
    await second.page.goto(`${second.url}/changes`)
    const generations = second.page.getByRole('region', { name: 'Generations' })
    await generations.getByText('a tenth').waitFor()
    await editTo(first.page, first.url, 50, 'a half')
    await first.page.getByRole('button', { name: 'Save' }).click()
    await first.page.getByText('search is saved, and in force.').waitFor()
    await generations.getByText('a half').waitFor()
    expect(await textIn(store)).toBe(textOf(50))
    await second.page.getByRole('link', { name: 'Features' }).click()
    await second.page.getByText('50 % of signed-in visitors').waitFor()
  })
})

test('the second of two editors is shown both versions while the draft rests, and nothing is lost', async () => {
  await withTwo(async (first, second, store) => {
    await editTo(first.page, first.url, 50, 'a half')
    await second.page.goto(`${second.url}/features/chat/edit`)
    await second.page.getByRole('button', { name: 'Whole text' }).waitFor()
    await editTo(second.page, second.url, 60, 'more')
    // What it would do is shown, and nothing is typed any more.
    await enabled(second.page, 'Save').waitFor()
    await first.page.getByRole('button', { name: 'Save' }).click()
    await first.page.getByText('search is saved, and in force.').waitFor()
    await second.page.getByText('The live config changed while you were editing.').waitFor()
    await second.page.getByRole('radio', { name: 'Yours' }).check()
    await second.page.getByRole('button', { name: 'Merge, and go on' }).click()
    await second.page.getByRole('button', { name: 'Save' }).click()
    await second.page.getByText('search is saved, and in force.').waitFor()
    expect(await textIn(store)).toBe(textOf(60))
    const reasons = (await history(store)).generations.map(({ reason }) => reason)
    expect(reasons).toEqual(['more', 'a half', 'a tenth', 'a start'])
  })
})

test('who edits the whole text is shown what others saved while the draft rests', async () => {
  await withTwo(async (first, second) => {
    const { page, url } = second
    await page.goto(`${url}/features/chat/edit`)
    await page.getByRole('button', { name: 'Whole text' }).click()
    await page.getByRole('textbox', { name: 'The whole text' }).press('Control+End')
    await page.keyboard.type('feature_new: on')
    await page.getByLabel('Reason, for the history').fill('a new one')
    await enabled(page, 'Save').waitFor()
    await editTo(first.page, first.url, 50, 'a half')
    await enabled(first.page, 'Save').click()
    await page.getByText('Different entries were edited: search, new.').waitFor()
    await page.getByRole('button', { name: 'Merge, and go on' }).click()
    await enabled(page, 'Save').click()
    await page.getByText('is saved, and in force.').waitFor()
    expect(second.features.isEnabled('new')).toBe(true)
  })
})

test('a page that waits for its own save is not told that the live config changed', async () => {
  let answer: () => void = () => undefined
  const mayAnswer = new Promise<void>((resolve) => (answer = resolve))
  const over = (store: KeyStore): KeyStore => ({
    ...atomicStore(store),
    async write(writes) {
      const result = await store.write(writes)
      await mayAnswer
      return result
    },
  })
  await withTwo(
    async ({ page, url }, _, store) => {
      await page.clock.install()
      await editTo(page, url, 50, 'a half')
      await enabled(page, 'Save').waitFor()
      const previews: string[] = []
      page.on('request', (request) => {
        if (request.url().includes('/edits/preview')) previews.push(request.url())
      })
      const newer = page.waitForResponse((response) => response.url().endsWith('/features/search'))
      await enabled(page, 'Save').click()
      await newer
      await page.clock.runFor(2_000)
      expect(previews).toEqual([])
      answer()
      await page.getByText('search is saved, and in force.').waitFor()
      expect(await textIn(store)).toBe(textOf(50))
    },
    { over },
  )
})

test('a save in stages is followed and taken back on another server, by the keyboard alone', async () => {
  await withTwo(async (first, second, store) => {
    await second.page.goto(`${second.url}/fleet`)
    await second.page.getByRole('heading', { name: '4 processes' }).waitFor()
    await editTo(first.page, first.url, 50, 'a half')
    await first.page.getByLabel('Published to').selectOption('1 %, then 10 %, then all')
    // Longer than the page takes on a busy machine, which would find it published.
    await first.page.getByLabel('Each stage lasts').selectOption('an hour')
    await first.page.getByRole('button', { name: 'Save in stages' }).click()
    await first.page.getByRole('heading', { name: 'Generation 3 is in its stages' }).waitFor()
    const { page } = second
    await page.getByRole('heading', { name: 'Generation 3 is in its stages' }).waitFor()
    await page.getByText(/^At .* %: 1 of 1 process has it/).waitFor()
    await page.getByRole('status').getByText('Generation 3').waitFor()
    expect(await barriersInBothThemes(page)).toEqual([])
    await page.setViewportSize({ width: 390, height: 844 })
    expect(await scrollsSideways(page)).toBe(false)
    await page.getByRole('button', { name: 'Take it back' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.type('not today')
    await page.keyboard.press('Enter')
    await page.getByText('Generation 3 is taken back, and under quarantine.').waitFor()
    await page.getByRole('region', { name: 'Under quarantine' }).getByText('not today').waitFor()
    await first.page.getByRole('region', { name: 'Under quarantine' }).waitFor()
    await page.locator('.staged-banner').waitFor({ state: 'detached' })
    expect(await textIn(store)).toBe(textOf(10))
  })
})

test.each([390, 320])('at %d pixels every page can be chosen by touch', async (width) => {
  await withTwo(async ({ page, url }) => {
    await page.setViewportSize({ width, height: 844 })
    await page.goto(`${url}/fleet`)
    const links = page.getByRole('navigation', { name: 'Pages' }).getByRole('link')
    await links.getByText('Fleet').waitFor()
    for (const link of await links.all()) {
      const box = await link.boundingBox()
      const { x = 0, y = 0, width: wide = 0, height = 0 } = box ?? {}
      const middle = `${x + wide / 2}, ${y + height / 2}`
      expect(await page.evaluate(`document.elementFromPoint(${middle})?.textContent`)).toBe(
        await link.textContent(),
      )
      expect(x + wide).toBeLessThanOrEqual(width)
      expect(height).toBeGreaterThanOrEqual(40)
    }
    expect(await scrollsSideways(page)).toBe(false)
  })
})

test('an old generation is compared with what is in force, and put back with a reason', async () => {
  await withTwo(async (first, _, store) => {
    const { page, url } = first
    await page.goto(`${url}/changes`)
    await page.getByRole('link', { name: 'Roll back to 1', exact: true }).click()
    await page.getByRole('heading', { name: 'From 2, in force to 1' }).waitFor()
    await page.getByText('of 1,000 simulated visitors get another answer').waitFor()
    await publish(store, textOf(10, 'off'), { by: 'bob', reason: 'no chat' })
    await page.getByRole('heading', { name: 'From 3, in force to 1' }).waitFor()
    await page.getByLabel('Reason, for the history').fill('sales fall')
    await page.getByRole('button', { name: 'Roll back to 1' }).click()
    await page.getByText('Generation 1 is in force again, as 4.').waitFor()
    expect(await textIn(store)).toBe(textOf(5))
    await page
      .getByRole('region', { name: 'Generations' })
      .getByText('back to 1', { exact: true })
      .waitFor()
  })
})

test('what was taken back is not put back by a page, which says why and what to do', async () => {
  await withTwo(async ({ page, url }, _, store) => {
    const staging = publishStaged(store, textOf(50), {
      stages: [1, 100],
      eachMs: 60_000,
      onStage: () => void abortStages(store, { by: 'bob', reason: 'sales fall' }),
    })
    expect((await staging).kind).not.toBe('published')
    await page.goto(`${url}/fleet`)
    await page.getByRole('link', { name: 'Generation 3' }).click()
    const card = page.getByRole('region', { name: 'Under quarantine' })
    await card.getByText('taken back by bob: sales fall').waitFor()
    await card.getByText('liveflag rollback 3 --to URL --allow-quarantined').waitFor()
    expect(await page.getByRole('button', { name: 'Roll back' }).count()).toBe(0)
    await page.setViewportSize({ width: 390, height: 844 })
    expect(await barriersInBothThemes(page)).toEqual([])
    expect(await scrollsSideways(page)).toBe(false)
  })
})

test('while the store is away pages say so, and go on when it is back', async () => {
  let isAway = false
  const over = (store: KeyStore): KeyStore =>
    atomicStore(store, async () => {
      if (isAway) throw new StoreError('unreachable', store.name, 'it is away', 'wait')
    })
  await withTwo(
    async ({ page, url, features }) => {
      const refused = policyBreaches(page)
      await page.goto(`${url}/fleet`)
      await page.getByRole('heading', { name: '4 processes' }).waitFor()
      isAway = true
      await features.reload().catch(() => undefined)
      await page.getByText('the store does not answer').waitFor({ timeout: 15_000 })
      await page.getByRole('heading', { name: '4 processes' }).waitFor()
      isAway = false
      await page.getByRole('button', { name: 'Try again' }).click()
      await page.getByText('the store does not answer').waitFor({ state: 'detached' })
      await eventually('it is ready', async () => {
        await features.reload().catch(() => undefined)
        return features.content.status === 'READY'
      })
      expect(refused()).toEqual([])
    },
    { over },
  )
})

test('a store of many processes and a long history is listed in pages', async () => {
  await withTwo(
    async ({ page, url }, _, store) => {
      for (let n = 3; n <= 120; n++) await publish(store, textOf(n % 100, n % 2 ? 'on' : 'off'))
      await page.goto(`${url}/changes`)
      await page.getByText('120', { exact: true }).first().waitFor()
      await page.getByRole('button', { name: 'Older generations' }).click()
      await page.getByText('100', { exact: true }).first().waitFor()
      await page.getByRole('button', { name: 'The newest' }).click()
      await page.getByText('120', { exact: true }).first().waitFor()
      await page.goto(`${url}/fleet`)
      await page.getByRole('heading', { name: '400 processes' }).waitFor()
      await page.getByText('and 100 more').waitFor()
    },
    { processes: 400 },
  )
})
