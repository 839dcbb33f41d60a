import { memory, openFeatures, type Features, type Problem, worldOf } from '../../src'
import type { Facts, World } from '../../src'

const TEXT =
  'feature_in: {loggedin: true}\nfeature_out: {percent_loggedout: 100}\nfeature_g: {gold: true}\n'

let features: Features
let problems: Problem[]
beforeEach(async () => {
  features = await openFeatures({ source: memory(TEXT) })
  problems = []
  features.on('problem', (problem) => problems.push(problem))
})
afterEach(() => features.close())

/** What TypeScript forbids, and JavaScript does. */
const promised = <T>(value: T): T => Promise.resolve(value) as T

/** Events come after the code that caused them. */
const delivered = () => new Promise((resolve) => setImmediate(resolve))

const gary = { id: 't2_gary', gold: true }

test.each([
  ['for', () => features.for(promised(worldOf({ user: gary })))],
  ['run', () => features.run(promised(worldOf({ user: gary })), () => true)],
])('%s with a World that is a promise throws and says to await it', (_call, ask) => {
  expect(ask).toThrow(
    expect.objectContaining({
      code: 'LIVEFLAG_BAD_OPTION',
      message: expect.stringContaining('await it'),
    }),
  )
})

test.each([
  ['the facts', promised<Facts>({ user: gary })],
  ['the user', { user: promised(gary) }],
  ['the loid', { loid: promised('abc') }],
])('worldOf refuses a promise in the place of %s', (_what, facts) => {
  expect(() => worldOf(facts)).toThrow(expect.objectContaining({ code: 'LIVEFLAG_BAD_OPTION' }))
})

test.each(Object.keys(worldOf()) as (keyof World)[])(
  'an asynchronous %s counts as unanswered, and is reported with what to do',
  async (question) => {
    const world = { ...worldOf({ user: gary }), [question]: async () => gary }
    const request = features.for(world)
    for (const name of ['in', 'out', 'g']) request.isEnabled(name)
    const answers = { in: request.isEnabled('in'), g: request.isEnabled('g') }
    if (question === 'user' || question === 'isLoggedIn') expect(answers.in).toBe(false)
    if (question === 'user' || question === 'hasGold') expect(answers.g).toBe(false)
    await delivered()
    if (['user', 'isLoggedIn', 'hasGold'].includes(question))
      expect(problems).toMatchObject([
        { code: 'world-threw', message: expect.stringContaining('returned a promise') },
      ])
  },
)

test('a visitor whose account is a promise is neither signed in nor signed out', () => {
  const user = promised(gary)
  const world: World = { ...worldOf(), user: () => user, isLoggedIn: () => Boolean(user) }
  const request = features.for(world)
  expect([request.isEnabled('in'), request.isEnabled('out')]).toEqual([false, false])
})

test('a promise that rejects ends no process', async () => {
  const world: World = { ...worldOf(), user: () => Promise.reject(new Error('gone')) as never }
  expect(features.for(world).isEnabled('in')).toBe(false)
  await delivered()
})

test.each([
  ['overrides that are a promise', promised({ user: null }), true],
  ['an override that is a promise', { user: promised(gary) }, true],
])('%s are left out and reported', async (_what, overrides, enabled) => {
  const request = features.for(worldOf({ user: gary }))
  expect(request.isEnabled('in', overrides as Facts)).toBe(enabled)
  await delivered()
  expect(problems).toMatchObject([
    { code: 'world-threw', message: expect.stringContaining('returned a promise') },
  ])
})

test.each([undefined, null, 5, Proxy.revocable({}, {})])(
  'a World that is none throws neither at a request nor at a question: %#',
  (odd) => {
    if (odd !== null && typeof odd === 'object') odd.revoke()
    const world = odd !== null && typeof odd === 'object' ? odd.proxy : odd
    expect(features.for(world as never).isEnabled('in')).toBe(false)
  },
)
