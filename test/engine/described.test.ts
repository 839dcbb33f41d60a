import { memory, openFeatures } from '../../src/index'

const TEXT = `feature_good:
  gold: true
  users: [gary]
feature_text: '{"loggedin": true}'
feature_on: on
feature_bad: { gold: yes please }
`

test('a feature is described as its newest text has it, with the place of each key', async () => {
  const features = await openFeatures({ source: memory(TEXT, { name: 'live' }) })
  features.on('problem', () => undefined)
  const good = features.describe('good')
  expect(good).toMatchObject({
    source: 'live',
    position: { line: 1, column: 1 },
    value: { gold: true, users: ['gary'] },
    problems: [],
  })
  expect(good?.words()).toEqual([
    { selector: 'gold', words: 'visitors with gold' },
    { selector: 'users', words: '1 user (gary)' },
  ])
  expect(good?.placeOf('users')).toEqual({ line: 3, column: 3 })
  expect(features.describe('text')?.words()).toEqual([
    { selector: 'loggedin', words: 'all signed-in visitors' },
  ])
  expect(features.describe('on')?.words()).toEqual([{ selector: 'enabled', words: 'everybody' }])
  expect(features.describe('none')).toBeUndefined()
  await features.close()
})

test('a feature that was refused is described, too, and has nothing in force', async () => {
  const features = await openFeatures({ source: memory(TEXT) })
  features.on('problem', () => undefined)
  const bad = features.describe('bad')
  expect([bad?.feature, bad?.problems.length]).toEqual([undefined, 1])
  await features.close()
})

test('a feature of a GrowthBook payload is described by its rules', async () => {
  const payload = { features: { a: { defaultValue: 'x', rules: [{ force: 'y', coverage: 0.5 }] } } }
  const source = memory(JSON.stringify(payload), { format: 'json' })
  const features = await openFeatures({ source })
  expect(
    features
      .describe('a')
      ?.words()
      .map(({ words }) => words),
  ).toEqual(['"y" for 50 % of visitors', '"x" for everybody else'])
  await features.close()
})
