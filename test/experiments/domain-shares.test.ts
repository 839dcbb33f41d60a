/** A domain that is split among its experiments by share. */
import { checkText, worldOf } from '../../src'
import { stablePointOf } from '../../src/hash/stable'
import { closeEngines, openEngine } from '../support/engine'
import { population } from '../support/populations'

afterEach(closeEngines)

const IDS = population(2000, (n) => `t2_${(50_000_000 + n).toString(36)}`)
const experiment = (priority: number, part: string): string =>
  `{experiment: {enabled: on, domains: [checkout], domain_shares: {checkout: ${part}}, priority: ${priority}, variants: [{name: a}, {name: b}]}}`

async function inside(text: string): Promise<Record<string, readonly string[]>> {
  const { features } = await openEngine(text)
  const of = (name: string): readonly string[] =>
    IDS.filter((id) => features.for(worldOf({ user: { id } })).variant(name) !== undefined)
  return Object.fromEntries(['first', 'second', 'third'].map((name) => [name, of(name)]))
}

test('gives each experiment its own part, whatever their priorities', async () => {
  const { first, second } = await inside(
    `feature_first: ${experiment(10, '[0, 70]')}\nfeature_second: ${experiment(0, '[70, 100]')}\n`,
  )
  const pointOf = stablePointOf({ salt: 'checkout', shuffle: 0, purpose: 'domain', kind: 'user' })
  expect(first).toEqual(IDS.filter((id) => pointOf(id) < 700_000))
  expect(second).toEqual(IDS.filter((id) => pointOf(id) >= 700_000))
})

test('leaves an overlap to the higher priority', async () => {
  const { first, second } = await inside(
    `feature_first: ${experiment(10, '[0, 60]')}\nfeature_second: ${experiment(0, '[40, 100]')}\n`,
  )
  expect(first?.length).toBeGreaterThan(1100)
  expect(second?.length).toBeGreaterThan(700)
  expect(first?.filter((id) => second?.includes(id))).toEqual([])
  expect(new Set([...(first ?? []), ...(second ?? [])]).size).toBe(IDS.length)
})

test('a third experiment in a part that is free moves nobody of the first two', async () => {
  const two = `feature_first: ${experiment(1, '[0, 40]')}\nfeature_second: ${experiment(2, '[40, 80]')}\n`
  const before = await inside(two)
  const after = await inside(`${two}feature_third: ${experiment(9, '[80, 100]')}\n`)
  expect({ ...after, third: [] }).toEqual(before)
  expect(after['third']?.length).toBeGreaterThan(300)
})

test('whoever is outside the part has the outcome domain_conflict', async () => {
  const { features } = await openEngine(`feature_x: ${experiment(0, '[0, 0.0001]')}\n`)
  const { participation } = features.for(worldOf({ user: { id: 't2_beef' } })).decide('x')
  expect(participation?.outcome).toBe('domain_conflict')
})

test.each([
  ['[0, 50]', undefined],
  ['50', 'the part of checkout is 50; write two percentages'],
  ['[50, 50]', 'the part of checkout is [50,50]; write two percentages'],
  ['[0, 101]', 'the part of checkout is [0,101]; write two percentages'],
  ['[0, 0.00001]', 'the part of checkout is [0,0.00001]; write two percentages'],
])('a part of %s is judged: %s', (part, message) => {
  const [problem] = checkText(`feature_x: ${experiment(0, part)}\n`).problems
  if (message === undefined) expect(problem).toBeUndefined()
  else expect(problem?.message).toContain(message)
})

test.each([
  ['domain_shares: {other: [0, 50]}', 'domain_shares has other, which is not among the domains'],
  ['domain_shares: [0, 50]', 'domain_shares is no mapping'],
])('{%s} is a problem', (line, message) => {
  const text = `feature_x: {experiment: {enabled: on, domains: [checkout], ${line}, variants: [{name: a}]}}\n`
  expect(checkText(text).problems.map((one) => one.message)).toContainEqual(
    expect.stringContaining(message),
  )
})
