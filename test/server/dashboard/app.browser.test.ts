import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { eventually } from '../../support/eventually'
import { barriersInBothThemes, scrollsSideways } from './axe'
import { SIGNED_IN } from './mock-api'
import { EDIT, PAGES, PROBLEM, PROPOSAL } from './mock-pages'
import { pageTests } from './scene'

const { scene, on } = pageTests(PAGES)

/** Each page, and what is on it when all of it is there. */
const PLACES = [
  ['/features/search_v2', 'search_v2', 'gary has it'],
  ['/features/search_v2/edit', 'Edit search_v2', 'Nothing is changed yet.'],
  ['/experiments', 'Experiments', 'welcome_banner'],
  ['/experiments/4711', '4711', 'Not all of it can be said yet.'],
  ['/experiments/holdout:search_2027', 'holdout:search_2027', 'ranking_3'],
  ['/experiments/4711/plan', 'Plan of 4711', 'enough on day 25'],
  ['/now', 'READY', 'and 2 more'],
  ['/changes', 'Changes', 'Review proposal 3'],
  ['/proposals/3', 'Proposal 3', 'Approve, and put in force'],
  ['/fleet', 'Fleet', 'bad in web-17'],
  ['/generations?to=11', 'Compare generations', 'Roll back to 11'],
] as const

test.each(PLACES)('%s keeps nobody out, in both themes, and fits a phone', async (...place) => {
  const [path, heading, last] = place
  await on(path, async (page) => {
    await page.getByRole('heading', { name: heading, level: 1 }).waitFor()
    await page.getByText(last).first().waitFor()
    expect(await barriersInBothThemes(page)).toEqual([])
    await page.setViewportSize({ width: 390, height: 844 })
    expect(await scrollsSideways(page)).toBe(false)
  })
})

describe('sign-in', () => {
  afterEach(() => scene().api.answer({ 'GET session': () => ({ json: SIGNED_IN }) }))
  const signedOut = (): void =>
    scene().api.answer({
      'GET session': () => ({ json: { ...SIGNED_IN, user: null, csrf: null } }),
      'POST session': () => ({
        status: 401,
        json: { error: { code: 'bad_token', message: 'this token is not valid' } },
      }),
    })

  test('a wrong token is refused in words, and the fifth says how long to wait', async () => {
    signedOut()
    await on('/now', async (page) => {
      await page.getByLabel('Token').fill('wrong')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByText('This token is not valid.').waitFor()
      expect(await page.getByLabel('Token').inputValue()).toBe('')
      expect(await barriersInBothThemes(page)).toEqual([])
      scene().api.answer({
        'POST session': () => ({
          status: 429,
          json: { error: { code: 'too_many_requests', message: 'too many' } },
        }),
      })
      await page.getByLabel('Token').fill('wrong')
      await page.keyboard.press('Enter')
      await page.getByText('Too many wrong tokens.').waitFor()
    })
  })

  test.each([
    ['https://evil.example/', '/'],
    ['//evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['/now', '/now'],
  ])('after the sign-in, next=%s leads to %s of this page', async (next, path) => {
    signedOut()
    scene().api.answer({ 'POST session': () => ({ json: SIGNED_IN }) })
    await on(`/sign-in?next=${encodeURIComponent(next)}`, async (page) => {
      await page.getByLabel('Token').fill('right')
      await page.keyboard.press('Enter')
      await page.getByText('gary', { exact: true }).first().waitFor()
      expect(page.url()).toBe(scene().url + path)
    })
  })
})

test('the theme switch goes over what the system says, and is remembered', async () => {
  await on(
    '/changes',
    async (page) => {
      const background = () =>
        page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor')
      await page.getByRole('button', { name: 'Theme: as the system' }).waitFor()
      // Waiting in the page would need `unsafe-eval`, which its policy forbids.
      await eventually('the system is dark', () =>
        page.evaluate<boolean>("matchMedia('(prefers-color-scheme: dark)').matches"),
      )
      const dark = await background()
      await page.getByRole('button', { name: 'Theme: as the system' }).click()
      await page.getByRole('button', { name: 'Theme: dark' }).click()
      const light = await background()
      expect(light).not.toBe(dark)
      await page.reload()
      await page.getByRole('button', { name: 'Theme: light' }).waitFor()
      expect(await background()).toBe(light)
    },
    { colorScheme: 'dark' },
  )
})

test('the keyboard goes from page to page', async () => {
  await on('/', async (page) => {
    await page.getByRole('link', { name: 'dark_mode' }).waitFor()
    for (const [keys, heading] of [
      ['gn', 'READY'],
      ['gc', 'Changes'],
      ['gx', 'Experiments'],
    ] as const) {
      for (const key of keys) await page.keyboard.press(key)
      await page.getByRole('heading', { name: heading, level: 1 }).waitFor()
    }
  })
})

test('names, reasons, problems and diffs are texts, whatever is written in them', async () => {
  const attack = `<img src=x onerror="document.title='taken'">`
  const edit = { ...EDIT, by: attack, reason: attack, diff: `+${attack}`, source: attack }
  scene().api.answer({
    'GET edits': () => ({ json: { edits: [edit], hasMore: false } }),
    'GET proposals': () => ({
      json: { proposals: [{ ...PROPOSAL, by: attack, reason: attack, features: [attack] }] },
    }),
    'GET now': () => {
      const now = PAGES['GET now']?.(undefined, new URL('http://x'))?.json as object
      const problem = {
        ...PROBLEM,
        message: attack,
        excerpt: [{ line: 1, text: attack, isIt: true }],
      }
      return { json: { ...now, problems: [problem], heldBack: [attack], rejected: [attack] } }
    },
  })
  for (const path of ['/changes', '/now'])
    await on(path, async (page) => {
      await page.getByText(attack).first().waitFor()
      expect(await page.locator('main img').count()).toBe(0)
      expect(await page.title()).not.toBe('taken')
    })
})

test('all of the page is under 200 kB compressed, and what the first page needs under 90 kB', () => {
  const folder = join(__dirname, '../../../dist/dashboard')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(js|css|html|svg)$/.test(name),
  )
  const html = readFileSync(join(folder, 'index.html'), 'utf8')
  const sizeOf = (name: string): number => gzipSync(readFileSync(join(folder, name))).length
  const total = (names: readonly string[]): number =>
    names.reduce((sum, name) => sum + sizeOf(name), 0)
  const first = files.filter((name) => name === 'index.html' || html.includes(name))
  expect(first.length).toBeGreaterThan(2)
  expect(total(first)).toBeLessThan(90_000)
  expect(total(files)).toBeLessThan(200_000)
})
