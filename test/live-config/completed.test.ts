/** Edits of ramps in a layer of their own: they hold an entry back without replacing it. */
import { memory, openFeatures, worldOf, type Features } from '../../src'
import { closeEngines } from '../support/engine'

const BASE = (more = '') => `feature_checkout:
  default: false
  experiment:
    enabled: on
    traffic:
      ramp: {to: 100, over: 10d, start: 2026-12-01, hold_at: [50], gates: [errors]}
    variants: [{name: control, weight: 1}, {name: new, weight: 1}]
${more}`
const FAIL = `ramps:
  checkout:
    - {at: 2026-12-03, outcome: fail, percent: 20, to: 0, reason: errors +9 %}
`
const people = Array.from({ length: 400 }, (_, i) => worldOf({ user: { id: `t2_${i}` } }))
const assigned = (features: Features): readonly number[] =>
  people.flatMap((world, i) => (features.for(world).variant('checkout') === undefined ? [] : [i]))

const opened: Features[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((features) => features.close()))
  await closeEngines()
})

async function open(base: string, over: string, now = '2026-12-04') {
  const [below, above] = [memory(base, { name: 'base' }), memory(over, { name: 'gates' })]
  const features = await openFeatures({ source: [below, above], now: () => Date.parse(now) })
  features.on('problem', () => undefined)
  opened.push(features)
  return { features, below, above }
}

test('a failure puts the ramp back, and what explains says why', async () => {
  const { features } = await open(BASE(), FAIL)
  expect(assigned(features)).toEqual([])
  expect(features.snapshot.problems).toEqual([])
  const { steps } = features.for(people[0] ?? worldOf({})).explain('checkout')
  expect(JSON.stringify(steps)).toContain('put back to 0 % until it is resumed: errors +9 %')
})

test('the same people come back when it is resumed and as far as it was', async () => {
  const { features, above } = await open(BASE(), 'ramps: {}\n')
  const before = assigned(features)
  expect(before.length).toBeGreaterThan(70)
  await above.set(FAIL)
  expect(assigned(features)).toEqual([])
  await above.set(
    `${FAIL}    - {at: 2026-12-01, outcome: resume, reason: mended}\n`.replace('12-03', '11-01'),
  )
  expect(assigned(features)).toEqual(before)
})

test('a feature has one list, under its name or its whole key', async () => {
  const whole = FAIL.replace('checkout', 'feature_checkout')
  const { features, above } = await open(BASE(), whole)
  expect([assigned(features), features.snapshot.problems]).toEqual([[], []])
  await above.set(`${whole}  checkout: [{at: 2026-12-01, outcome: resume}]\n`)
  expect(features.snapshot.problems).toMatchObject([
    {
      severity: 'error',
      line: 4,
      message: 'checkout and feature_checkout are one feature; join their edits in one list',
    },
  ])
  expect(assigned(features)).toEqual([])
})

test('the author of the entry edits and switches it off all the same', async () => {
  const { features, below } = await open(BASE(), FAIL.replace('fail', 'pass'))
  expect(assigned(features).length).toBeGreaterThan(0)
  await below.set(BASE().replace('enabled: on', 'enabled: off'))
  expect(assigned(features)).toEqual([])
})

test('edits change the revision of the entry, and the event names what was edited', async () => {
  const { features, above } = await open(BASE(), 'ramps: {}\n')
  const before = features.revision('checkout')
  const changes: unknown[] = []
  features.on('change', ({ changed, edits }) =>
    changes.push(
      changed,
      edits.map(({ path }) => path),
    ),
  )
  await above.set(FAIL)
  expect(features.revision('checkout')).not.toBe(before)
  expect(changes).toEqual([['checkout'], ['experiment.traffic.ramp.edits']])
})

