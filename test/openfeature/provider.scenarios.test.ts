/**
 * OpenFeature's official scenarios, in words of our own, through the real SDK: the suites evaluation_v2,
 * hooks, metadata, contextMerging and the deprecated evaluation. Those about the reason CACHED do not
 * apply to an engine in the same process.
 */
import {
  AsyncLocalStorageTransactionContextPropagator,
  type Client,
  type EvaluationContext,
  type EvaluationDetails,
  type FlagValue,
  type Hook,
  OpenFeature,
} from '@openfeature/server-sdk'
import { openFeatures } from '../../src/index'
import { LiveflagProvider } from '../../src/openfeature/openfeature'
import { named } from './named-variants'
import { closeScenes, freshDomain, scene } from './scene'

const TEMPLATE = { showImages: true, title: 'Check out these pics!', imagesPerPage: 100 }
const template = JSON.stringify(TEMPLATE)

const flag = (variants: string, rest: string): string => `{variants: ${variants}, ${rest}}`
const PLAIN = {
  boolean: flag('{on: true, off: false}', 'default: on'),
  string: flag('{greeting: hi, parting: bye}', 'default: greeting'),
  integer: flag('{one: 1, ten: 10}', 'default: ten'),
  float: flag('{tenth: 0.1, half: 0.5}', 'default: half'),
  object: flag(`{empty: {}, template: ${template}}`, 'default: template'),
}
const ZERO = {
  boolean: '{zero: false, non-zero: true}',
  string: '{zero: "", non-zero: str}',
  integer: '{zero: 0, non-zero: 1}',
  float: '{zero: 0.0, non-zero: 1.0}',
  object: `{zero: {}, non-zero: ${template}}`,
}
type Type = keyof typeof PLAIN
const TYPES = Object.keys(PLAIN) as Type[]

const live = [
  ...TYPES.flatMap((type) => [
    `feature_${type}-flag: {static_variants: ${PLAIN[type]}}`,
    `feature_${type}-zero-flag: {static_variants: ${flag(ZERO[type], 'default: zero')}}`,
    `feature_${type}-targeted-zero-flag: {by_email: ${flag(ZERO[type], 'default: zero, targeted: zero')}}`,
    `feature_${type}-disabled-flag: {enabled: off, static_variants: ${PLAIN[type]}}`,
  ]),
  'feature_complex-targeted: {internal: {variants: {internal: INTERNAL, external: EXTERNAL}, default: external, targeted: internal}}',
  'feature_context-aware: {by_name: {variants: {internal: INTERNAL, external: EXTERNAL}, default: external, targeted: internal}}',
  'feature_metadata-flag: {static_variants: {variants: {on: true, off: false}, default: on}, x-string: 1.0.2, x-integer: 2, x-boolean: true, x-float: 0.1}',
  'feature_wrong-flag: {static_variants: {variants: {one: uno, two: dos}, default: one}}',
].join('\n')

const selectors = [
  named('static_variants'),
  named('by_email', (of) => of('email') === 'ballmer@macrosoft.com'),
  named(
    'internal',
    (of) => !of('customer') && of('email') === 'ballmer@macrosoft.com' && Number(of('age')) > 10,
  ),
  named(
    'by_name',
    (of) =>
      of('fn') === 'Sulisław' &&
      of('ln') === 'Świętopełk' &&
      of('age') === 29 &&
      String(of('customer')) === 'false',
  ),
]

const open = () => scene(live, { ownMetadata: false, features: { selectors } })

/** Asks for a flag of a type; integers and floats are both numbers. */
function details(
  client: Client,
  type: Type,
  key: string,
  otherwise: FlagValue,
  context?: EvaluationContext,
  hooks: Hook[] = [],
): Promise<EvaluationDetails<FlagValue>> {
  if (type === 'boolean')
    return client.getBooleanDetails(key, otherwise as boolean, context, { hooks })
  if (type === 'string')
    return client.getStringDetails(key, otherwise as string, context, { hooks })
  if (type === 'object')
    return client.getObjectDetails(key, otherwise as object as never, context, { hooks })
  return client.getNumberDetails(key, otherwise as number, context, { hooks })
}

