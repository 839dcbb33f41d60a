import { phasesOf } from '../../src/analysis/phases'
import type { ConfiguredExperiment } from '../../src/analysis/configured'
import type { UnitGroup } from '../../src/analysis/unit-groups'

const DAY = 86_400_000
const experiment: ConfiguredExperiment = {
  feature: 'button',
  id: 'exp',
  status: undefined,
  shares: [{ variant: 'today', share: 1 }],
}

/** An entry of two variants by their weights, with more keys. */
const entry = (a: number, b: number, also: object = {}, beside: object = {}): string =>
  JSON.stringify({
    ...beside,
    experiment: {
      ...also,
      experiment_id: 'exp',
      variants: [
        { name: 'a', weight: a },
        { name: 'b', weight: b },
      ],
    },
  })

const seen = (day: number, revision: string | null, units = 10): UnitGroup => ({
  variant: 'a',
  firstVariant: 'a',
  revision,
  lastRevision: revision,
  start: day * DAY,
  crossed: false,
  returned: false,
  moved: false,
  cohort: 0,
  units,
})

const phases = (texts: Readonly<Record<string, string>>, groups: readonly UnitGroup[]) =>
  phasesOf(
    {
      configs: async (revisions) =>
        revisions.flatMap((revision) => {
          const text = texts[revision]
          return text === undefined ? [] : [{ revision, feature: 'button', text, at: 0 }]
        }),
    },
    experiment,
    groups,
  )

test.each([
  ['shares', entry(60, 40), ['variants']],
  ['traffic', entry(50, 50, { traffic: 50 }), ['traffic']],
  ['targeting', entry(50, 50, { targeting: 'age > 18' }), ['targeting']],
  ['eligibility', entry(50, 50, { gold: true }), ['gold']],
  ['a selector that takes people before', entry(50, 50, {}, { employee: true }), ['employee']],
])('an edit of %s begins a phase, and says what changed', async (_, text, changed) => {
  const { list, phaseOf } = await phases({ r1: entry(50, 50), r2: text }, [
    seen(1, 'r1'),
    seen(2, 'r2'),
  ])
  expect(list.map(({ from, changed: keys }) => [from, keys])).toEqual([
    [DAY, []],
    [2 * DAY, changed],
  ])
  expect([phaseOf('r1', DAY), phaseOf('r2', 2 * DAY)]).toEqual([0, 1])
})

test.each([
  ['its end', entry(50, 50, { end: '2026-12-01' })],
  ['its status', entry(50, 50, { status: 'running' })],
  ['its window', entry(50, 50, { window: '7d' })],
  ['its control', entry(50, 50, { control: 'a' })],
  ['the default', entry(50, 50, {}, { default: 'blue' })],
  ['a value', entry(50, 50).replace('"name":"a"', '"name":"a","value":"red"')],
  ['a note in the experiment', entry(50, 50, { 'x-note': 'asked by sales', owner: 'growth' })],
  ['a note in a variant', entry(50, 50).replace('"name":"a"', '"name":"a","x-note":"red"')],
  ['a note in the entry', entry(50, 50, {}, { 'x-note': 'asked by sales' })],
])('an edit of %s begins none', async (_, text) => {
  const { list } = await phases({ r1: entry(50, 50), r2: text }, [seen(1, 'r1'), seen(2, 'r2')])
  expect(list).toHaveLength(1)
})

test('an edit back to what was begins a phase of its own', async () => {
  const { list, phaseOf } = await phases({ r1: entry(50, 50), r2: entry(60, 40) }, [
    seen(1, 'r1'),
    seen(2, 'r2'),
    seen(3, 'r1'),
    seen(4, 'r1'),
  ])
  expect(list.map(({ from }) => from / DAY)).toEqual([1, 2, 3])
  expect([1, 3, 4].map((day) => phaseOf('r1', day * DAY))).toEqual([0, 2, 2])
})

test('while an edit is on its way to all servers, each unit is of the phase of its own entry', async () => {
  const { list, phaseOf } = await phases({ r1: entry(50, 50), r2: entry(60, 40) }, [
    seen(1, 'r1'),
    seen(2, 'r1', 20),
    seen(2, 'r2', 5),
    seen(3, 'r2', 20),
    seen(3, 'r1', 1),
  ])
  expect(list.map(({ from }) => from / DAY)).toEqual([1, 3])
  expect([phaseOf('r2', 2 * DAY), phaseOf('r1', 3 * DAY)]).toEqual([1, 0])
})

test('of two phases of one day the one whose entry was there first is the first, and each has its time', async () => {
  const noon = 4 * DAY + DAY / 2
  const at = { r1: noon - 3_600_000, r2: noon } as const
  const rows = [
    { revision: 'r1', feature: 'button', text: entry(50, 50), at: at.r1 },
    { revision: 'r2', feature: 'button', text: entry(60, 40), at: at.r2 },
  ]
  const groups = [seen(4, 'r1', 5), seen(4, 'r2', 20), seen(5, 'r2', 20)]
  const configs = async () => rows
  const { list, laterThan } = await phasesOf({ configs }, experiment, groups)
  expect(list.map(({ from, since, changed }) => [from, since, changed])).toEqual([
    [4 * DAY, at.r1, []],
    [4 * DAY, at.r2, ['variants']],
  ])
  // The first has gone, so that nobody came back to it.
  expect(laterThan(1)).toEqual([])
  const back = { ...seen(4, 'r2', 1), lastRevision: 'r1' }
  const again = await phasesOf({ configs }, experiment, [...groups, back])
  expect(again.laterThan(1).map(({ since }) => since)).toContain(at.r1)
})

