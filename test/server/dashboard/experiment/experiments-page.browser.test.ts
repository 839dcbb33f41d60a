import { PAGES } from '../mock-pages'
import { pageTests } from '../scene'

const { scene, on } = pageTests(PAGES)

test('holdouts are listed beside the experiments, with whom they keep out of what', async () => {
  await on('/experiments', async (page) => {
    const experiments = page.getByRole('region', { name: 'Experiments' })
    await experiments.getByRole('link', { name: '4711' }).waitFor()
    expect(await experiments.getByText('search_2027').count()).toBe(0)
    const holdouts = page.getByRole('region', { name: 'Holdouts' }).getByRole('table')
    await holdouts.getByText('the experiments of search').waitFor()
    await holdouts.getByText('120,400').waitFor()
    expect(await holdouts.getByRole('link').count()).toBe(6)
    await holdouts.getByText('and 3 more').click()
    await holdouts.getByRole('link', { name: 'ranking_6' }).waitFor()
  })
})

test('the keyboard alone gets from the list to the report of a holdout', async () => {
  await on('/experiments', async (page) => {
    await page.getByRole('link', { name: 'search_2027', exact: true }).waitFor()
    const focused = () => page.evaluate<string>('document.activeElement.textContent')
    for (let presses = 0; presses < 30 && (await focused()) !== 'search_2027'; presses++)
      await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByText('keeps 5 % of all people out of the experiments of search').waitFor()
    await page.getByRole('region', { name: 'Held back' }).waitFor()
  })
})

test('a list without any says so, and has no empty table of holdouts', async () => {
  scene().api.answer({ 'GET experiments': () => ({ json: { experiments: [] } }) })
  await on('/experiments', async (page) => {
    await page.getByText('There is no experiment yet.').waitFor()
    expect(await page.getByText('Holdouts').count()).toBe(0)
  })
})
