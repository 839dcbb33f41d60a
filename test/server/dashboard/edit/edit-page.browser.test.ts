import type { Page } from 'playwright-core'
import type { Preview, ProposedEdit } from '../../../../src/server/admin/edits/contract'
import { eventually } from '../../../support/eventually'
import { SIGNED_IN } from '../mock-api'
import { EDIT, PAGES, PREVIEW, PROBLEM, PROPOSAL, TEXT } from '../mock-pages'
import { pageTests } from '../scene'

const { scene, on } = pageTests(PAGES)
const EDIT_PAGE = '/features/search_v2/edit'
const saved = { edit: EDIT, generation: 8, hash: 'h2' }

/** What the page posts, oldest first. */
function posts(key: string, answer: { status?: number; json: unknown }): unknown[] {
  const bodies: unknown[] = []
  scene().api.answer({ [key]: (body) => (bodies.push(body), answer) })
  return bodies
}

const slide = async (page: Page, to: string): Promise<void> =>
  page.getByLabel('percent_loggedin, in percent').fill(to)

const sessionWith = (needsApproval: boolean): void =>
  scene().api.answer({
    'GET session': () => ({
      json: { ...SIGNED_IN, server: { ...SIGNED_IN.server, needsApproval } },
    }),
  })

beforeEach(() => {
  scene().api.answer(PAGES)
  sessionWith(false)
})

test('a slider is moved, its impact read, the edit saved with a reason, and undone', async () => {
  const previews = posts('POST edits/preview', { json: PREVIEW })
  const saves = posts('POST edits', { json: saved })
  const rollbacks = posts('POST edits/12/rollback', { json: saved })
  await on(EDIT_PAGE, async (page) => {
    await slide(page, '50.1')
    await page.getByText('203', { exact: true }).first().waitFor()
    await page.getByRole('button', { name: 'Name 2 of them' }).click()
    await page.getByText('t2_9xa').waitFor()
    const changes = [{ kind: 'set', feature: 'search_v2', path: ['percent_loggedin'], value: 50.1 }]
    const edit = { source: 'config/live.yaml', baseHash: 'h1', changes }
    expect(previews.at(-1)).toEqual(edit)
    expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
    await page.getByLabel('Reason, for the history').fill('More of it')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('search_v2 is saved, and in force.').waitFor()
    expect(saves).toEqual([{ ...edit, reason: 'More of it' }])
    expect(page.url()).toBe(`${scene().url}/features/search_v2`)
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('Undone.').waitFor()
    expect(rollbacks).toEqual([{ reason: 'Undo: Half of the target; SEARCH-118' }])
  })
})

test('a bad text is shown with its line, and cannot be saved', async () => {
  const bad: Preview = { ...PREVIEW, problems: [{ ...PROBLEM, line: 41 }], isRefused: true }
  posts('POST edits/preview', { json: bad })
  await on(EDIT_PAGE, async (page) => {
    await page.getByRole('button', { name: 'Text', exact: true }).click()
    await page.getByLabel('The text of the entry').click()
    await page.keyboard.press('Control+End')
    await page.keyboard.type('percent_loggedin: 250')
    await page.getByText('Fix the error in line 41 first.').waitFor()
    await page.locator('.cm-lint-marker-error').waitFor()
    expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
  })
})

test('the text completes keys from the schema', async () => {
  await on(EDIT_PAGE, async (page) => {
    await page.getByRole('button', { name: 'Text', exact: true }).click()
    await page.getByLabel('The text of the entry').click()
    await page.keyboard.press('Control+End')
    await page.keyboard.type('  percent_')
    await page.getByRole('option', { name: 'percent_loggedout' }).waitFor()
  })
})

