/** What somebody hostile tries against the page and its server, in a browser that would let them. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { eventually } from '../../support/eventually'
import type { Page } from 'playwright-core'
import { realTests, signIn, TEXT } from './real-scene'

const withServer = realTests()

const ATTACK = `"><img src=x onerror="document.title='taken'"><script>document.title='taken'</script>`
const QUOTED = JSON.stringify(ATTACK)

/** A live config with the attack in every place that has room for a text. */
const HOSTILE = `
${JSON.stringify(`feature_${ATTACK}`)}:
  description: ${QUOTED}
  owner: ${QUOTED}
  tags: [${QUOTED}]
  expires: ${QUOTED}
  ticket: ${QUOTED}
  users: [${QUOTED}]
  experiment:
    experiment_id: ${QUOTED}
    loggedin: true
    variants: {${QUOTED}: 25, b: 25}
feature_rules:
  default: ${QUOTED}
  rules:
    - condition: {${QUOTED}: ${QUOTED}}
      force: ${QUOTED}
    - key: ${QUOTED}
      variations: [${QUOTED}, b]
feature_bad: {gold: ${QUOTED}, ${QUOTED}: 1}
`

const NAME = encodeURIComponent(ATTACK)
const PLACES = [
  ['the features', '/', ATTACK],
  ['one feature', `/features/${NAME}`, 'Who gets it'],
  ['the form of an entry', `/features/${NAME}/edit`, 'Nothing is changed yet.'],
  ['rules', '/features/rules/edit', 'Visitors whose'],
  ['the experiments', '/experiments', ATTACK],
  ['one experiment', `/experiments/${NAME}`, 'of '],
  ['now', '/now', ATTACK],
  ['the changes', '/changes', ATTACK],
] as const

/** Nothing that the text says has become a part of the page. */
async function expectOnlyTexts(page: Page): Promise<void> {
  expect(await page.locator('main img, main script, dialog img').count()).toBe(0)
  expect(await page.title()).not.toBe('taken')
}

/** An edit that is in the log, undone, and a visitor that is saved, each with the attack. */
async function attackTheLists(url: string): Promise<void> {
  const send = async (method: string, path: string, body: unknown): Promise<void> => {
    const answer = await fetch(`${url}/api/v1/${path}`, { method, body: JSON.stringify(body) })
    expect(answer.status).toBe(200)
  }
  await send('POST', `features/${NAME}/off`, { reason: ATTACK })
  await send('POST', 'edits/1/rollback', { reason: ATTACK })
  const world = { user: { id: ATTACK, name: ATTACK }, attributes: { [ATTACK]: ATTACK } }
  const name = encodeURIComponent(ATTACK.replaceAll('/', '|').slice(0, 80))
  await send('PUT', `worlds/${name}`, { world })
}

test.each(PLACES)('on the page of %s texts are texts, whatever they say', async (_, path, seen) => {
  await withServer({ live: HOSTILE }, async ({ page, url }) => {
    await attackTheLists(url)
    await page.goto(url + path)
    await page.locator('main').getByText(seen).filter({ visible: true }).first().waitFor()
    await expectOnlyTexts(page)
  })
})

test('a saved visitor and the text of an entry are texts, whatever they say', async () => {
  await withServer({ live: HOSTILE }, async ({ page, url }) => {
    await attackTheLists(url)
    await page.goto(`${url}/features/${NAME}`)
    await page.getByLabel('Saved visitors').selectOption({ index: 1 })
    await eventually('the saved visitor is shown', () =>
      page.evaluate<boolean>(
        `document.querySelector('.world input.field').value.includes('onerror')`,
      ),
    )
    await expectOnlyTexts(page)
    await page.goto(`${url}/features/${NAME}/edit`)
    await page.getByRole('button', { name: 'Text', exact: true }).click()
    await page.getByLabel('The text of the entry').getByText('onerror').first().waitFor()
    await expectOnlyTexts(page)
  })
})