const OTHERWISE: Record<Type, FlagValue> = {
  boolean: false,
  string: 'bye',
  integer: 1,
  float: 0.1,
  object: { a: 1 },
}
const PLAIN_VALUES: Record<Type, FlagValue> = {
  boolean: true,
  string: 'hi',
  integer: 10,
  float: 0.5,
  object: TEMPLATE,
}
const PLAIN_VARIANTS: Record<Type, string> = {
  boolean: 'on',
  string: 'greeting',
  integer: 'ten',
  float: 'half',
  object: 'template',
}
const ZERO_VALUES: Record<Type, FlagValue> = {
  boolean: false,
  string: '',
  integer: 0,
  float: 0,
  object: {},
}
const NON_ZERO: Record<Type, FlagValue> = {
  boolean: true,
  string: 'str',
  integer: 1,
  float: 1.0,
  object: { a: 1 },
}

afterEach(closeScenes)

describe.each(TYPES)('a flag of type %s', (type) => {
  test('has its value, with the key, the variant and the reason STATIC', async () => {
    const { client } = await open()
    expect(await details(client, type, `${type}-flag`, OTHERWISE[type])).toMatchObject({
      flagKey: `${type}-flag`,
      value: PLAIN_VALUES[type],
      variant: PLAIN_VARIANTS[type],
      reason: 'STATIC',
    })
  })

  test('has a value that is zero or empty, which is not taken for none', async () => {
    const { client } = await open()
    expect(await details(client, type, `${type}-zero-flag`, NON_ZERO[type])).toMatchObject({
      value: ZERO_VALUES[type],
      reason: 'STATIC',
    })
  })

  test.each([
    ['matches', { email: 'ballmer@macrosoft.com' }, 'TARGETING_MATCH'],
    ['does not match', { email: 'ballmer@none.com' }, 'DEFAULT'],
    ['finds no context', undefined, 'DEFAULT'],
    ['finds null', { email: null }, 'DEFAULT'],
  ])('has a value of zero when its targeting %s', async (_, context, reason) => {
    const { client } = await open()
    const key = `${type}-targeted-zero-flag`
    expect(
      await details(client, type, key, NON_ZERO[type], context as EvaluationContext),
    ).toMatchObject({ value: ZERO_VALUES[type], reason })
  })

  test("is the code's default with FLAG_NOT_FOUND when there is none", async () => {
    const { client } = await open()
    expect(await details(client, type, 'non-existent-flag', OTHERWISE[type])).toMatchObject({
      value: OTHERWISE[type],
      reason: 'ERROR',
      errorCode: 'FLAG_NOT_FOUND',
    })
  })

  test("is the code's default with TYPE_MISMATCH when it is of another type", async () => {
    const { client } = await open()
    const key = type === 'boolean' ? 'string-flag' : 'boolean-flag'
    expect(await details(client, type, key, OTHERWISE[type])).toMatchObject({
      value: OTHERWISE[type],
      reason: 'ERROR',
      errorCode: 'TYPE_MISMATCH',
    })
  })

  test("is the code's default with DISABLED when it is switched off", async () => {
    const { client } = await open()
    const answer = await details(client, type, `${type}-disabled-flag`, OTHERWISE[type])
    expect(answer).toMatchObject({ value: OTHERWISE[type], reason: 'DISABLED' })
    expect(answer.variant).toBeUndefined()
  })

  test("is the code's default with PROVIDER_NOT_READY before the provider is", async () => {
    const domain = freshDomain()
    const provider = new LiveflagProvider(() => new Promise(() => undefined))
    OpenFeature.setProvider(domain, provider)
    const client = OpenFeature.getClient(domain)
    expect(client.providerStatus).toBe('NOT_READY')
    expect(await details(client, type, `${type}-flag`, OTHERWISE[type])).toMatchObject({
      value: OTHERWISE[type],
      reason: 'ERROR',
      errorCode: 'PROVIDER_NOT_READY',
    })
  })

  test("is the code's default with PROVIDER_FATAL when the provider can never be ready", async () => {
    const { client } = await fatal()
    expect(await details(client, type, `${type}-flag`, OTHERWISE[type])).toMatchObject({
      value: OTHERWISE[type],
      reason: 'ERROR',
      errorCode: 'PROVIDER_FATAL',
    })
  })
})

