/** The page and the server together: what somebody does in a browser, down to the file. */
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { file, openFeatures } from 'liveflag'
import type { Page } from 'playwright-core'
import { createSite } from '../../../examples/site/site'
import { eventually } from '../../support/eventually'
import { realTests, save, signIn, TEXT } from './real-scene'

const withServer = realTests()

/** The example site over the same file, in this process; it uses the package as it is built. */
async function withSite(path: string, work: (url: string) => Promise<void>): Promise<void> {
  const features = await openFeatures({ source: file(path) })
  const site = createServer(createSite(features, [])).listen(0, '127.0.0.1')
  await once(site, 'listening')
  try {
    await work(`http://127.0.0.1:${(site.address() as AddressInfo).port}`)
  } finally {
    site.closeAllConnections()
    site.close()
    await features.close()
  }
}

/** Whether the site shows its new search to the visitor of the page. */
const hasNewSearch = async (page: Page): Promise<boolean> => {
  await page.reload()
  return (await page.getByText('new search').count()) > 0
}

test.each(['', '/flags'])(
  'a slider is moved, the impact read, the edit saved, seen on the example site, and undone, mounted at %j',
  async (prefix) => {
    await withServer({ prefix }, async ({ page, elsewhere, path, url, text }) => {
      await withSite(path, async (siteUrl) => {
        const walter = await elsewhere()
        await walter.goto(siteUrl)
        await walter.getByRole('button', { name: 'walter' }).click()
        // A page that is loaded anew before the form is answered signs nobody in.
        await walter.locator('.who [aria-current]', { hasText: 'walter' }).waitFor()
        expect(await hasNewSearch(walter)).toBe(false)
        await page.goto(`${url}/`)
        await page.getByRole('link', { name: 'search' }).click()
        await page.getByRole('heading', { name: 'search', level: 1 }).waitFor()
        await page.keyboard.press('e')
        await page.getByLabel('percent_loggedin, in percent').fill('100')
        await page.getByText('simulated visitors get another answer').waitFor()
        await page.getByText('Exactly, over all buckets').click()
        await page.getByText('signed in: 75 % change').first().waitFor()
        await page.getByRole('button', { name: 'Name 100 of them' }).waitFor()
        await save(page, 'To everybody')
        await page.getByText('search_v2 is saved, and in force.').waitFor()
        expect(text()).toBe(TEXT.replace('25 ', '100 '))
        await eventually('the site has the new search', () => hasNewSearch(walter))
        await page.getByText('To everybody').waitFor()
        await page.getByRole('button', { name: 'Undo' }).click()
        await page.getByText('Undone.').waitFor()
        expect(text()).toBe(TEXT)
        await eventually('the site has the old search', async () => !(await hasNewSearch(walter)))
      })
    })
  },
)

test('by the keyboard alone: a feature is found, edited and saved', async () => {
  await withServer({}, async ({ page, url, text }) => {
    await page.goto(`${url}/`)
    await page.getByRole('link', { name: 'search_v2' }).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('search')
    await page.getByText('1 of 2 features').waitFor()
    await page.keyboard.press('Tab')
    await tabTo(page, 'search_v2')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'search_v2', level: 1 }).waitFor()
    await page.keyboard.press('e')
    await page.getByLabel('percent_loggedin, in percent').waitFor()
    await tabTo(page, 'percent_loggedin, in percent')
    await page.keyboard.press('ArrowRight')
    await page.getByText('+  percent_loggedin: 25.1').waitFor()
    await tabTo(page, 'Reason, for the history')
    await page.keyboard.type('A little more')
    await page.keyboard.press('Enter')
    await page.getByText('search_v2 is saved, and in force.').waitFor()
    expect(text()).toBe(TEXT.replace('25 ', '25.1 '))
  })
})

const FOCUSED = `(() => {
  const { activeElement: at } = document
  return [at.getAttribute('aria-label'), at.labels?.[0]?.textContent, at.textContent].join(' ')
})()`

