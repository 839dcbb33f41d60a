import type { Hook, HookContext } from '@openfeature/server-sdk'
import { logs } from '@opentelemetry/api-logs'
import {
  type EvaluationEvent,
  telemetryHook,
  type TelemetryOptions,
} from '../../src/openfeature/openfeature'
import { closeScenes, scene } from './scene'

afterEach(closeScenes)

const LIVE = `
feature_on: on
feature_exp: {default: red, experiment: {variants: [{name: a, value: blue}]}}
`

/** The events of evaluations, read as they would be exported. */
async function eventsOf(
  options: TelemetryOptions,
  evaluate: (
    ask: (name: string, otherwise: boolean | string) => Promise<unknown>,
  ) => Promise<unknown>,
): Promise<readonly EvaluationEvent[]> {
  const events: EvaluationEvent[] = []
  const { client } = await scene(LIVE)
  const hooks: Hook[] = [
    telemetryHook({ logger: { emit: (event) => events.push(event) }, ...options }),
  ]
  const context = { targetingKey: 'u' }
  await evaluate((name, otherwise) =>
    typeof otherwise === 'string'
      ? client.getStringValue(name, otherwise, context, { hooks })
      : client.getBooleanValue(name, otherwise, context, { hooks }),
  )
  return events
}

const attributesOf = async (
  options: TelemetryOptions,
  name: string,
  otherwise: boolean | string,
): Promise<Record<string, unknown>> =>
  (await eventsOf(options, (ask) => ask(name, otherwise)))[0]?.attributes ?? {}

describe('an event has the names of the semantic conventions', () => {
  test('of a feature without a variant: the value', async () => {
    const [event] = await eventsOf({}, (ask) => ask('on', false))
    expect(event).toEqual({
      eventName: 'feature_flag.evaluation',
      attributes: {
        'feature_flag.key': 'on',
        'feature_flag.result.value': true,
        'feature_flag.result.reason': 'static',
        'feature_flag.provider.name': 'liveflag',
        'feature_flag.context.id': 'u',
        'feature_flag.set.id': 'liveflag',
        'feature_flag.version': expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      },
    })
  })

  test('of one with a variant: the variant, and the value only if it is asked for', async () => {
    const attributes = await attributesOf({}, 'exp', 'x')
    expect(attributes).toMatchObject({ 'feature_flag.result.variant': 'a' })
    expect(attributes).not.toHaveProperty(['feature_flag.result.value'])
    expect(await attributesOf({ value: true }, 'exp', 'x')).toMatchObject({
      'feature_flag.result.value': 'blue',
    })
  })

  test('of an error: its type in lower case, and its message under the new name', async () => {
    const attributes = await attributesOf({}, 'nope', false)
    expect(attributes).toMatchObject({
      'feature_flag.result.reason': 'error',
      'error.type': 'flag_not_found',
      'feature_flag.error.message': expect.stringContaining('nope') as string,
    })
    expect(attributes).not.toHaveProperty(['error.message'])
    expect(await attributesOf({ excludeExceptions: true }, 'nope', false)).not.toHaveProperty([
      'feature_flag.error.message',
    ])
  })
})

describe('options', () => {
  test('add, leave out and replace attributes, or drop the event', async () => {
    const attributes = await attributesOf(
      {
        attributeMapper: ({ context }: Readonly<HookContext>) => ({
          region: 'nz',
          nothing: undefined,
          who: context.targetingKey,
        }),
        excludeAttributes: ['feature_flag.context.id'],
        eventMutator: (event) => ({ ...event, attributes: { ...event.attributes, extra: 1 } }),
      },
      'on',
      false,
    )
    expect(attributes).toMatchObject({ region: 'nz', who: 'u', extra: 1 })
    expect(attributes).not.toHaveProperty(['feature_flag.context.id'])
    expect(attributes).not.toHaveProperty('nothing')
    expect(await eventsOf({ eventMutator: () => undefined }, (ask) => ask('on', false))).toEqual([])
  })

  test('everyMs lets one event through in that time for each feature and outcome', async () => {
    let now = 1000
    const names = await eventsOf({ everyMs: 100, now: () => now }, async (ask) => {
      for (const at of [1000, 1050, 1099, 1100, 1150]) {
        now = at
        await ask('on', false)
      }
      await ask('nope', false)
    })
    expect(names.map(({ attributes }) => attributes['feature_flag.key'])).toEqual([
      'on',
      'on',
      'nope',
    ])
  })

  test('everyMs holds nothing back for long when the clock is set back', async () => {
    let now = 1e12
    const names = await eventsOf({ everyMs: 100, now: () => now }, async (ask) => {
      await ask('on', false)
      now = 1000
      await ask('on', false)
    })
    expect(names).toHaveLength(2)
  })

  test('what they throw changes no answer', async () => {
    const thrower = (): never => {
      throw new Error('no')
    }
    const answers: unknown[] = []
    await eventsOf({ attributeMapper: thrower }, async (ask) =>
      answers.push(await ask('on', false)),
    )
    await eventsOf({ logger: { emit: thrower } }, async (ask) =>
      answers.push(await ask('on', false)),
    )
    expect(answers).toEqual([true, true])
  })

  test('an unknown one is refused', () => {
    expect(() => telemetryHook({ valu: true } as never)).toThrow(/did you mean value/)
  })
})

test('without a logger, events go to the logger provider that the application registers, even later', async () => {
  const hook = telemetryHook()
  const emitted: unknown[] = []
  logs.setGlobalLoggerProvider({
    getLogger: (name) => ({
      emit: (record) => emitted.push([name, record.eventName]),
      enabled: () => true,
    }),
  })
  try {
    const { client } = await scene(LIVE)
    await client.getBooleanValue('on', false, {}, { hooks: [hook] })
    expect(emitted).toEqual([['liveflag', 'feature_flag.evaluation']])
  } finally {
    logs.disable()
  }
})
