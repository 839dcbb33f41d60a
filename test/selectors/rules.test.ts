import { type Facts, worldOf } from '../../src/index'
import { closeEngines, decisionOn, entryText, faultsOf, openEngine } from '../support/engine'

afterEach(closeEngines)

const gary: Facts = { user: { id: 't2_beef', name: 'gary', gold: true }, attributes: { country: 'KZ' } }
const RULES = 'rules: [{condition: {country: KZ}, force: blue}, {force: green}], default: grey'

test('the first rule that takes the visitor gives its value', async () => {
  expect(await decisionOn(`{${RULES}}`, gary)).toMatchObject({ enabled: true, value: 'blue', selector: 'rules[0]' })
  expect(await decisionOn(`{${RULES}}`, { attributes: { country: 'FR' } })).toMatchObject({ enabled: true, value: 'green', selector: 'rules[1]' })
})

test('whom no rule takes gets the default', async () => {
  expect(await decisionOn('{rules: [{condition: {country: KZ}, force: blue}], default: grey}', {})).toMatchObject({ enabled: true, value: 'grey', reason: 'DEFAULT' })
})

test.each([['true', true], ['false', false], ['0', false], ['1', true], ['""', false], ['a', true], ['{}', true], ['[]', true], ['null', false]])('a default of %s means enabled: %p', async (value, enabled) => {
  expect((await decisionOn(`{default: ${value}}`)).enabled).toBe(enabled)
  expect(faultsOf(`{default: ${value}}`)).toEqual([])
})

test.each(['gold: true', 'users: [gary]', 'percent_loggedin: 100'])('rules are asked after %s', async (selector) => {
  expect((await decisionOn(`{${RULES}, ${selector}}`, gary)).selector).toBe(selector.split(':')[0])
})

test('enabled: off stops rules too', async () => {
  expect(await decisionOn(`{enabled: off, ${RULES}}`, gary)).toMatchObject({ enabled: false, reason: 'DISABLED' })
})

test.each(['on', '5', '{force: blue}', 'null', 'true'])('rules that are %s and no list are refused, at their place', (value) => {
  expect(faultsOf(`\n  gold: true\n  rules: ${value}`)).toEqual([{ code: 'bad-type', severity: 'error', at: '3:10', path: 'rules' }])
})

test.each(['blue', '5', '[]', 'null'])('a rule that is %s and no mapping is refused, at its place', (rule) => {
  expect(faultsOf(`\n  rules: [{force: a}, ${rule}]`)).toContainEqual(expect.objectContaining({ code: 'bad-type', severity: 'error', at: '2:23', path: 'rules.1' }))
})

test('a key that no rule knows is refused, at its place', () => {
  expect(faultsOf('\n  rules:\n    - forse: a')).toContainEqual({ code: 'unknown-key', severity: 'error', at: '3:7', path: 'rules.0.forse' })
})

test("r2 knows no rules and no default: its own selectors answer alone", async () => {
  expect(await decisionOn(`{${RULES}, gold: true}`, gary, { compat: 'r2' })).toMatchObject({ enabled: true, selector: 'gold' })
  expect(await decisionOn(`{${RULES}}`, {}, { compat: 'r2' })).toMatchObject({ enabled: false, reason: 'DEFAULT' })
})

test('the default is the value of whoever nothing claims, not of those whom a selector lets in', async () => {
  const { features } = await openEngine(entryText('{gold: true, default: plain}'))
  expect(features.for(worldOf({})).decide('x')).toMatchObject({ value: 'plain', reason: 'DEFAULT' })
  expect(features.for(worldOf(gary)).decide('x')).toMatchObject({ enabled: true, selector: 'gold' })
})
