import type { GatesView } from '../../../../src/server/admin/gates/contract'
import { DETAIL, EDIT, GATES, PAGES } from '../mock-pages'
import { barriersInBothThemes, scrollsSideways } from '../axe'
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

describe('a ramp with gates', () => {
  const ramped = (view: Partial<GatesView> = {}): void => {
    const { row } = DETAIL
    const ramp = { path: 'experiment.traffic', words: GATES.words, held: GATES.held }
    scene().api.answer({
      'GET features/search_v2': () => ({
        json: { ...DETAIL, row: { ...row, ramps: [{ ...ramp, gates: GATES.gates }] } },
      }),
      'GET features/search_v2/gates': () => ({ json: { ...GATES, ...view } }),
    })
  }
  afterEach(() => scene().api.answer(PAGES))

  test('says what holds it, the verdict of each gate with its limit, and why it was put back', async () => {
    ramped()
    await on('/features/search_v2', async (page) => {
      const card = page.getByRole('region', { name: 'Gates of the ramp' })
      await card.getByText('Not all of it can be said yet.').waitFor()
      const rows = card.getByRole('region', { name: 'Gates', exact: true }).getByRole('row')
      expect(await rows.allInnerTexts()).toEqual([
        expect.stringMatching(/^Gate\s+Variant/),
        expect.stringMatching(/errors\s+friendly\s+pass\s+−9.1 % .*\s+at most \+5 %/),
        expect.stringMatching(/latency\s+playful\s+inconclusive\s+\+2.1 % .*\s+at most \+10 %/),
        expect.stringMatching(/orders\s+playful\s+inconclusive\s+nothing .*\s+at least −2 %/),
      ])
      await card.getByText('latency of playful +31.0 %').waitFor()
      await card.getByText('from 31.25 % to 0 %').waitFor()
      await card.getByText('the timeout was ours').waitFor()
      await card.getByText('This server judges it every 5 min').waitFor()
      expect(await barriersInBothThemes(page)).toEqual([])
      await page.setViewportSize({ width: 390, height: 844 })
      expect(await scrollsSideways(page)).toBe(false)
    })
  })

  test.each<[string, Partial<GatesView>, string]>([
    [
      'put back',
      { held: 'failed', verdict: null },
      'Then it is judged by errors and latency anew.',
    ],
    ['at its end', { held: null, verdict: null, edits: [] }, 'Between its start and its end'],
    [
      'without records',
      {
        verdict: { at: 0, outcome: 'inconclusive', reason: 'too few units: none', gates: [] },
        job: null,
      },
      'of errors and latency: too few units: none',
    ],
  ])('that is %s says so', async (_what, view, words) => {
    ramped(view)
    await on('/features/search_v2', async (page) => {
      await page.getByText(words).waitFor()
    })
  })
})

test('a ramp that was put back is resumed with a reason, by the keyboard alone', async () => {
  const sent: unknown[] = []
  scene().api.answer({
    'GET features/search_v2': () => ({
      json: {
        ...DETAIL,
        row: {
          ...DETAIL.row,
          ramps: [{ path: 'experiment.traffic', words: 'x', held: 'failed', gates: ['errors'] }],
        },
      },
    }),
    'GET features/search_v2/gates': () => ({
      json: { ...GATES, feature: 'search_v2', held: 'failed', verdict: null },
    }),
    'POST features/search_v2/gates/resume': (body) => (
      sent.push(body),
      { json: { edit: EDIT, generation: 8, hash: 'h2' } }
    ),
  })
  await on('/features/search_v2', async (page) => {
    await page.getByRole('button', { name: 'Resume the ramp' }).focus()
    await page.keyboard.press('Enter')
    await page.getByLabel('Reason, for the history').waitFor()
    expect(await barriersInBothThemes(page)).toEqual([])
    await page.keyboard.type('the timeout was ours')
    await page.keyboard.press('Enter')
    await page.getByText('The ramp of search_v2 grows again.').waitFor()
    expect(sent).toEqual([{ reason: 'the timeout was ours' }])
  })
  scene().api.answer(PAGES)
})

test('a feature says which holdouts hold it back, and leads to them', async () => {
  await on('/features/search_v2', async (page) => {
    await page.getByText('5 % by').waitFor()
    await page.getByRole('link', { name: 'holdout search_2027' }).click()
    await page.getByRole('heading', { name: 'holdout:search_2027', level: 1 }).waitFor()
  })
})