/** A provider whose live config cannot be opened. */
async function fatal(): Promise<{ readonly client: Client }> {
  const domain = freshDomain()
  const provider = new LiveflagProvider(() => openFeatures({ source: '/nowhere/live.yaml' }))
  await expect(OpenFeature.setProviderAndWait(domain, provider)).rejects.toThrow(/live\.yaml/)
  return { client: OpenFeature.getClient(domain) }
}

describe('targeting by several attributes', () => {
  test('matches when all of them do', async () => {
    const { client } = await open()
    const context = { email: 'ballmer@macrosoft.com', role: 'admin', age: 65, customer: false }
    expect(await client.getStringDetails('complex-targeted', 'x', context)).toMatchObject({
      value: 'INTERNAL',
      reason: 'TARGETING_MATCH',
    })
  })

  test.each([['false'], [false]])('takes customer %p', async (customer) => {
    const { client } = await open()
    const context = { fn: 'Sulisław', ln: 'Świętopełk', age: 29, customer }
    expect(await client.getStringValue('context-aware', 'x', context)).toBe('INTERNAL')
    expect(await client.getStringValue('context-aware', 'x', {})).toBe('EXTERNAL')
  })
})

describe('metadata of a flag', () => {
  test('is the notes of its entry, each with its type', async () => {
    const { client } = await open()
    const { flagMetadata } = await client.getBooleanDetails('metadata-flag', false)
    expect(flagMetadata).toEqual({ string: '1.0.2', integer: 2, boolean: true, float: 0.1 })
  })

  test.each(['boolean', 'integer', 'float', 'string'] as const)(
    'is empty of a %s flag without notes',
    async (type) => {
      const { client } = await open()
      const { flagMetadata } = await details(client, type, `${type}-flag`, OTHERWISE[type])
      expect(flagMetadata).toEqual({})
    },
  )
})

describe('status', () => {
  test('is READY, then STALE when the content is refused, and READY again', async () => {
    const { client, set } = await open()
    expect(client.providerStatus).toBe('READY')
    await set('feature_a: [')
    expect(client.providerStatus).toBe('STALE')
    await set(live)
    expect(client.providerStatus).toBe('READY')
  })

  test('is FATAL when the live config cannot be opened', async () => {
    const { client } = await fatal()
    expect(client.providerStatus).toBe('FATAL')
  })

  test('is ERROR when opening fails for another reason', async () => {
    const domain = freshDomain()
    const provider = new LiveflagProvider(() => Promise.reject(new Error('no network')))
    await expect(OpenFeature.setProviderAndWait(domain, provider)).rejects.toThrow('no network')
    expect(OpenFeature.getClient(domain).providerStatus).toBe('ERROR')
  })
})

