import { barriersInBothThemes } from '../axe'
import { EDIT, NOW_READY, PAGES } from '../mock-pages'
import { pageTests } from '../scene'

const { scene, on } = pageTests(PAGES)

test('STALE is across every page as soon as the server says so, and gone when it is over', async () => {
  const since = Date.now() - 60_000
  await on('/now', async (page) => {
    await page.getByRole('heading', { name: 'READY' }).waitFor()
    scene().api.answer({
      'GET now': () => ({ json: { ...NOW_READY, status: 'STALE', staleSince: since } }),
    })
    scene().api.emit('status', { status: 'STALE', generation: 7, staleSince: since })
    await page.getByRole('alert').getByText('STALE').waitFor()
    await page.getByRole('heading', { name: 'STALE' }).waitFor()
    expect(await barriersInBothThemes(page)).toEqual([])
    await page.getByRole('link', { name: 'Changes' }).click()
    await page.getByRole('alert').getByText('STALE').waitFor()
    scene().api.emit('status', { status: 'READY', generation: 8, staleSince: null })
    await page.getByRole('alert').waitFor({ state: 'detached' })
  })
  scene().api.answer(PAGES)
})

test('any feature is found and switched off, by the keyboard alone, with a way back', async () => {
  const reasons: unknown[] = []
  scene().api.answer({
    'POST features/search_v2/off': (body) => {
      reasons.push(body)
      return { json: { edit: EDIT, generation: 8, hash: 'h2' } }
    },
  })
  await on('/now', async (page) => {
    await page.getByLabel('Which feature').fill('search_v2')
    await page.getByRole('button', { name: 'Switch search_v2 off' }).waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.type('The queue is full')
    await page.keyboard.press('Enter')
    await page.getByText('search_v2 is off for everybody.').waitFor()
    await page.getByRole('button', { name: 'Undo' }).waitFor()
    expect(reasons).toEqual([{ reason: 'The queue is full' }])
  })
})
