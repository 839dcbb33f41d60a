/** Which features an edit changes, for whom of a population, and how long it takes to say. */
import { impactOf, impactSteps } from '../../src/analysis/impact'
import { simulatedVisitors } from '../../src/analysis/simulated-visitors'
import type { Features } from '../../src/index'
import { closeEngines, openEngine } from '../support/engine'
import { isLongRun } from '../support/long-run'

afterEach(closeEngines)

const open = async (text: string): Promise<Features> => (await openEngine(text)).features

const compare = async (from: string, to: string, population = simulatedVisitors(200)) =>
  impactOf(await open(from), await open(to), { population })

test('a population is counted, and those who change are named', async () => {
  const population = [
    { user: { id: 't2_1', name: 'gary' } },
    { user: { name: 'wendy' } },
    { user: { id: 't2_3' } },
    { loid: 'l1' },
    {},
  ]
  const impact = await compare(
    'feature_a: {users: [gary, wendy]}',
    'feature_a: {loggedout: true}',
    population,
  )
  expect(impact.features[0]).toMatchObject({
    feature: 'a',
    whyNot: null,
    population: {
      size: 5,
      changed: 4,
      answers: ['off', 'on'],
      cells: [
        [1, 2],
        [2, 0],
      ],
    },
    examples: [
      { unit: 't2_1', from: 'on', to: 'off' },
      { unit: 'wendy', from: 'on', to: 'off' },
      { unit: 'l1', from: 'off', to: 'on' },
      { unit: 'visitor 5', from: 'off', to: 'on' },
    ],
  })
})

test('at most a hundred are named', async () => {
  const { features } = await compare('feature_a: on', 'feature_a: off')
  expect(features[0]?.population.changed).toBe(200)
  expect(features[0]?.examples).toHaveLength(100)
})

test('a new feature was off before, and a removed one is off', async () => {
  const { features, isNobody } = await compare('feature_a: on', 'feature_b: on')
  expect(features.map(({ feature, classes }) => [feature, classes?.[0]?.matrix.cells])).toEqual([
    [
      'a',
      [
        [0, 0],
        [1, 0],
      ],
    ],
    [
      'b',
      [
        [0, 1],
        [0, 0],
      ],
    ],
  ])
  expect(isNobody).toBe(false)
})

test('a note, a comment and another layout change nothing', async () => {
  const impact = await compare(
    'feature_a: {gold: true}',
    '# why\nfeature_a:\n  gold: true\n  owner: search\n',
  )
  expect(impact).toEqual({ isNobody: true, features: [], more: 0 })
})

test('another order of variants of the stable scheme is no other layout: it moves people', async () => {
  const of = (variants: string) =>
    `feature_a: {bucketing: stable, experiment: {loggedin: true, variants: ${variants}}}`
  const { features, isNobody } = await compare(of('{b: 40, a: 60}'), of('{a: 60, b: 40}'))
  expect(isNobody).toBe(false)
  expect(features[0]?.classes?.map(({ matrix }) => matrix.changed)).toContain(0.8)
})

test('a feature changes with the segment that it names', async () => {
  const of = (id: string) =>
    `segments: {staff: [${id}]}\nfeature_a: {segments: [staff]}\nfeature_b: {gold: true}`
  const { features, isNobody } = await compare(of('t2_1'), of('t2_2'), [{ user: { id: 't2_2' } }])
  expect(features).toMatchObject([
    {
      feature: 'a',
      whyNot: null,
      examples: [{ unit: 't2_2', from: 'off', to: 'on' }],
    },
  ])
  expect(isNobody).toBe(false)
})

test('a feature changes with those that its rules require, directly or not', async () => {
  const requires = (name: string) =>
    `{rules: [{parentConditions: [{id: ${name}, condition: {value: true}}], force: true}], default: false}`
  const of = (base: string) =>
    `feature_base: ${base}\nfeature_mid: ${requires('base')}\nfeature_top: ${requires('mid')}\nfeature_z: on`
  const { features } = await compare(of('off'), of('on'), [{}])
  expect(features.map(({ feature, population }) => [feature, population.changed])).toEqual([
    ['base', 1],
    ['mid', 1],
    ['top', 1],
  ])
})

test('a feature changes with an experiment that shares its domain', async () => {
  const experiment = (priority: number) =>
    `{experiment: {domains: [shop], priority: ${priority}, variants: [{name: a}]}}`
  const of = (priority: number) =>
    `feature_a: ${experiment(priority)}\nfeature_b: ${experiment(1)}\nfeature_c: on`
  const { features } = await compare(of(0), of(2), [{ user: { id: 'u' } }])
  expect(features.map(({ feature, population }) => [feature, population.changed])).toEqual([
    ['a', 1],
    ['b', 1],
  ])
})

