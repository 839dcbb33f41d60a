import type { JsonObject } from '../../../src/core/json'
import { type Exposure, memory, openFeatures, type Selector } from '../../../src/index'
import { LiveflagProvider } from '../../../src/openfeature/openfeature'
import { bodyOf, BROWSER, closeProtocols, protocol } from './asked'

afterEach(closeProtocols)

const LIVE = `
feature_on: on
feature_off: off
feature_gold: {gold: true}
feature_size: {default: 10, rules: [{condition: {plan: pro}, force: 50}]}
feature_ratio: {default: 0.5}
feature_text: {default: ""}
feature_list: {default: [1, 2]}
feature_object: {default: {a: 1}}
feature_nothing: {default: null}
feature_exp: {default: red, experiment: {variants: [{name: a, value: blue}]}}
feature_forced: {url: test_me}
feature_bad: {percent_loggedin: much}
feature_for_web: {enabled: on, client: true, x-team: web}
`

test.each<[key: string, context: object, expected: object]>([
  ['on', {}, { value: true, reason: 'STATIC' }],
  ['off', {}, { reason: 'DISABLED' }],
  ['gold', {}, { value: false, reason: 'DEFAULT' }],
  ['gold', { targetingKey: 'u', user: { gold: true } }, { value: true, reason: 'TARGETING_MATCH' }],
  ['size', {}, { value: 10, reason: 'DEFAULT' }],
  ['size', { plan: 'pro' }, { value: 50, reason: 'TARGETING_MATCH' }],
  ['ratio', {}, { value: 0.5, reason: 'DEFAULT' }],
  ['text', {}, { value: '', reason: 'DEFAULT' }],
  ['list', {}, { value: [1, 2], reason: 'DEFAULT' }],
  ['object', {}, { value: { a: 1 }, reason: 'DEFAULT' }],
  ['nothing', {}, { reason: 'DEFAULT' }],
  ['exp', { targetingKey: 'u' }, { value: 'blue', variant: 'a', reason: 'SPLIT' }],
  ['exp', {}, { value: 'red', reason: 'DEFAULT' }],
  ['forced', { urlFeatures: ['test_me'] }, { value: true, reason: 'OVERRIDE' }],
])('%s for %j is %j', async (key, context, expected) => {
  const { single } = await protocol(LIVE)
  const answer = await single({ key, body: { context } as never })
  const { metadata, ...rest } = bodyOf(answer) as { readonly metadata: object }
  expect(answer.status).toBe(200)
  expect(answer.headers).toMatchObject({ 'cache-control': 'no-store' })
  expect(rest).toEqual({ key, ...expected })
  expect(metadata).toMatchObject({ flagSetId: 'liveflag' })
})

test.each<[what: string, ask: object, status: number, body: object]>([
  [
    'an unknown flag',
    { key: 'nope' },
    404,
    { key: 'nope', errorCode: 'FLAG_NOT_FOUND', errorDetails: 'flag "nope" does not exist' },
  ],
  [
    'a name of every object',
    { key: '__proto__' },
    404,
    { key: '__proto__', errorCode: 'FLAG_NOT_FOUND' },
  ],
  [
    'a name of every object',
    { key: 'constructor' },
    404,
    { key: 'constructor', errorCode: 'FLAG_NOT_FOUND' },
  ],
  ['a refused definition', { key: 'bad' }, 400, { key: 'bad', errorCode: 'PARSE_ERROR' }],
  [
    'a body that is no JSON',
    { key: 'on', invalidBody: true },
    400,
    { key: 'on', errorCode: 'INVALID_CONTEXT', errorDetails: 'the request body is not valid JSON' },
  ],
  [
    'a body that is a list',
    { key: 'on', body: [] },
    400,
    { key: 'on', errorCode: 'INVALID_CONTEXT' },
  ],
  [
    'a targeting key that is a number',
    { key: 'on', body: { context: { targetingKey: 5 } } },
    400,
    { key: 'on', errorCode: 'INVALID_CONTEXT' },
  ],
  [
    'a malformed key',
    { key: '%zz', malformed: ['key'] },
    400,
    { key: '%zz', errorCode: 'GENERAL' },
  ],
])('%s fails: %j', async (_, ask, status, body) => {
  const { single } = await protocol(LIVE)
  const answer = await single(ask)
  expect(answer.status).toBe(status)
  expect(bodyOf(answer)).toMatchObject(body)
})

test('an empty body evaluates with an empty context', async () => {
  const { single } = await protocol(LIVE)
  expect(bodyOf(await single({ key: 'on' }))).toMatchObject({ value: true })
})