test('the exports of a report take no script along', async () => {
  await withServer({ live: HOSTILE }, async ({ page, url }) => {
    const report = `${url}/api/v1/experiments/${NAME}/report`
    const svg = await fetch(`${report}.svg`)
    expect(svg.headers.get('content-disposition')).toMatch(/^attachment/)
    expect(svg.headers.get('content-security-policy')).toMatch(/default-src 'none'/)
    expect(svg.headers.get('x-content-type-options')).toBe('nosniff')
    await page.goto(url)
    const parts = await page.evaluate<string[]>(
      `(() => {
        const svg = new DOMParser().parseFromString(${JSON.stringify(await svg.text())}, 'image/svg+xml')
        return [...svg.querySelectorAll('*')].flatMap((one) =>
          [one.localName, ...[...one.attributes].map(({ name }) => name)])
      })()`,
    )
    expect(parts).toContain('svg')
    expect(
      parts.filter((one) => /^on|script|foreignObject|href|parsererror|img/i.test(one)),
    ).toEqual([])
    const csv = await fetch(`${report}.csv`)
    expect(csv.headers.get('content-disposition')).toMatch(/^attachment/)
    expect(await csv.text()).not.toMatch(/(^|,|\n)"?[=+\-@]/)
  })
})

/** A page of another origin, with a script of its own. */
async function withEvilPage(html: string, work: (url: string) => Promise<void>): Promise<void> {
  const evil = createServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end(`<title>Evil</title>${html}`),
  ).listen(0)
  await once(evil, 'listening')
  try {
    await work(`http://127.0.0.1:${(evil.address() as AddressInfo).port}`)
  } finally {
    evil.closeAllConnections()
    evil.close()
  }
}

/** Ports do not divide sites, so cookies are sent and `SameSite` does not help. */
const forged = (target: string): string => `
  <form method="post" enctype="text/plain" action="${target}">
    <input name='{"reason": "forged", "x": "' value='"}' />
    <button>Win a prize</button>
  </form>`

test.each([
  ['where people sign in', { ada: ['editor'] }],
  ['on a machine of its own, without tokens', {}],
])('a form of another origin edits nothing %s', async (_, people) => {
  await withServer({ people }, async ({ page, url, tokens, text }) => {
    if ('ada' in people) await signIn(page, url, tokens['ada'])
    const target = `${url}/api/v1/features/chat/off`
    await withEvilPage(forged(target), async (evil) => {
      await page.goto(evil)
      const answered = page.waitForResponse(target)
      await page.getByRole('button').click()
      expect((await answered).status()).toBe(403)
      await page.goto(evil)
      const init = `{ method: 'POST', mode: 'no-cors', credentials: 'include', body: '{"reason": "forged"}' }`
      const again = page.waitForResponse(target)
      await page.evaluate(`fetch(${JSON.stringify(target)}, ${init})`)
      expect((await again).status()).toBe(403)
      const read = `fetch(${JSON.stringify(`${url}/api/v1/session`)}, { credentials: 'include' }).then(() => 'read', () => 'refused')`
      expect(await page.evaluate<string>(read)).toBe('refused')
      expect(text()).toBe(TEXT)
    })
  })
})

test('no page of another origin has the dashboard in a frame', async () => {
  await withServer({}, async ({ page, url }) => {
    await withEvilPage(`<iframe src="${url}/now"></iframe>`, async (evil) => {
      const refused = page.waitForEvent('console', (message) => /frame/i.test(message.text()))
      await page.goto(evil)
      expect((await refused).text()).toMatch(/frame-ancestors|X-Frame-Options/)
      expect(page.frames().map((frame) => frame.url())).not.toContain(`${url}/now`)
    })
  })
})

test.each(['https://evil.example/', '//evil.example', '/\\\\evil.example', 'javascript:alert(1)'])(
  'the sign-in leads nowhere else than to this server: next=%s',
  async (next) => {
    await withServer({ people: { ada: ['viewer'] } }, async ({ page, url, tokens }) => {
      await signIn(page, `${url}/sign-in?next=${encodeURIComponent(next)}`, tokens['ada'])
      expect(page.url()).toBe(`${url}/`)
    })
  },
)

test('a session that somebody planted before the sign-in is worth nothing after it', async () => {
  await withServer({ people: { ada: ['editor'] } }, async ({ page, elsewhere, url, tokens }) => {
    const planted = { name: 'liveflag_session', value: 'p'.repeat(43), url }
    await page.context().addCookies([planted])
    await signIn(page, url, tokens['ada'])
    const [cookie] = await page.context().cookies()
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' })
    expect(cookie?.value).not.toBe(planted.value)
    const attacker = await elsewhere()
    await attacker.context().addCookies([planted])
    await attacker.goto(url)
    await attacker.getByLabel('Token').waitFor()
  })
})
