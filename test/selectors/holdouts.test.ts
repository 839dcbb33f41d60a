/** People who are kept out of experiments and features, by a draw of their own. */
import fc from 'fast-check'
import { checkText, type Exposure, worldOf } from '../../src'
import type { CustomSelector } from '../../src/core/custom-selector'
import { closeEngines, openEngine } from '../support/engine'
import { sized } from '../support/long-run'

afterEach(closeEngines)

const users = Array.from({ length: 2000 }, (_, i) => `t2_${i}`)
const world = (id: string) => worldOf({ user: { id } })

const TEXT = (percent: number) => `holdouts:
  checkout: {percent: ${percent}, domains: [checkout]}
feature_one:
  default: blue
  experiment:
    enabled: on
    domains: [checkout]
    variants: [{name: control, weight: 1, value: blue}, {name: new, weight: 1, value: red}]
feature_named: {holdouts: [checkout], loggedin: true}
feature_other:
  experiment: {enabled: on, variants: [{name: control, weight: 1}, {name: new, weight: 1}]}
feature_plain: {loggedin: true}
`

/** The answers of a feature, of everybody. */
async function answers(text: string, feature = 'one'): Promise<readonly (string | undefined)[]> {
  const { features } = await openEngine(text)
  return users.map((id) => features.for(world(id)).variant(feature))
}

const heldIn = async (text: string): Promise<readonly string[]> => {
  const { features } = await openEngine(text)
  return users.filter((id) => !features.for(world(id)).isEnabled('named'))
}

test('about as many as the percentage are held out, of all entries the same', async () => {
  const held = await heldIn(TEXT(20))
  expect(held.length / users.length).toBeCloseTo(0.2, 1)
  const { features } = await openEngine(TEXT(20))
  const without = users.filter((id) => features.for(world(id)).variant('one') === undefined)
  expect(without).toEqual(held)
  expect(users.every((id) => features.for(world(id)).isEnabled('plain'))).toBe(true)
  expect(users.every((id) => features.for(world(id)).variant('other') !== undefined)).toBe(true)
})

test('whoever is held out gets the default, and the Decision says by what', async () => {
  const { features } = await openEngine(TEXT(20))
  const [id = ''] = await heldIn(TEXT(20))
  expect(features.for(world(id)).decide('one')).toMatchObject({
    enabled: true,
    value: 'blue',
    variant: undefined,
    reason: 'SPLIT',
    selector: 'holdouts',
    participation: { experiment: 'one', outcome: 'held_out' },
    assignment: { experimentId: 'holdout:checkout', variant: 'held_out', unit: id, hash: 'stable' },
  })
  const { steps } = features.for(world(id)).explain('one')
  expect(steps[0]).toMatchObject({
    selector: 'holdouts',
    outcome: 'claimed',
    steps: [{ selector: 'holdout', path: 'holdouts.checkout', outcome: 'claimed' }],
  })
})

test('everybody is recorded once for the holdout, and for the experiment as well', async () => {
  const exposures: Exposure[] = []
  const { features } = await openEngine(TEXT(20), { onExposure: (one) => exposures.push(one) })
  for (const id of users.slice(0, 200)) {
    const request = features.for(world(id))
    request.variant('one')
    request.isEnabled('named')
    request.isEnabled('named')
  }
  const of = (id: string) => exposures.filter(({ experimentId }) => experimentId === id)
  const held = of('holdout:checkout')
  expect(held.length).toBe(200)
  const heldOut = held.filter(({ variant }) => variant === 'held_out')
  expect(heldOut.length).toBeGreaterThan(20)
  expect(held.filter(({ variant }) => variant === 'rest').length).toBe(200 - heldOut.length)
  const exposed = exposures.filter(({ experimentId }) => experimentId === undefined)
  expect(exposed.length).toBe(200 - heldOut.length)
})

test('of two holdouts each is recorded, of those as well whom the other held out', async () => {
  const exposures: Exposure[] = []
  const { features } = await openEngine(
    'holdouts: {first: {percent: 30}, second: {percent: 30}}\nfeature_a: {holdouts: [first, second], enabled: on}\n',
    { onExposure: (one) => exposures.push(one) },
  )
  for (const id of users.slice(0, 200)) features.for(world(id)).isEnabled('a')
  const shares = ['first', 'second'].map((name) => {
    const of = exposures.filter(({ experimentId }) => experimentId === `holdout:${name}`)
    return [of.length, of.filter(({ variant }) => variant === 'held_out').length / 200]
  })
  expect(shares).toEqual([
    [200, expect.closeTo(0.3, 0)],
    [200, expect.closeTo(0.3, 0)],
  ])
})

test('a holdout without domains is of all experiments, rules included, and of nothing else', async () => {
  const { features } = await openEngine(`holdouts: {all: {percent: 100}}
feature_life: {experiment: {enabled: on, variants: [{name: a}, {name: b}]}}
feature_r2: {experiment: {loggedin: true, variants: {a: 40}}}
feature_rules: {default: 1, rules: [{key: k, variations: [2, 3]}]}
feature_forced: {default: 1, rules: [{force: 2}]}
feature_percent: {percent_loggedin: 100}
feature_on: on
`)
  const request = features.for(world('t2_a'))
  expect(['life', 'r2', 'forced', 'percent', 'on'].map((name) => request.isEnabled(name))).toEqual([
    false,
    false,
    true,
    true,
    true,
  ])
  expect(request.getNumberValue('rules', 0)).toBe(1)
})