describe('hooks', () => {
  interface Calls {
    readonly hook: Hook
    readonly stages: string[]
    last?: EvaluationDetails<FlagValue>
  }

  function recording(): Calls {
    const stages: string[] = []
    const calls: Calls = {
      stages,
      hook: {
        before: () => void stages.push('before'),
        after: () => void stages.push('after'),
        error: () => void stages.push('error'),
        finally: (_, answer) => {
          stages.push('finally')
          calls.last = answer
        },
      },
    }
    return calls
  }

  test('of an invocation both run, in their order', async () => {
    const { client } = await open()
    const order: number[] = []
    const hooks = [1, 2].map((n) => ({ before: () => void order.push(n) }))
    await client.getBooleanValue('boolean-flag', false, {}, { hooks })
    expect(order).toEqual([1, 2])
  })

  test.each([
    [
      'boolean',
      'boolean-flag',
      false,
      ['before', 'after', 'finally'],
      { value: true, variant: 'on', reason: 'STATIC' },
    ],
    [
      'string',
      'missing-flag',
      'uh-oh',
      ['before', 'error', 'finally'],
      { value: 'uh-oh', reason: 'ERROR', errorCode: 'FLAG_NOT_FOUND' },
    ],
    [
      'boolean',
      'wrong-flag',
      false,
      ['before', 'error', 'finally'],
      { value: false, reason: 'ERROR', errorCode: 'TYPE_MISMATCH' },
    ],
  ] as const)('see how asking a %s of %s ended', async (type, key, otherwise, stages, expected) => {
    const { client } = await open()
    const calls = recording()
    await details(client, type, key, otherwise, {}, [calls.hook])
    expect(calls.stages).toEqual(stages)
    expect(calls.last).toMatchObject({ flagKey: key, ...expected })
  })
})

test('a context with mutable data is not changed, and the metadata of an answer is frozen', async () => {
  const { client } = await open()
  const context = { targetingKey: 'u', nested: { list: [1] } }
  const before = structuredClone(context)
  const answer = await client.getBooleanDetails('boolean-flag', false, context)
  expect(context).toEqual(before)
  expect(Object.isFrozen(context.nested)).toBe(false)
  expect(Object.isFrozen(answer.flagMetadata)).toBe(true)
})

describe('the context that the provider receives', () => {
  const LEVELS = ['API', 'Transaction', 'Client', 'Invocation', 'Before Hooks'] as const
  type Level = (typeof LEVELS)[number]
  const LISTS: readonly (readonly Level[])[] = [
    ['API', 'Transaction', 'Client', 'Invocation'],
    ['API', 'Client', 'Invocation', 'Before Hooks'],
    LEVELS,
  ]

  /** Evaluates with each level's entries, and gives back the context that reached the provider. */
  async function received(
    entries: Partial<Record<Level, Record<string, string>>>,
  ): Promise<EvaluationContext> {
    const { client, provider } = await open()
    let context: EvaluationContext = {}
    const resolve = provider.resolveBooleanEvaluation.bind(provider)
    provider.resolveBooleanEvaluation = (name, otherwise, given) => {
      context = given
      return resolve(name, otherwise, given)
    }
    OpenFeature.setTransactionContextPropagator(new AsyncLocalStorageTransactionContextPropagator())
    OpenFeature.setContext(entries.API ?? {})
    client.setContext(entries.Client ?? {})
    await new Promise<void>((resolved, rejected) => {
      OpenFeature.setTransactionContext(entries.Transaction ?? {}, () => {
        client
          .getBooleanValue('boolean-flag', false, entries.Invocation ?? {}, {
            hooks: [{ before: () => entries['Before Hooks'] ?? {} }],
          })
          .then(() => resolved(), rejected)
      })
    })
    return context
  }

  test.each(LISTS.flatMap((levels) => levels.map((level) => [level, levels.join()])))(
    'has what the level %s alone sets (of %s)',
    async (level) => {
      expect(await received({ [level]: { key: 'value' } })).toMatchObject({ key: 'value' })
    },
  )

  test.each(LISTS.map((levels) => ({ levels })))(
    'has what each of $levels sets',
    async ({ levels }) => {
      const entries = Object.fromEntries(levels.map((level) => [level, { [level]: 'value' }]))
      expect(await received(entries)).toMatchObject(
        Object.fromEntries(levels.map((level) => [level, 'value'])),
      )
    },
  )

  test.each(LISTS.flatMap((all) => all.map((last, i) => ({ levels: all.slice(0, i + 1), last }))))(
    'when $levels set the same key, has the value of the last',
    async ({ levels, last }) => {
      const entries = Object.fromEntries(levels.map((level) => [level, { key: level }]))
      expect(await received(entries)).toMatchObject({ key: last })
    },
  )
})