/** Presses Tab until what has the focus is called so. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    if ((await page.evaluate<string>(FOCUSED)).includes(name)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`60 presses of Tab do not reach ${name}`)
}

test('an edit that meets another in the same entry is shown both versions, and merged by choice', async () => {
  await withServer({}, async ({ page, url, path, text }) => {
    await page.goto(`${url}/features/search_v2/edit`)
    await page.getByLabel('percent_loggedin, in percent').fill('50')
    await page.getByRole('region', { name: 'What changes in' }).waitFor()
    writeFileSync(path, TEXT.replace('25 ', '30 '))
    await page.getByText('changed on both sides').waitFor()
    await page.getByLabel('Reason, for the history').fill('Half')
    await page.getByLabel('Yours').check()
    await page.getByRole('button', { name: 'Merge, and go on' }).click()
    await page.getByRole('button', { name: 'Save' }).and(page.locator(':enabled')).click()
    await page.getByText('search_v2 is saved, and in force.').waitFor()
    expect(text()).toBe(TEXT.replace('25 ', '50 '))
  })
})

test('one that is saved before the page hears of the other is refused, and shown both versions', async () => {
  await withServer({}, async ({ elsewhere, url, path, text }) => {
    const page = await elsewhere()
    // Without the stream of events nothing says that the text has changed underneath.
    await page.route('**/api/v1/stream*', (route) => route.abort())
    await page.goto(`${url}/features/search_v2/edit`)
    await page.getByLabel('percent_loggedin, in percent').fill('50')
    await page.getByRole('region', { name: 'What changes in' }).waitFor()
    writeFileSync(path, TEXT.replace('25 ', '30 '))
    await save(page, 'Half')
    await page.getByText('changed on both sides').waitFor()
    // A third, while the page shows the second.
    writeFileSync(path, TEXT.replace('25 ', '40 '))
    for (const choice of ['first', 'second']) {
      await page.getByLabel('Yours').check()
      await page.getByRole('button', { name: 'Merge, and go on' }).click()
      if (choice === 'first') await page.getByText('percent_loggedin: 40').first().waitFor()
    }
    await page.getByRole('button', { name: 'Save' }).and(page.locator(':enabled')).click()
    await page.getByText('search_v2 is saved, and in force.').waitFor()
    expect(text()).toBe(TEXT.replace('25 ', '50 '))
  })
})

const DRAFTS = {
  'an entry': async (page: Page) => {
    await page.getByLabel('percent_loggedin, in percent').fill('50')
    return TEXT.replace('25 ', '50 ')
  },
  'the whole text': async (page: Page) => {
    await page.getByRole('button', { name: 'Whole text' }).click()
    await page.getByRole('textbox', { name: 'The whole text' }).press('Control+End')
    await page.keyboard.type('feature_new: on')
    return `${TEXT}feature_new: on`
  },
}

test.each(Object.entries(DRAFTS))(
  'a draft of %s stays while the file is away, and is saved when it is back',
  async (_, type) => {
    await withServer({}, async ({ page, url, path, text }) => {
      await page.goto(`${url}/features/search_v2/edit`)
      const wanted = await type(page)
      await page.getByRole('region', { name: 'What changes in' }).waitFor()
      rmSync(path)
      await page.getByText('it cannot be read now').waitFor()
      writeFileSync(path, TEXT)
      await save(page, 'While it was away')
      await page.getByText('is saved, and in force.').waitFor()
      expect(text()).toBe(wanted)
    })
  },
)

test('a bad edit is shown with its line and not saved', async () => {
  await withServer({}, async ({ page, url, text }) => {
    await page.goto(`${url}/features/search_v2/edit`)
    await page.getByLabel('percent_loggedin as a number').fill('250')
    await page.getByText('Fix the error in line 3 first.').waitFor()
    expect(text()).toBe(TEXT)
  })
})

test('the whole file is edited, with the draft of an entry in it, and merged with an edit elsewhere', async () => {
  await withServer({}, async ({ page, url, path, text, isOn }) => {
    await page.goto(`${url}/features/search_v2/edit`)
    await page.getByLabel('percent_loggedin, in percent').fill('50')
    await page.getByText('+  percent_loggedin: 50').waitFor()
    await page.getByRole('button', { name: 'Whole text' }).click()
    await page
      .getByRole('textbox', { name: 'The whole text' })
      .getByText('percent_loggedin: 50')
      .waitFor()
    await page.getByRole('textbox', { name: 'The whole text' }).click()
    await page.keyboard.press('Control+End')
    await page.keyboard.type('feature_new: {gold: perhaps}')
    await page.getByText('Fix the error in line 6 first.').waitFor()
    await page.locator('.cm-lint-marker-error').waitFor()
    for (let i = 0; i < 'perhaps}'.length; i++) await page.keyboard.press('Backspace')
    await page.keyboard.type('true}')
    await page.getByText('+feature_new: {gold: true}').waitFor()
    writeFileSync(path, TEXT.replace('chat: on', 'chat: off'))
    await page.getByText('Different entries were edited').waitFor()
    await page.getByLabel('Reason, for the history').fill('Two at once')
    await page.getByRole('button', { name: 'Merge, and go on' }).click()
    await page.getByRole('button', { name: 'Save' }).and(page.locator(':enabled')).click()
    await page.getByText('live.yaml is saved, and in force.').waitFor()
    expect(text()).toBe(
      `${TEXT.replace('25 ', '50 ').replace('chat: on', 'chat: off')}feature_new: {gold: true}\n`,
    )
    expect(isOn('chat', 't2_any')).toBe(false)
  })
})

