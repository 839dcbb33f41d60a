import { checkText, worldOf } from '../../src/index'
import { closeEngines, openEngine } from '../support/engine'

afterEach(closeEngines)

const rule = (condition: string): string =>
  `savedGroups: {staff: [u1]}\nfeature_x: {default: 0, rules: [{condition: ${condition}, force: 1}]}\n`
const life = (targeting: string): string =>
  `feature_x: {default: none, experiment: {targeting: '${targeting}', variants: [{name: a, value: in}]}}\n`
const visitor = worldOf({ user: { id: 'u1' }, attributes: { id: 'u1', country: 'NZ', age: 30 } })

describe('a condition that was broken over a good one never takes effect', () => {
  test.each<[broken: string, code: string]>([
    ['{country: {$inn: [NZ]}}', 'unknown-key'],
    ['{country: {in: [NZ]}}', 'unknown-key'],
    ['{country: {$in: [NZ], eq: NZ}}', 'unknown-key'],
    ['{country: {$in: NZ}}', 'bad-type'],
    ['{country: {$in: [[NZ]]}}', 'bad-type'],
    ['{country: {$regex: "("}}', 'bad-type'],
    ['{country: {$type: strng}}', 'out-of-range'],
    ['{age: {$gte: [18]}}', 'bad-type'],
    ['{age: {$gte: null}}', 'bad-type'],
    ['{age: {$exists: "yes"}}', 'bad-type'],
    ['{age: {$not: {$gtt: 5}}}', 'unknown-key'],
    ['{$orr: [{country: NZ}]}', 'unknown-key'],
    ['{$or: {country: NZ}}', 'bad-type'],
    ['{id: {$inGroup: stuff}}', 'unknown-key'],
    ['{$savedGroup: {id: stuff}}', 'unknown-key'],
    ['NZ', 'bad-type'],
  ])('%s', async (broken, code) => {
    const { features, set, problems } = await openEngine(rule('{country: NZ}'))
    await set(rule(broken))
    expect(features.for(visitor).decide('x')).toMatchObject({ value: 1, heldBack: true })
    expect(problems[0]).toMatchObject({ code, severity: 'error', feature: 'x', line: 2 })
    await set(rule('{country: AU}'))
    expect(features.for(visitor).decide('x')).toMatchObject({ value: 0, heldBack: undefined })
  })

  test.each([
    'country ==',
    'unknown(country)',
    'country + 1',
    'country.matches("(")',
    `${'x'.repeat(5000)} == 1`,
  ])('targeting: %s', async (broken) => {
    const { features, set, problems } = await openEngine(life('country == "NZ"'))
    await set(life(broken))
    expect(features.for(visitor).decide('x')).toMatchObject({ variant: 'a', heldBack: true })
    expect(problems).toMatchObject([{ code: 'bad-targeting', severity: 'error', line: 1 }])
    await set(life('country == "AU"'))
    expect(features.for(visitor).decide('x')).toMatchObject({ value: 'none', heldBack: undefined })
  })

  test('a saved group keeps its last good condition, and so do the rules that name it', async () => {
    const text = (condition: string): string =>
      `savedGroups: {kiwis: {type: condition, condition: ${condition}}}\nfeature_x: {default: 0, rules: [{condition: {$savedGroup: {id: kiwis}}, force: 1}]}\n`
    const { features, set, problems } = await openEngine(text('{country: NZ}'))
    await set(text('{country: {$inn: [NZ]}}'))
    expect(features.for(visitor).decide('x').value).toBe(1)
    expect(problems).toMatchObject([{ code: 'unknown-key', severity: 'error', line: 1 }])
    await set(text('{country: AU}'))
    expect(features.for(visitor).decide('x').value).toBe(0)
  })
})

test('targeting that never was good leaves the rest of the entry in force, and is replaced by any later version', async () => {
  const { features, set, problems } = await openEngine(life('country =='))
  expect(problems).toMatchObject([{ code: 'bad-targeting', severity: 'error' }])
  expect(features.for(visitor).decide('x')).toMatchObject({ value: 'none', heldBack: undefined })
  await set(life('country ==').replace('none', 'other'))
  expect(features.for(visitor).decide('x')).toMatchObject({ value: 'other', heldBack: undefined })
})

test("in a GrowthBook payload the same condition is a warning, and is answered as GrowthBook's SDKs do", async () => {
  const payload = (condition: object): string =>
    JSON.stringify({ features: { x: { defaultValue: 0, rules: [{ condition, force: 1 }] } } })
  const { features, set } = await openEngine(payload({ country: 'NZ' }), { format: 'json' })
  const broken = payload({ country: { $inn: ['NZ'] } })
  await set(broken)
  expect(features.for(visitor).decide('x')).toMatchObject({ value: 0, heldBack: undefined })
  expect(checkText(broken, { format: 'json' }).problems).toMatchObject([
    { code: 'unknown-key', severity: 'warning', path: 'rules.0.condition.country.$inn' },
  ])
})