test('error details say nothing of the live config or the context', async () => {
  const { single } = await protocol(LIVE)
  const body = { context: { targetingKey: 'gary@example.com' } }
  const text = JSON.stringify(bodyOf(await single({ key: 'bad', body })))
  expect(text).not.toMatch(/gary|percent|memory|much/)
})

describe('a client-side key', () => {
  test('sees flags that are marked for clients, with their notes', async () => {
    const { single } = await protocol(LIVE)
    expect(bodyOf(await single({ key: 'for_web', principal: BROWSER }))).toMatchObject({
      value: true,
      metadata: { client: true, team: 'web' },
    })
  })

  test.each(['on', 'bad', 'nope'])('is reported that %s does not exist', async (key) => {
    const { single } = await protocol(LIVE)
    const answer = await single({ key, principal: BROWSER })
    expect([answer.status, bodyOf(answer)]).toEqual([
      404,
      { key, errorCode: 'FLAG_NOT_FOUND', errorDetails: `flag "${key}" does not exist` },
    ])
  })
})

test('a date, which JSON sends as text, is answered as the provider in the process answers it', async () => {
  const rules = (signup: string): string =>
    `{default: false, rules: [{condition: {signup: ${signup}}, force: true}]}`
  const text = `
feature_after: ${rules('{$gt: "2026-01-01T00:00:00.000Z"}')}
feature_before: ${rules('{$lt: "2026-01-01T00:00:00.000Z"}')}
feature_in_may: ${rules('{$regex: "^2026-05"}')}`
  const { single } = await protocol(text)
  const features = await openFeatures({ source: memory(text) })
  const provider = new LiveflagProvider(features)
  await provider.initialize()
  const context = { targetingKey: 'u', signup: new Date('2026-05-01') }
  const sent = JSON.parse(JSON.stringify({ context })) as JsonObject
  const answers: [string, unknown, unknown][] = []
  for (const key of ['after', 'before', 'in_may']) {
    const { value } = bodyOf(await single({ key, body: sent })) as { readonly value: boolean }
    const resolved = await provider.resolveBooleanEvaluation(key, false, context)
    answers.push([key, resolved.value, value])
  }
  await features.close()
  expect(answers).toEqual([
    ['after', true, true],
    ['before', false, false],
    ['in_may', true, true],
  ])
})

describe('exposures', () => {
  test('are recorded when a variant is served, once for each unit', async () => {
    const exposures: Exposure[] = []
    const { single } = await protocol(LIVE, {}, { onExposure: (one) => exposures.push(one) })
    for (const targetingKey of ['u', 'u', 'v'])
      await single({ key: 'exp', body: { context: { targetingKey } } })
    expect(exposures.map(({ unit, variant }) => [unit, variant])).toEqual([
      ['u', 'a'],
      ['v', 'a'],
    ])
  })

  test('are recorded of the same decision that is answered: the flag is evaluated once', async () => {
    const evaluations: string[] = []
    const exposures: Exposure[] = []
    const counted: Selector = {
      key: 'counted',
      stage: 'who',
      summary: 'Counts how often it is asked, and matches nobody.',
      schema: {},
      compile: () => (visitor) => void evaluations.push(String(visitor.attribute('targetingKey'))),
    }
    const { single } = await protocol(
      'feature_exp: {counted: true, experiment: {experiment_id: 1, loggedin: true, variants: {a: 100}}}',
      {},
      { selectors: [counted], onExposure: (one) => exposures.push(one) },
    )
    const answer = await single({ key: 'exp', body: { context: { targetingKey: 'u' } } })
    expect(bodyOf(answer)).toMatchObject({ variant: 'a', reason: 'SPLIT' })
    expect([evaluations, exposures.length]).toEqual([['u'], 1])
  })

  test('are not recorded by somebody who may not see the flag', async () => {
    const exposures: Exposure[] = []
    const { single } = await protocol(LIVE, {}, { onExposure: (one) => exposures.push(one) })
    await single({ key: 'exp', body: { context: { targetingKey: 'u' } }, principal: BROWSER })
    expect(exposures).toEqual([])
  })
})

describe('what the server itself says of the caller', () => {
  test('wins over the body, which can claim anything', async () => {
    const { single } = await protocol(LIVE, {
      context: { user: { gold: false } },
      contextFromHeaders: { plan: 'x-plan' },
    })
    const claim = { context: { targetingKey: 'u', plan: 'pro', user: { gold: true } } }
    expect(bodyOf(await single({ key: 'gold', body: claim }))).toMatchObject({ value: false })
    expect(bodyOf(await single({ key: 'size', body: claim }))).toMatchObject({ value: 10 })
    expect(
      bodyOf(await single({ key: 'size', body: claim, headers: { 'x-plan': 'pro' } })),
    ).toMatchObject({ value: 50 })
  })
})