test('features beyond the most are counted, and then nothing is proven', async () => {
  const before = await open(
    'feature_a: {gold: true, percent_loggedin: 0}\nfeature_b: {gold: true, percent_loggedin: 0}',
  )
  const after = await open('feature_a: {gold: true}\nfeature_b: {gold: true}')
  const impactOfMost = (most: number) => impactOf(before, after, { population: [], most })
  expect(impactOfMost(2)).toMatchObject({ isNobody: true, more: 0 })
  expect(impactOfMost(1)).toMatchObject({ isNobody: false, more: 1, features: [{ feature: 'a' }] })
})

test('asking records no exposure', async () => {
  const exposed = async (percent: number) =>
    openEngine(`feature_a: {experiment: {enabled: on, variants: {a: ${percent}}}}`)
  const [before, after] = [await exposed(5), await exposed(20)]
  impactOf(before.features, after.features, { population: simulatedVisitors(20) })
  expect([...before.exposures, ...after.exposures]).toEqual([])
})

const many = (count: number, percent: number): string =>
  Array.from({ length: count }, (_, i) =>
    i % 2 === 0
      ? `feature_f${i}: {gold: true, admin: true, users: [gary, u${i}], percent_loggedin: ${percent}}`
      : `feature_f${i}: {experiment: {loggedin: true, employee: true, variants: {a: ${percent}, b: 20}}}`,
  ).join('\n')

test('many features are compared in short steps', async () => {
  const count = isLongRun ? 1000 : 100
  const [before, after] = [await open(many(count, 5)), await open(many(count, 10))]
  const steps = impactSteps(before, after, { population: simulatedVisitors(100) })
  const start = process.cpuUsage()
  let [last, longest] = [0, 0]
  for (let done = false; !done;) {
    done = steps.next().done === true
    const { user, system } = process.cpuUsage(start)
    longest = Math.max(longest, user + system - last)
    last = user + system
  }
  expect(last / 1000).toBeLessThan(2000)
  expect(longest / 1000).toBeLessThan(200)
})

test('a trial of the live config is compared like one that is opened', async () => {
  const { features } = await openEngine('feature_a: {gold: true}\nfeature_b: on')
  const trial = await features.trial('memory', 'feature_a: on\nfeature_b: on')
  const impact = impactOf(features, trial, { population: [{ user: { id: 't2_1' } }] })
  expect(impact.features).toMatchObject([
    { feature: 'a', examples: [{ unit: 't2_1', from: 'off', to: 'on' }] },
  ])
})

test.each([
  ['off', 'on', 3, 3],
  ['on', 'off', 3, 3],
  ['{gold: true}', 'on', 3, 2],
  ['on', '{gold: true}', 3, 2],
  ['{enabled: off, gold: true}', 'off', 0, 0],
])('of %s and %s, %d are asked about and %d change', async (from, to, size, changed) => {
  const population = [{ user: { id: 'a', gold: true } }, { user: { id: 'b' } }, {}]
  const { features } = await compare(`feature_a: ${from}`, `feature_a: ${to}`, population)
  const [one] = features
  expect([
    one?.population.size ?? 0,
    one?.population.changed ?? 0,
    one?.examples.length ?? 0,
  ]).toEqual([size, changed, changed])
})

test('where very many features change, fewer visitors are asked, and the size says how many', async () => {
  const all = (answer: string): string =>
    Array.from({ length: 600 }, (_, i) => `feature_f${i}: ${answer}`).join('\n')
  const [before, after] = [await open(all('off')), await open(all('on'))]
  const { features } = impactOf(before, after, { population: simulatedVisitors(1000) })
  expect(new Set(features.map(({ population }) => population.size))).toEqual(new Set([834]))
})

test('who changes in the population takes the proof back that nobody does', async () => {
  const rules = (condition: string): string =>
    `feature_a: {default: false, rules: [{condition: ${condition}, force: true}]}`
  const [from, to] = [rules('{a: nz}'), rules('{$and: [{a: nz}, {a: {$in: [nz]}}]}')]
  // A list within a list is none of the values that are asked.
  const impact = await compare(from, to, [{ attributes: { a: [['nz']] } }])
  expect(impact).toMatchObject({ isNobody: false, features: [{ classes: null }] })
  expect(impact.features[0]?.whyNot).toContain('for whom no kind of visitors stands')
  const others = await compare(from, to, [{ attributes: { a: 'nz' } }])
  expect(others).toMatchObject({ isNobody: true, features: [{ whyNot: null }] })
})