test('a rule of an entry is switched off and on, and its share moved', async () => {
  const live = `feature_size:
  default: 25
  rules:
    # Small screens.
    - condition: { device: { $in: [phone, watch] } }
      force: 10
    - coverage: 0.05   # Slowly.
      force: 50
`
  await withServer({ live }, async ({ page, url, text }) => {
    await page.goto(`${url}/features/size/edit`)
    await page.getByText('Visitors whose device is phone or watch').waitFor()
    await page.getByLabel('rule 2, share, in percent').fill('10')
    await page.getByLabel('rule 1 is on').uncheck()
    await page.getByText('+    - coverage: 0.1').waitFor()
    await page.getByText('+      coverage: 0', { exact: true }).waitFor()
    await page.getByLabel('rule 1 is on').check()
    await page.getByText('+      coverage: 0', { exact: true }).waitFor({ state: 'detached' })
    await page.getByLabel('rule 1, value').fill('12')
    await page.getByText('+      force: 12').waitFor()
    await save(page, 'Twice as many')
    await page.getByText('size is saved, and in force.').waitFor()
    expect(text()).toBe(live.replace('0.05', '0.1').replace('force: 10', 'force: 12'))
  })
})

test('a feature is switched off from Now, with a reason, and comes back by Undo', async () => {
  await withServer({}, async ({ page, url, text, isOn }) => {
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

test('an edit is rolled back from the list of changes', async () => {
  await withServer({}, async ({ page, url, text }) => {
    await page.goto(`${url}/features/search_v2/edit`)
    await page.getByLabel('percent_loggedin as a number').fill('60')
    await page.getByText('+  percent_loggedin: 60').waitFor()
    await save(page, 'More')
    await page.getByText('search_v2 is saved, and in force.').waitFor()
    await page.getByRole('link', { name: 'Changes' }).click()
    await page.getByRole('button', { name: 'Roll back edit 1' }).click()
    await page.getByLabel('Reason, for the history').fill('It was too much')
    await page.keyboard.press('Enter')
    await page.getByText('Edit 1 is rolled back.').waitFor()
    await page.getByText('rolled back by edit 2').waitFor()
    expect(text()).toBe(TEXT)
  })
})

test('STALE is across the page when the file disappears, and gone when it is back', async () => {
  await withServer({}, async ({ page, url, path }) => {
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
  await withServer({}, async ({ page, url }) => {
    await page.goto(`${url}/features/search_v2`)
    await page.getByText('bucket <').waitFor()
    await page.getByLabel('Signed in').uncheck()
    await page.getByText('bucket <').waitFor({ state: 'detached' })
    await page.locator('.verdict.is-off').waitFor()
  })
})

test('five wrong tokens are refused, and then nobody signs in for a minute', async () => {
  const at = Date.now()
  const options = { people: { ada: ['editor'] }, now: () => at }
  await withServer(options, async ({ page, url, tokens }) => {
    await page.goto(`${url}/now`)
    const token = page.getByLabel('Token')
    for (let i = 0; i < 5; i++) {
      await token.fill(`wrong ${i}`)
      const answered = page.waitForResponse(`${url}/api/v1/session`)
      await page.keyboard.press('Enter')
      expect((await answered).status()).toBe(401)
      await page.getByText('This token is not valid.').waitFor()
      // The words may be those of the try before: the page has read this answer when the field is empty.
      await eventually('it has read it', async () => (await token.inputValue()) === '')
    }
    await token.fill(tokens['ada'] ?? '')
    await page.keyboard.press('Enter')
    await page.getByText('Too many wrong tokens. Try again in 60 seconds.').waitFor()
  })
})

test('a viewer reads everything and is offered no edit', async () => {
  await withServer({ people: { vera: ['viewer'] } }, async ({ page, url, tokens }) => {
    await signIn(page, `${url}/features/search_v2`, tokens['vera'])
    await page.getByText('25 % of signed-in visitors').first().waitFor()
    expect(await page.getByRole('link', { name: 'Edit' }).count()).toBe(0)
    expect(await page.getByRole('button', { name: 'Switch' }).count()).toBe(0)
    await page.goto(`${url}/features/search_v2/edit`)
    await page.getByText('You may not edit here.').waitFor()
  })
})

test('where approvals are on, an edit is proposed by one and approved by another', async () => {
  const people = { wendy: ['editor'], ada: ['approver'] }
  await withServer({ people, approvals: true }, async ({ page, elsewhere, url, tokens, text }) => {
    await signIn(page, `${url}/features/search_v2/edit`, tokens['wendy'])
    await page.getByLabel('percent_loggedin as a number').fill('60')
    await page.getByText('+  percent_loggedin: 60').waitFor()
    await page.getByLabel('Reason, for the history').fill('More')
    await page.getByRole('button', { name: 'Propose' }).click()
    await page.getByRole('heading', { name: 'Proposal 1' }).waitFor()
    await page.getByText('Somebody else has to approve what you proposed.').waitFor()
    expect(text()).toBe(TEXT)
    const ada = await elsewhere()
    await signIn(ada, `${url}/changes`, tokens['ada'])
    await ada.getByRole('link', { name: 'Review proposal 1' }).click()
    await ada.getByText('simulated visitors get another answer').waitFor()
    await ada.getByRole('button', { name: 'Approve, and put in force' }).click()
    await ada.getByText('Approved, and in force.').waitFor()
    expect(text()).toBe(TEXT.replace('25 ', '60 '))
    await page.getByText('approved by ada').waitFor()
  })
})
