/** The key `control`: which variant the others are compared with. */
import type { JsonObject } from '../../src/core/json'
import {
  controlProblems,
  controlsOfRule,
  declaredControls,
  namedControls,
} from '../../src/experiments/control'
import { closeEngines, openEngine } from '../support/engine'

afterEach(closeEngines)

test('one name, or a list of names that are counted as one', () => {
  expect(declaredControls({ control: 'legacy' })).toEqual(['legacy'])
  expect(declaredControls({ control: ['a', 'b', 'a'] })).toEqual(['a', 'b'])
  expect(declaredControls({})).toEqual([])
})

test('what is declared goes before every name; without it names say it, or nothing does', () => {
  expect(namedControls(['control', 'fast'], ['fast'])).toEqual(['fast'])
  expect(namedControls(['a', 'control', 'control_1'])).toEqual(['control'])
  expect(namedControls(['a', 'control_1', 'control_2'])).toEqual(['control_1', 'control_2'])
  expect(namedControls(['fast', 'legacy'])).toEqual([])
})

test('while nobody is in the control that is declared, no other takes its place', () => {
  expect(namedControls(['control', 'fast'], ['legacy'])).toEqual(['legacy'])
  expect(namedControls(['a', 'fast'], ['a', 'b'])).toEqual(['a'])
})

test.each<[string, JsonObject, string]>([
  ['another name', { control: 'legcy' }, 'no variant; did you mean legacy?'],
  ['no name like it', { control: 'old' }, 'the experiment has fast, legacy'],
  ['a number', { control: 3 }, 'control is a number; write the name of a variant'],
  ['an empty list', { control: [] }, 'control is a list of other things than names'],
  ['all of them', { control: ['fast', 'legacy'] }, 'nothing is compared with it'],
])('%s is a problem', (_what, experiment, message) => {
  expect(controlProblems(experiment, ['fast', 'legacy'])).toMatchObject([
    { path: ['control'], message: expect.stringContaining(message) },
  ])
})

test('of a rule the first variant is the control, unless a name or the key says another', () => {
  expect(controlsOfRule({}, ['old', 'new'])).toEqual(['old'])
  expect(controlsOfRule({ control: 'new' }, ['old', 'new'])).toEqual(['new'])
  // What is called a control is found by its name.
  expect(controlsOfRule({}, ['new', 'control'])).toEqual([])
})

test('a rule may declare its control, by the key of a variation or by its number', async () => {
  const rules = (control: string, also = ''): string =>
    `{default: 1, rules: [{key: exp, variations: [1, 2], hashVersion: 2, control: ${control}${also}}]}`
  const { problems } = await openEngine(`feature_a: ${rules('"1"')}
feature_b: ${rules('new', ', meta: [{key: old}, {key: new}]')}
feature_c: ${rules('neu', ', meta: [{key: old}, {key: new}]')}
feature_d: ${rules('1')}
`)
  expect(problems).toMatchObject([
    { feature: 'c', code: 'no-control', message: expect.stringContaining('did you mean new?') },
    { feature: 'd', code: 'bad-type', message: expect.stringContaining('control is a number') },
  ])
})

test('an entry with a control that is no variant is refused, and one of any kind may name one', async () => {
  const { problems } = await openEngine(`feature_a:
  experiment: {enabled: on, control: old, variants: [{name: fast}, {name: legacy}]}
feature_b:
  experiment: {enabled: on, control: legacy, variants: [{name: fast}, {name: legacy}]}
feature_c:
  experiment: {enabled: on, control: control_1, variants: {big: 10}}
`)
  expect(problems).toMatchObject([{ code: 'no-control', feature: 'a', severity: 'error' }])
})
