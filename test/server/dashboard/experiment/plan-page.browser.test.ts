import { eventually } from '../../../support/eventually'
import { PAGES, PLAN } from '../mock-pages'
import { pageTests } from '../scene'

const { scene, on } = pageTests(PAGES)

test('a plan is of the first metric, for an effect of 5 %, until something else is asked', async () => {
  const asked: string[] = []
  scene().api.answer({
    'GET experiments/4711/plan': (_, url) => {
      asked.push(url.search)
      return { json: PLAN }
    },
  })
  await on('/experiments/4711/plan', async (page) => {
    await page.waitForURL((url) => url.search.includes('conversion=purchase'))
    const table = page.getByRole('region', { name: 'Units and days' })
    await table.getByText('38,000').waitFor()
    await page.getByText('437 units come on a day, as recorded').waitFor()
    await page.getByLabel('Effect to find').fill('12%')
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => url.search.includes('effect=12%25'))
    const query = '?conversion=purchase&effect=12%25&power=80%25'
    await eventually('another effect', () => asked.at(-1) === query)
    await page.getByText('a window', { exact: false }).click()
    await page.getByLabel('Window of a unit').fill('7d')
    await page.keyboard.press('Enter')
    await eventually('a window', () => asked.at(-1) === `${query}&window=7d`)
    await page.getByText('As a table').click()
    await page.getByRole('region', { name: 'The smallest effect by the day' }).waitFor()
  })
})

test('what is missing is said, and where there is no metric there is no plan', async () => {
  scene().api.answer({
    'GET experiments/4711/plan': () => ({
      json: { ...PLAN, plan: null, curve: [], conversions: [], note: 'say what is measured' },
    }),
  })
  await on('/experiments/4711/plan', async (page) => {
    await page.getByRole('status').getByText('Say what is measured.').waitFor()
    expect(await page.getByRole('region', { name: 'Units and days' }).count()).toBe(0)
    await page.getByLabel('Rate without a change').waitFor()
  })
})