test('an edit that meets another is refused, shows both versions, and is merged', async () => {
  const theirs = TEXT.replace('25', '30')
  const mine = TEXT.replace('25', '50')
  const entry = { feature: 'search_v2', base: TEXT, mine, theirs, isConflict: true }
  const conflict = { isBaseLost: false, entries: [entry], merged: null }
  posts('POST edits', {
    status: 409,
    json: {
      error: { code: 'changed', message: 'the file changed' },
      preview: { ...PREVIEW, hash: 'h9', conflict },
    },
  })
  const previews = posts('POST edits/preview', { json: PREVIEW })
  await on(EDIT_PAGE, async (page) => {
    await slide(page, '50')
    await page.getByLabel('Reason, for the history').fill('More')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('changed on both sides').waitFor()
    await page.getByText('percent_loggedin: 30').waitFor()
    expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
    await page.getByLabel('Yours').check()
    await page.getByRole('button', { name: 'Merge, and go on' }).click()
    await eventually(
      'a preview over the newest file',
      () => (previews.at(-1) as ProposedEdit).baseHash === 'h9',
    )
    expect((previews.at(-1) as ProposedEdit).changes).toEqual([
      { kind: 'text', feature: 'search_v2', text: mine },
    ])
  })
})

test('where approvals are on, an edit is proposed, and another person approves it', async () => {
  sessionWith(true)
  posts('POST edits/preview', { json: { ...PREVIEW, needsApproval: true } })
  posts('POST edits', { status: 202, json: PROPOSAL })
  const reviews = posts('POST proposals/3/approve', { json: saved })
  await on(EDIT_PAGE, async (page) => {
    await slide(page, '50')
    await page.getByLabel('Reason, for the history').fill('More')
    await page.getByRole('button', { name: 'Propose' }).click()
    await page.getByText('Proposed as number 3.').waitFor()
    await page.getByRole('heading', { name: 'Proposal 3' }).waitFor()
    const reject = page.getByRole('button', { name: 'Reject' })
    expect(await reject.isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Approve, and put in force' }).click()
    await page.getByText('Approved, and in force.').waitFor()
    expect(reviews).toEqual([{}])
  })
})

test('whoever need not be approved saves, also where approvals are on', async () => {
  sessionWith(true)
  await on(EDIT_PAGE, async (page) => {
    await slide(page, '50')
    await page.getByText('203', { exact: true }).first().waitFor()
    await page.getByRole('button', { name: 'Save' }).waitFor()
    expect(await page.getByRole('button', { name: 'Propose' }).count()).toBe(0)
  })
})

test('nobody approves what they proposed, but they can withdraw it, also while the file cannot be read', async () => {
  const proposal = { ...PROPOSAL, by: 'gary' }
  const withdrawals = posts('POST proposals/3/reject', { json: proposal })
  scene().api.answer({ 'GET proposals/3': () => ({ json: { proposal, preview: null } }) })
  await on('/proposals/3', async (page) => {
    await page.getByText('Somebody else has to approve what you proposed.').waitFor()
    expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0)
    await page.getByLabel('Comment; needed to withdraw').fill('Not now')
    await page.getByRole('button', { name: 'Withdraw' }).click()
    await page.getByText('Withdrawn.').waitFor()
    expect(withdrawals).toEqual([{ comment: 'Not now' }])
  })
})

test('an edit of the file that changed no entry cannot be rolled back here', async () => {
  await on('/changes', async (page) => {
    await page.getByRole('button', { name: 'Roll back edit 12' }).waitFor()
    expect(await page.getByRole('button', { name: 'Roll back edit 11' }).count()).toBe(0)
  })
})

test('an edit is rolled back with a reason', async () => {
  const rollbacks = posts('POST edits/12/rollback', { json: saved })
  await on('/changes', async (page) => {
    await page.getByRole('button', { name: 'Roll back edit 12' }).click()
    await page.getByLabel('Reason, for the history').fill('It was too much')
    await page.keyboard.press('Enter')
    await page.getByText('Edit 12 is rolled back.').waitFor()
    expect(rollbacks).toEqual([{ reason: 'It was too much' }])
  })
})