test('its draw knows nothing of those of the experiments', async () => {
  const free = await answers(TEXT(0))
  const held = new Set(await heldIn(TEXT(50)))
  const news = users.filter((_, i) => free[i] === 'new')
  const ofNew = news.filter((id) => held.has(id)).length / news.length
  expect(Math.abs(ofNew - held.size / users.length)).toBeLessThan(0.05)
})

test('a smaller share takes nobody out of an experiment, and moves nobody within', async () => {
  const shares = fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }))
  await fc.assert(
    fc.asyncProperty(shares, async ([a, b]) => {
      const before = await answers(TEXT(Math.max(a, b)))
      const after = await answers(TEXT(Math.min(a, b)))
      before.forEach((variant, i) => {
        if (variant !== undefined) expect(after[i]).toBe(variant)
      })
    }),
    { numRuns: sized(5, 200) },
  )
})

test('a switched-off entry holds nobody out, and enabled: on holds out all the same', async () => {
  const { features } = await openEngine(`holdouts: {all: {percent: 100}}
feature_off: {holdouts: [all], enabled: off}
feature_on: {holdouts: [all], enabled: on}
`)
  const request = features.for(world('t2_a'))
  expect(request.decide('off')).toMatchObject({ reason: 'DISABLED', assignment: undefined })
  expect(request.decide('on')).toMatchObject({ enabled: false, selector: 'holdouts' })
})

test('a visitor without an id is in none; one who is signed out is drawn by the loid', async () => {
  const { features } = await openEngine(
    'holdouts: {all: {percent: 100}}\nfeature_a: {holdouts: [all], enabled: on}\n',
  )
  expect(features.for(worldOf({})).isEnabled('a')).toBe(true)
  expect(features.for(worldOf({ loid: 'abcdefgh' })).isEnabled('a')).toBe(false)
})

test('of several the first by name holds out, and the others are recorded too', async () => {
  const { features } =
    await openEngine(`holdouts: {b: {percent: 100}, a: {percent: 0}, c: {percent: 100}}
feature_x: {holdouts: [c, b, a], loggedin: true}
`)
  expect(features.for(world('t2_a')).decide('x')).toMatchObject({
    assignment: { experimentId: 'holdout:b', variant: 'held_out' },
    trail: {
      assigned: [
        { assignment: { experimentId: 'holdout:a', variant: 'rest' } },
        { assignment: { experimentId: 'holdout:c', variant: 'held_out' } },
      ],
    },
  })
})

test.each<[string, string]>([
  ['holdouts: 5', 'holdouts is a number'],
  ['holdouts: {a: 5}', 'the holdout a is a number'],
  ['holdouts: {a: {}}', 'the holdout a has no percent'],
  ['holdouts: {a: {percent: 101}}', 'the holdout a has percent 101'],
  ['holdouts: {a: {percent: 5, domain: [x]}}', 'has no key "domain"'],
  ['holdouts: {a: {percent: 5, domains: x}}', 'domains that are no list of names'],
])('%s is a problem', (text, message) => {
  const { problems } = checkText(`${text}\nfeature_x: on\n`)
  expect(problems).toMatchObject([{ severity: 'error', message: expect.stringContaining(message) }])
})

test('a name that nobody defined is a problem with the one that was meant', () => {
  const text =
    'holdouts: {checkout: {percent: 5}}\nfeature_x: {holdouts: [chekout], loggedin: true}\n'
  expect(checkText(text).problems).toMatchObject([
    { severity: 'error', feature: 'x', message: expect.stringContaining('did you mean checkout?') },
  ])
  expect(checkText('feature_x: {holdouts: 5}\n').problems).toMatchObject([{ code: 'bad-type' }])
})

test('a definition that cannot be read stays as it was', async () => {
  const { features, set } = await openEngine(TEXT(20))
  const before = users.map((id) => features.for(world(id)).variant('one'))
  await set(TEXT(20).replace('percent: 20', 'percent: 200'))
  expect(users.map((id) => features.for(world(id)).variant('one'))).toEqual(before)
})

test('whom a holdout keeps out is let in by no selector of the application', async () => {
  const everyone: CustomSelector = {
    key: 'everyone',
    stage: 'who',
    summary: 'Everybody.',
    schema: {},
    compile: () => ({ enabled: true }),
  }
  const text = `${TEXT(20)}feature_all: {holdouts: [checkout], users: [t2_0], everyone: true}\n`
  const held = new Set(await heldIn(TEXT(20)))
  const { features } = await openEngine(text, { selectors: [everyone] })
  const letIn = users.filter((id) => features.for(world(id)).isEnabled('all'))
  expect(held.size).toBeGreaterThan(300)
  expect(letIn).toEqual(users.filter((id) => !held.has(id)))
})