test('edits that cannot be read leave the ramp as it was, and a new process has it at 0', async () => {
  const BROKEN = 'ramps:\n  checkout: [{at: 2026-12-04, outcome: resumed}]\n'
  const { features, above } = await open(
    BASE(),
    'ramps: {checkout: [{at: 2026-12-02, outcome: pass, percent: 50}]}\n',
  )
  const before = assigned(features)
  await above.set(BROKEN)
  expect(assigned(features)).toEqual(before)
  expect(features.snapshot.problems).toMatchObject([
    { code: 'bad-type', severity: 'error', source: 'gates', line: 2 },
  ])
  const started = await open(BASE(), BROKEN)
  expect(assigned(started.features)).toEqual([])
})

test.each(['ramps:\n', 'ramps: []\n', 'ramps: {checkout: }\n'])(
  'a ramp that was put back stays there with %j, and a new process has it at 0',
  async (broken) => {
    const { features, above } = await open(BASE(), FAIL)
    await above.set(broken)
    expect(assigned(features)).toEqual([])
    expect(features.snapshot.problems).toMatchObject([{ code: 'bad-type', source: 'gates' }])
    const started = await open(BASE(), broken)
    expect(assigned(started.features)).toEqual([])
    await started.above.set(`# still\n${broken}`)
    expect(assigned(started.features)).toEqual([])
    await started.above.set('ramps: {}\n')
    expect(assigned(started.features).length).toBeGreaterThan(70)
  },
)

test.each(['ramps:\n', 'ramps: []\n'])(
  'a ramp that nobody judged grows on with %j',
  async (broken) => {
    const { features, above } = await open(BASE(), 'ramps: {}\n')
    const before = assigned(features)
    await above.set(broken)
    expect(assigned(features)).toEqual(before)
  },
)

test.each(['holdouts:\n', 'holdouts: [all]\n'])(
  'whoever was held out stays out with %j',
  async (broken) => {
    const { features, above } = await open(BASE(), 'holdouts: {all: {percent: 100}}\n')
    expect(assigned(features)).toEqual([])
    await above.set(broken)
    expect(assigned(features)).toEqual([])
    expect(features.snapshot.problems).toContainEqual(
      expect.objectContaining({ code: 'bad-type', path: 'holdouts', source: 'gates' }),
    )
    await above.set('holdouts: {}\n')
    expect(assigned(features).length).toBeGreaterThan(70)
  },
)

test('a failure keeps a ramp back whose gates are taken out, until its edits are', async () => {
  const { features, below, above } = await open(BASE(), FAIL)
  await below.set(BASE().replace(', gates: [errors]', ''))
  expect(assigned(features)).toEqual([])
  expect(features.snapshot.problems).toMatchObject(
    [{ code: 'overrides-nothing', severity: 'warning', message: /a failure keeps it back/ }].map(
      (one) => ({ ...one, message: expect.stringMatching(one.message) }),
    ),
  )
  await above.set('ramps: {checkout: []}\n')
  expect(assigned(features).length).toBeGreaterThan(70)
  expect(features.snapshot.problems).toEqual([])
})

test('edits of what has no ramp are told', async () => {
  const { features } = await open('feature_checkout: on\n', FAIL)
  expect(features.snapshot.problems).toMatchObject([
    { code: 'overrides-nothing', severity: 'warning', feature: 'checkout', source: 'gates' },
  ])
})

test('gates need an experiment, a hold and names', async () => {
  const { features } = await open(
    `feature_a: {percent_loggedin: {ramp: {to: 5, over: 1d, start: 2026-12-01, hold_at: [1], gates: [errors]}}}
feature_b: {experiment: {enabled: on, traffic: {ramp: {to: 5, over: 1d, start: 2026-12-01, gates: [errors]}}, variants: [{name: a}]}}
feature_c: {experiment: {enabled: on, traffic: {ramp: {to: 5, over: 1d, start: 2026-12-01, hold_at: [1], gates: errors}}, variants: [{name: a}]}}
feature_d: on
`,
    'ramps: {}\n',
  )
  expect(features.snapshot.problems.map(({ message }) => message)).toEqual([
    expect.stringContaining('which a percentage does not record'),
    expect.stringContaining('there is no hold_at'),
    'gates is no list of metrics; write [errors, latency]',
  ])
})
