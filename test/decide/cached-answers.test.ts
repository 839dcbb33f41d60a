import { worldOf } from '../../src/index'
import type { JsonObject } from '../../src/core/json'
import { memoryStore } from '../../src/decide/decide'
import { closeDeciders, counting, DAY, experiment, MAY, openDecider } from '../support/deciding'
import { openEngine } from '../support/engine'

afterEach(closeDeciders)

describe('answers that are kept', () => {
  const asked = async (options: Parameters<typeof openDecider>[1] = {}) => {
    let worlds = 0
    const world = (id: string, attributes: JsonObject) => (
      worlds++,
      worldOf({ user: { id }, attributes })
    )
    const made = await openDecider(
      experiment('e', 'targeting: country == "NZ"') + experiment('other', 'traffic: 0'),
      { world, ...options },
    )
    return { ...made, evaluations: () => worlds }
  }

  test.each([
    ['the same question', 'u1', { country: 'AU' }, 1],
    ['another subject', 'u2', { country: 'AU' }, 2],
    ['other attributes', 'u1', { country: 'DE' }, 2],
  ])('%s', async (_, subject, attributes, evaluations) => {
    const made = await asked()
    await made.decider.decide('e', 'u1', { country: 'AU' })
    await made.decider.decide('e', subject, attributes)
    expect(made.evaluations()).toBe(evaluations)
  })

  test('the order of attributes does not matter, deep down neither', async () => {
    const made = await asked()
    await made.decider.decide('e', 'u1', { country: 'AU', device: { os: 'ios', at: [1, 2] } })
    await made.decider.decide('e', 'u1', { device: { at: [1, 2], os: 'ios' }, country: 'AU' })
    expect(made.evaluations()).toBe(1)
  })

  test.each<[string, unknown, unknown]>([
    ['Infinity and null', Infinity, null],
    ['Infinity and its negative', Infinity, -Infinity],
    ['NaN and null', NaN, null],
    ['0 and -0', 0, -0],
    ['undefined and null', undefined, null],
    ['a number and its text', 1, '1'],
    ['a bigint and a number', 1n, 1],
    ['two days', new Date(0), new Date(1)],
    ['a day and its text', new Date(0), new Date(0).toISOString()],
    ['two sets', new Set(['a']), new Set(['b'])],
    ['two maps', new Map([['a', 1]]), new Map([['a', 2]])],
    ['a set and an empty object', new Set(['a']), {}],
    ['two functions', () => 1, () => 2],
    ['an object that writes itself as JSON and that JSON', { toJSON: () => 'a' }, 'a'],
  ])('%s are two questions, at the top and within', async (_, first, second) => {
    for (const within of [(value: unknown) => value, (value: unknown) => ({ list: [value] })]) {
      const made = await asked()
      for (const value of [first, second])
        await made.decider.decide('e', 'u1', { limit: within(value) } as JsonObject)
      expect(made.evaluations()).toBe(2)
    }
  })

  test('the answer for Infinity is not that for null', async () => {
    const { decider } = await openDecider(experiment('e', 'targeting: limit > 5'))
    const reasons = []
    for (const limit of [Infinity, null, NaN, 6])
      reasons.push((await decider.decide('e', 'u1', { limit })).reason)
    expect(reasons).toEqual([
      'experiment_assigned',
      'targeting_mismatch',
      'targeting_mismatch',
      'experiment_assigned',
    ])
  })

  test('a subject whose attributes are very large is asked anew', async () => {
    const made = await asked()
    const attributes = { country: 'AU', bio: 'x'.repeat(100_000) }
    await made.decider.decide('e', 'u1', attributes)
    await made.decider.decide('e', 'u1', attributes)
    expect(made.evaluations()).toBe(2)
  })

  test.each([
    [59_999, 1],
    [60_000, 2],
    // The clock was ahead, and has been set right.
    [-3650 * DAY, 2],
  ])('after %i ms', async (later, evaluations) => {
    const made = await asked()
    await made.decider.decide('e', 'u1', { country: 'AU' })
    made.clock.now += later
    await made.decider.decide('e', 'u1', { country: 'AU' })
    expect(made.evaluations()).toBe(evaluations)
  })

  test('with cacheTtlSeconds 0 none is', async () => {
    const made = await asked({ cacheTtlSeconds: 0 })
    await made.decider.decide('e', 'u1')
    await made.decider.decide('e', 'u1')
    expect(made.evaluations()).toBe(2)
  })

  test('an edit of the entry counts at once, an edit elsewhere does not', async () => {
    const made = await asked()
    await made.decider.decide('e', 'u1', { country: 'AU' })
    await made.engine.set(
      `${experiment('e', 'targeting: country == "NZ"')}# a note\n${experiment('other', 'traffic: 50')}`,
    )
    await made.decider.decide('e', 'u1', { country: 'AU' })
    expect(made.evaluations()).toBe(1)
    await made.engine.set(experiment('e', 'targeting: country == "AU"'))
    expect((await made.decider.decide('e', 'u1', { country: 'AU' })).reason).toBe(
      'experiment_assigned',
    )
  })

  test('a ramp that has grown is asked anew, although nothing was edited', async () => {
    const ramp = 'traffic: { ramp: { to: 100, over: 1m, start: 2026-05-01 } }'
    const { decider, clock } = await openDecider(experiment('e', ramp))
    const reasonNow = async (): Promise<string> => (await decider.decide('e', 'u1')).reason
    expect(await reasonNow()).toBe('outside_traffic_allocation')
    clock.now += 60_000
    expect(await reasonNow()).toBe('experiment_assigned')
  })

  test('an edit while an answer is being decided is not answered with what was', async () => {
    const store = counting(memoryStore())
    const { decider, engine } = await openDecider(experiment('e'), { store })
    const admit = store.admit
    store.admit = async (asks) => {
      await admit(asks)
      await engine.set('feature_e: {default: new}\n')
    }
    await decider.decide('e', 'u1')
    expect((await decider.decide('e', 'u1')).value).toBe('new')
  })

  test('beside a refusal, what the rules of the entry give is not kept', async () => {
    const entry =
      'feature_e: {default: d, experiment: {variants: [{name: a, value: v}]}, rules: [{force: byrule}]}\n'
    const { decider, engine } = await openDecider(entry + experiment('other'), {
      limits: { maxConcurrent: 1 },
    })
    await decider.decide('other', 'u1')
    expect((await decider.decide('e', 'u1')).value).toBe('byrule')
    await engine.set(entry)
    expect((await decider.decide('e', 'u1')).value).toBe('v')
  })

  test('times are those of the clock of the features', async () => {
    let now = MAY
    const { features } = await openEngine(experiment('e', 'start: 2026-05-02'), { now: () => now })
    const { decider } = await openDecider('{}', { features, now: () => MAY })
    const reasons = [(await decider.decide('e', 'u1')).reason]
    now += DAY
    reasons.push((await decider.decide('e', 'u1')).reason)
    expect(reasons).toEqual(['no_active_experiment', 'experiment_assigned'])
  })

  test('an end counts at once', async () => {
    const { decider, clock } = await openDecider(experiment('e', 'end: 2026-05-01T00:00:01Z'))
    const reasons = [(await decider.decide('e', 'u1')).reason]
    clock.now += 1000
    reasons.push((await decider.decide('e', 'u1')).reason)
    expect(reasons).toEqual(['experiment_assigned', 'no_active_experiment'])
  })

  test('what depends on the history is not kept', async () => {
    const { decider, engine } = await openDecider(experiment('a') + experiment('b'), {
      limits: { maxConcurrent: 1 },
    })
    await decider.decide('a', 'u1')
    expect((await decider.decide('b', 'u1')).reason).toBe('participation_limit')
    await engine.set(experiment('a', 'status: draft') + experiment('b'))
    expect((await decider.decide('b', 'u1')).reason).toBe('experiment_assigned')
  })

  test('attributes that JSON cannot write are asked anew, and never break an answer', async () => {
    const made = await asked()
    const endless: Record<string, unknown> = { country: 'AU' }
    endless['self'] = endless
    await made.decider.decide('e', 'u1', endless as JsonObject)
    expect((await made.decider.decide('e', 'u1', endless as JsonObject)).reason).toBe(
      'targeting_mismatch',
    )
    expect(made.evaluations()).toBe(2)
  })
})
