/** Requests and accounts as attackers and accidents make them: each is answered, and quickly. */
import { IncomingMessage, type ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { Request } from 'express'
import { memory, openFeatures, type Problem, type Questions } from '../../src'
import { type ExpressAnswers, expressFeatures } from '../../src/middleware/express'
import { cpuMs } from '../support/cpu-time'

const LIVE = `
feature_x: { url: x }
feature_rollout: { percent_loggedin: 100 }
feature_named: { users: [gary], admin: true }
feature_exp: { experiment: { loggedin: true, variants: { control_1: 50, control_2: 50 } } }
feature_rules: { default: 1, rules: [{ condition: { country: KZ }, force: 2 }] }
`

/** Hands a request to the middleware as Express does, past the limits of Node's parser. */
async function asked(
  answers: ExpressAnswers,
  { url = '/', cookie = '' }: { readonly url?: string; readonly cookie?: string } = {},
) {
  const problems: Problem[] = []
  const features = await openFeatures({ source: memory(LIVE) })
  features.on('problem', (problem) => problems.push(problem))
  const req = Object.assign(new IncomingMessage(new Socket()), {
    originalUrl: url,
    headers: { cookie },
    hostname: 'example.com',
  }) as unknown as Request
  const res = { locals: {} } as unknown as ServerResponse & { locals: Record<string, unknown> }
  const handle = expressFeatures(features, answers)
  await new Promise<void>((resolve) => handle(req, res as never, () => resolve()))
  const visitor = res.locals['features'] as Questions
  const answersGiven = {
    x: visitor.isEnabled('x'),
    rollout: visitor.isEnabled('rollout'),
    named: visitor.isEnabled('named'),
    exp: visitor.variant('exp'),
    rules: visitor.getNumberValue('rules', 0),
    all: Object.keys(visitor.allEnabled()),
    explained: visitor.explain('exp').decision.enabled,
  }
  await features.close()
  return { ...answersGiven, problems }
}

const BIG = 1024 * 1024

test.each([
  ['10,000 parameters', `/?${'feature=f&'.repeat(10_000)}feature=x`, false],
  ['10,000 parameters behind the first', `/?feature=x&${'feature=f&'.repeat(10_000)}`, true],
  ['lists and mappings', '/?feature[]=x&feature[0]=x&feature[a][b]=x&feature.x=x', false],
  ['names of Object.prototype', '/?feature=__proto__&feature=constructor&feature=x', true],
  ['broken escapes', '/?feature=%&feature=%ff%fe&feature=%u0041&feature=x', true],
  ['a megabyte of one name', `/?feature=${'y'.repeat(BIG)}&feature=x`, true],
  ['a megabyte of question marks', `/${'?'.repeat(BIG)}feature=x`, false],
  ['no URL at all', '', false],
  ['NUL and ends of lines', '/?feature=%00&feature=%0d%0a&feature=x', true],
])('an address with %s', async (_, url, x) => {
  expect((await asked({}, { url })).x).toBe(x)
})

test.each([
  ['a megabyte of one cookie', `loid=${'a'.repeat(BIG)}`],
  ['a megabyte of small ones', 'a=b; '.repeat(BIG / 5)],
  ['a megabyte of semicolons', ';'.repeat(BIG)],
  ['broken escapes', 'loid=%E0%A4%A; other=%'],
  ['a name of Object.prototype', '__proto__=1; constructor=2; loid=__proto__'],
])('cookies: %s', async (_, cookie) => {
  const started = cpuMs()
  expect((await asked({}, { cookie })).x).toBe(false)
  // Nothing that grows faster than the text: a second is a hundred times what it takes.
  expect(cpuMs() - started).toBeLessThan(1000)
})

const throwing = new Proxy(
  {},
  {
    get() {
      throw new Error('a trap')
    },
    has() {
      throw new Error('a trap')
    },
    ownKeys() {
      throw new Error('a trap')
    },
    getOwnPropertyDescriptor() {
      throw new Error('a trap')
    },
  },
)
const { proxy: revoked, revoke } = Proxy.revocable({}, {})
revoke()
const unprintable = {
  toString() {
    throw new Error('no text')
  },
}

test.each<[string, unknown]>([
  ['a symbol', Symbol('id')],
  ['a function', () => 'u1'],
  ['an object', {}],
  ['a list', ['u1']],
  ['an object without a prototype', Object.create(null)],
  ['what has no text', unprintable],
  ['a proxy that throws', throwing],
  ['a revoked proxy', revoked],
  ['NaN', NaN],
  ['an empty text', ''],
  ['a blank text', '  '],
  ['true', true],
  ['a Date that is none', new Date(NaN)],
])('an id that is %s is no id, and no question throws', async (_, id) => {
  const { rollout, exp, x } = await asked({ user: () => ({ id, name: id }) as never })
  expect([rollout, exp, x]).toEqual([false, undefined, false])
})

test.each<[string, () => unknown]>([
  [
    'has getters that throw',
    () => ({
      get id() {
        throw new Error('no id')
      },
      get name() {
        throw new Error('no name')
      },
      get admin() {
        throw new Error('no role')
      },
    }),
  ],
  ['is a proxy that throws', () => throwing],
  ['is a revoked proxy', () => revoked],
  ['is a text', () => 'gary'],
  ['is a number', () => 5],
  ['is a symbol', () => Symbol('user')],
  ['is a promise', () => Promise.resolve({ id: 'u1' })],
  [
    'throws',
    () => {
      throw new Error('no session')
    },
  ],
  [
    'throws what has no text',
    () => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- anything may be thrown
      throw unprintable
    },
  ],
])('a user that %s breaks no request', async (_, user) => {
  const { x, named, exp, rules } = await asked({
    user: user as ExpressAnswers['user'],
    attributes: () => throwing,
  } as ExpressAnswers)
  expect([x, named, exp, rules]).toEqual([false, false, undefined, 1])
})

test('an id of a megabyte is bucketed like any other', async () => {
  const { rollout, exp } = await asked({ user: () => ({ id: 'u'.repeat(BIG) }) })
  expect([rollout, exp]).toEqual([true, expect.stringMatching(/^control_[12]$/)])
})
