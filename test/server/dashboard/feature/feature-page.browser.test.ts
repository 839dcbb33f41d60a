import { PAGES } from '../mock-pages'
import { pageTests } from '../scene'

const { scene, on } = pageTests(PAGES)

test('two visitors are explained as their names are typed, each with the line that decided', async () => {
  await on('/features/search_v2', async (page) => {
    await page.getByText('gary has it: users lists them.').waitFor()
    expect(await page.locator('.entry-text .is-it').innerText()).toContain('users: [gary')
    await page.getByLabel('User name').fill('mallory')
    await page.getByText('No selector knows this visitor.').waitFor()
    await page.getByText('bucket < 250 of 1000').waitFor()
    expect(await page.locator('.entry-text .is-it').count()).toBe(0)
  })
})

test('a saved visitor is picked, and one is saved for everybody', async () => {
  const saved: unknown[] = []
  scene().api.answer({ 'PUT worlds/Gary': (body) => (saved.push(body), { json: {} }) })
  await on('/features/search_v2', async (page) => {
    await page.getByText('gary has it').waitFor()
    await page.getByLabel('gold').check()
    await page.getByRole('button', { name: 'Save this visitor' }).click()
    await page.getByLabel('Name of this visitor').fill('Gary')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Save this visitor' }).waitFor()
    expect(saved).toEqual([{ world: { user: { id: 't2_4k2', name: 'gary', gold: true } } }])
    await page.getByLabel('Saved visitors').selectOption('A visitor from NZ')
    expect(await page.getByLabel('One a line').inputValue()).toBe('country: NZ')
    await page.getByText('No selector knows this visitor.').waitFor()
  })
})

test('a feature that is not there says so', async () => {
  await on('/features/gone', async (page) => {
    await page.getByText('There is no feature gone.').waitFor()
  })
})
