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
    ['{age: {$size: many}}', 'bad-type'],
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

describe('a rule that was broken over a good one never takes effect', () => {
  test.each<[broken: string, code: string, message: RegExp]>([
    ['{condition: {country: NZ}}', 'bad-type', /neither force nor variations, so it takes nobody/],
    ['{force: 1, range: [0, 50]}', 'out-of-range', /range from 0 to 50 is no part of 0 to 1/],
    ['{force: 1, range: [0.5, 0.2]}', 'out-of-range', /from 0.5 to 0.2/],
    ['{force: 1, filters: [{seed: s, ranges: [[-1, 0.5]]}]}', 'out-of-range', /from -1/],
    ['{variations: [1, 2], namespace: [n, 10, 60]}', 'out-of-range', /from 10 to 60/],
    ['{variations: [1, 2], ranges: [[0, 0.5], [50, 100]]}', 'out-of-range', /from 50 to 100/],
    ['{variations: [1, 2], meta: [{nam: a}, {name: b}]}', 'unknown-key', /did you mean name\?/],
    ['{force: 1, filters: [{sed: s, ranges: [[0, 1]]}]}', 'unknown-key', /did you mean seed\?/],
    [
      '{force: 1, parentConditions: [{id: on, conditions: {value: true}}]}',
      'unknown-key',
      /did you mean condition\?/,
    ],
    [
      '{force: 1, parentConditions: [{id: on, condition: {valeu: true}}]}',
      'unknown-key',
      /a required feature has no valeu; ask for its value/,
    ],
    [
      '{force: 1, parentConditions: [{id: on, condition: {$or: [{$not: {id: 1}}]}}]}',
      'unknown-key',
      /has no id/,
    ],
    ['{force: 1, parentConditions: [{id: on, gate: "no"}]}', 'bad-type', /write true or false/],
  ])('%s', async (broken, code, message) => {
    const entry = (rule: string): string =>
      `feature_on: on\nfeature_x: {default: 0, rules: [${rule}]}\n`
    const { features, set, problems } = await openEngine(entry('{force: 1}'))
    await set(entry(broken))
    expect(features.for(visitor).decide('x')).toMatchObject({ value: 1, heldBack: true })
    expect(problems).toMatchObject([{ code, severity: 'error', feature: 'x', line: 2 }])
    expect(problems[0]?.message).toMatch(message)
  })

  test.each([
    '{parentConditions: [{id: on, gate: true}]}',
    '{force: 1, parentConditions: [{id: on, condition: {value.a: 1, $and: [{value: {a: 1}}]}}]}',
    '{variations: [1, 2], ranges: [[0, 0.5], [0.5, 0.5]]}',
  ])('%s is none', (rule) => {
    expect(checkText(`feature_on: on\nfeature_x: {rules: [${rule}]}\n`).problems).toEqual([])
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