test('the time of an entry that was there on an earlier day is not that of its phase', async () => {
  const { list } = await phases({ r1: entry(50, 50), r2: entry(60, 40) }, [
    seen(1, 'r1'),
    seen(2, 'r2'),
  ])
  expect(list.map(({ since }) => since)).toEqual([undefined, undefined])
})

test('rows without an entry, or of one whose text is not known, are a phase with the shares of today', async () => {
  const { list, drawOf } = await phases({ r2: entry(60, 40) }, [
    seen(1, null),
    seen(1, 'lost'),
    seen(2, 'r2'),
  ])
  expect(list.map(({ draw }) => draw.drawing === undefined)).toEqual([true, false])
  expect(drawOf(null).shares).toEqual(experiment.shares)
  expect(drawOf('lost')).toBe(drawOf(null))
  expect(drawOf('r2').shares).toEqual([
    { variant: 'a', share: 0.6 },
    { variant: 'b', share: 0.4 },
  ])
})

test('a rule is in a new phase when a rule before it changes, and not when one behind it does', async () => {
  const rules = (first: object, last: object): string =>
    JSON.stringify({ rules: [first, { key: 'exp', variations: ['a', 'b'] }, last] })
  const [one, other] = [{ force: 1, coverage: 0.1 }, { force: 2 }]
  const { list } = await phases(
    { r1: rules(one, other), r2: rules(one, { force: 3 }), r3: rules({ force: 1 }, other) },
    [seen(1, 'r1'), seen(2, 'r2'), seen(3, 'r3')],
  )
  expect(list.map(({ from, changed }) => [from / DAY, changed])).toEqual([
    [1, []],
    [3, ['rules']],
  ])
})

test('a note in a rule, its control, or a note in the experiment beside it, begins no phase, and an attribute that looks like one does', async () => {
  const text = (rule: object, beside: object = {}): string =>
    JSON.stringify({
      experiment: {
        experiment_id: 'first',
        variants: [{ name: 'a', weight: 1, ...beside }],
        ...beside,
      },
      rules: [{ key: 'exp', variations: ['a', 'b'], ...rule }],
    })
  const { list } = await phases(
    {
      r1: text({}),
      r2: text({ 'x-note': 1, description: 'two', control: '1' }, { 'x-note': 2 }),
      r3: text({ condition: { 'x-plan': 'gold' } }),
      r4: text({ condition: { 'x-plan': 'free' } }),
    },
    [seen(1, 'r1'), seen(2, 'r2'), seen(3, 'r3'), seen(4, 'r4')],
  )
  expect(list.map(({ from, changed }) => [from / DAY, changed])).toEqual([
    [1, []],
    [3, ['rules']],
    [4, ['rules']],
  ])
})

test('the text of another feature whose entry is equal says how this one draws', async () => {
  const shared = JSON.stringify({ experiment: { variants: { new: 20 } } })
  const own = { ...experiment, id: 'button' }
  const configs = async () => [{ revision: 'r1', feature: 'header', text: shared, at: 0 }]
  const { list } = await phasesOf({ configs }, own, [seen(1, 'r1')])
  expect(list[0]?.draw.kept?.feature).toBe('button')
  expect(list[0]?.draw.shares?.map(({ variant }) => variant)).toContain('new')
})

test('a feature of another name, which draws anew, begins a phase', async () => {
  const text = entry(50, 50)
  const named = (feature: string, revision: string) => ({ revision, feature, text, at: 0 })
  const configs = async () => [named('old', 'r1'), named('button', 'r2')]
  const { list } = await phasesOf({ configs }, experiment, [seen(1, 'r1'), seen(2, 'r2')])
  expect(list.map(({ changed }) => changed)).toEqual([[], ['feature']])
})

const holding = (percent: number, also: object = {}): string =>
  JSON.stringify({ holdouts: { q3: percent }, ...also })

test('a holdout of several features has one phase however its people meet them, and an edit of its percentage begins one', async () => {
  const named = (feature: string, revision: string, text: string) => ({
    ...{ revision, feature, text, at: 0 },
  })
  const configs = async () => [
    named('button', 'r1', holding(10)),
    named('header', 'r2', holding(10, { default: true })),
    named('footer', 'r3', holding(20)),
  ]
  const held = { ...experiment, id: 'holdout:q3' }
  const { list } = await phasesOf({ configs }, held, [
    ...[seen(1, 'r1'), seen(2, 'r2'), seen(3, 'r1'), seen(4, 'r2'), seen(5, 'r3')],
  ])
  expect(list.map(({ from, changed }) => [from / DAY, changed])).toEqual([
    [1, []],
    [5, ['percent']],
  ])
})
