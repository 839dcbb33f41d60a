import { type Problem, worldOf } from '../../src/index'
import { closeEngines, eventsDelivered, openEngine } from '../support/engine'

afterEach(closeEngines)

const TEXT = [
  'feature_r2: {experiment: {enabled: on, variants: {a: 30}}}',
  'feature_life: {experiment: {enabled: on, variants: [{name: a}, {name: b}]}}',
  'feature_rule: {default: none, rules: [{variations: [a, b], key: k}]}',
  'feature_company: {default: none, rules: [{variations: [a, b], hashAttribute: company}]}',
  'feature_share: {default: none, rules: [{force: in, coverage: 1}]}',
  'feature_filter: {default: in, rules: [{force: out, filters: [{seed: s, ranges: [[0, 1]]}]}]}',
  'feature_percent: {percent_loggedin: 100}',
].join('\n')
const NAMES = ['r2', 'life', 'rule', 'company', 'share']

/** Who has this id everywhere. */
const having = (id: unknown) =>
  worldOf({ user: { id } as never, attributes: { company: id } as never })

async function ask(id: unknown): Promise<{ units: unknown[]; on: unknown[]; problems: Problem[] }> {
  const { features, problems } = await openEngine(`${TEXT}\n`)
  for (let visitor = 0; visitor < 50; visitor++) {
    const request = features.for(having(id))
    for (const name of NAMES) request.isEnabled(name)
    request.isEnabled('percent')
  }
  await eventsDelivered()
  const request = features.for(having(id))
  return {
    units: NAMES.map((name) => request.decide(name).assignment?.unit),
    on: [
      request.decide('percent').enabled,
      request.decide('share').value,
      request.decide('filter').value,
    ],
    problems,
  }
}

test.each([
  [NaN, 'NaN'],
  [Infinity, 'Infinity'],
  [-Infinity, '-Infinity'],
  [1e21, 'a number above 2^53, which is not kept exactly'],
  [2 ** 53, 'a number above 2^53, which is not kept exactly'],
  [' ', 'a blank text'],
  ['\t\n\u00a0', 'a blank text'],
  ['\u200b\ufeff', 'a blank text'],
])(
  '%p is no id: 50 visitors are in no variant, and it is reported once for each question',
  async (id, kind) => {
    const { units, on, problems } = await ask(id)
    expect(units).toEqual(NAMES.map(() => undefined))
    expect(on).toEqual([false, 'none', 'in'])
    const message = (question: string): string =>
      `World.${question} has ${kind} for an id, which identifies nobody, so the visitor has none; return a text that is not blank, or a number that is kept exactly`
    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      ['bad-id', message('user')],
      ['bad-id', message('attribute')],
    ])
  },
)

test.each([
  ['t2_1', 't2_1'],
  [5, '5'],
  [2 ** 53 - 1, '9007199254740991'],
  [' a ', ' a '],
])('%p is an id', async (id, unit) => {
  const { units, problems } = await ask(id)
  expect(units.slice(1, 4)).toEqual([unit, unit, unit])
  expect(problems).toEqual([])
})

test('a blank loid is none', async () => {
  const { features } = await openEngine(
    'feature_x: {experiment: {loggedout: true, variants: [{name: a}]}}\n',
  )
  expect(features.for(worldOf({ loid: '  ' })).variant('x')).toBeUndefined()
  expect(features.for(worldOf({ loid: '0000abc123' })).variant('x')).toBe('a')
})
