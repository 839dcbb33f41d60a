import { closeEngines, decisionOn, problemsOf, openEngine } from '../support/engine'

afterEach(closeEngines)

const NOTES = [
  'owner: design',
  'description: Dark colours.',
  'created: 2026-01-01',
  'expires: 2099-01-01',
  'ticket: X-1',
  'tags: [a, b]',
  'client: true',
  'permanent: true',
  'x-note: {a: [1, null]}',
  'x_note: 5',
  'x-: 1',
]

test.each(NOTES)('%s is no selector, and no problem', async (note) => {
  expect(problemsOf(`{gold: true, ${note}}`)).toEqual([])
  expect(problemsOf(`{gold: true, ${note}}`, 'r2')).toEqual([])
  const gold = { user: { id: 't2_1', gold: true } }
  expect(await decisionOn(`{gold: true, ${note}}`, gold)).toEqual(
    await decisionOn('{gold: true}', gold),
  )
})

test.each(NOTES)('adding, changing or taking away %s is no change of the feature', async (note) => {
  const { set, told } = await openEngine('feature_x: {gold: true}\n')
  const key = note.split(':')[0] ?? ''
  for (const entry of [
    `{gold: true, ${note}}`,
    `{${key}: something else, gold: true}`,
    '{gold: true}',
  ])
    expect(await set(`feature_x: ${entry}\n`)).toBe('installed')
  expect(told).toEqual(['ready 1'])
})

test('notes alone are an entry that lets nobody in', async () => {
  expect(await decisionOn('{owner: design}')).toMatchObject({ enabled: false, reason: 'DEFAULT' })
})

test.each([
  'Owner: a',
  'x: 1',
  'xnote: 1',
  'notes: a',
  '_x: 1',
  'constructor: 1',
  '__proto__: 1',
  'toString: 1',
])('%s is no note: nobody knows it', (key) => {
  expect(problemsOf(`{gold: true, ${key}}`)).toMatchObject([
    { code: 'unknown-key', severity: 'error' },
  ])
})

test('a change of a note inside an experiment counts as one: a variant may have the same name', async () => {
  const { set, changes } = await openEngine(
    'feature_x: {experiment: {loggedin: true, description: one}}\n',
  )
  await set('feature_x: {experiment: {loggedin: true, description: two}}\n')
  expect(changes).toMatchObject([{ changed: ['x'] }])
})

test('a note of any depth leaves the entry what it is, or is refused; it never switches the feature off in silence', async () => {
  const deep = `${'['.repeat(40)}${']'.repeat(40)}`
  const { features } = await openEngine(`feature_x: {enabled: on, x-note: ${deep}}\n`)
  expect(features.isEnabled('x') || features.snapshot.problems.length > 0).toBe(true)
})
