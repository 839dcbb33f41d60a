import { checkText, worldOf } from '../../src/index'
import { LiveflagError } from '../../src/core/errors'
import type { JsonObject } from '../../src/core/json'
import { memoryStore } from '../../src/decide/decide'
import type { Store } from '../../src/recording/store'
import { closeDeciders, counting, DAY, experiment, MAY, openDecider } from '../support/deciding'
import { openEngine } from '../support/engine'
import { assignedRow } from '../support/rows'

afterEach(closeDeciders)

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const reasonsOf = async (store: Store, experimentId: string): Promise<Record<string, number>> =>
  Object.fromEntries(
    (await store.decisionsByReason(experimentId)).map(({ reason, decisions }) => [
      reason,
      decisions,
    ]),
  )

describe('what a subject gets (docs/spec/decide.md, section 1)', () => {
  const TEXT = [
    experiment('assigned'),
    experiment('paused', 'status: paused'),
    experiment('later', 'start: 2026-05-02'),
    experiment('targeted', 'targeting: country == "NZ"'),
    experiment('broken', 'targeting: "country =="'),
    experiment('outside', 'traffic: 0'),
    experiment('first', 'domains: [d], priority: 1, targeting: country == "AU"'),
    experiment('second', 'domains: [d], targeting: country == "AU"'),
    'feature_empty: {default: 5, experiment: {variants: []}}\n',
    'feature_on: on\nfeature_off: off\nfeature_value: {default: 7}\nfeature_nothing: {default: null}\nfeature_refused: {nonsense: true}\n',
    'feature_nameless: {experiment: {variants: [{name: a}]}}\n',
  ].join('')

  test.each<[string, JsonObject, string, unknown, string | null, string | null]>([
    ['unknown', {}, 'flag_not_found', null, null, null],
    ['refused', {}, 'flag_not_found', null, null, null],
    ['on', {}, 'no_active_experiment', true, null, null],
    ['off', {}, 'no_active_experiment', false, null, null],
    ['value', {}, 'no_active_experiment', 7, null, null],
    ['nothing', {}, 'no_active_experiment', null, null, null],
    ['paused', {}, 'no_active_experiment', 'paused?', null, null],
    ['later', {}, 'no_active_experiment', 'later?', null, null],
    ['targeted', { country: 'AU' }, 'targeting_mismatch', 'targeted?', 'targeted', null],
    ['targeted', {}, 'targeting_mismatch', 'targeted?', 'targeted', null],
    ['targeted', { country: 'NZ' }, 'experiment_assigned', 'targeted!', 'targeted', 'a'],
    ['broken', { country: 'NZ' }, 'targeting_mismatch', 'broken?', 'broken', null],
    ['second', { country: 'AU' }, 'domain_conflict', 'second?', 'second', null],
    ['outside', {}, 'outside_traffic_allocation', 'outside?', 'outside', null],
    ['empty', {}, 'no_variants', 5, 'empty', null],
    ['assigned', {}, 'experiment_assigned', 'assigned!', 'assigned', 'a'],
    ['nameless', {}, 'experiment_assigned', 'a', 'nameless', 'a'],
  ])('%s for %j: %s', async (flag, attributes, reason, value, experimentId, variantId) => {
    const { decider } = await openDecider(TEXT)
    expect(await decider.decide(flag, 'u1', attributes)).toEqual({
      flag,
      value,
      reason,
      experimentId,
      variantId,
      decisionId: expect.stringMatching(UUID),
    })
  })

  test('each answer is counted, and recorded under an id of its own, kept answers included', async () => {
    const { decider, store } = await openDecider(TEXT)
    const ids = new Set<string>()
    for (let i = 0; i < 3; i++) ids.add((await decider.decide('outside', 'u1')).decisionId)
    expect(ids.size).toBe(3)
    expect(decider.counts).toEqual({ outside_traffic_allocation: 3 })
    expect(await reasonsOf(store, 'outside')).toEqual({ outside_traffic_allocation: 3 })
  })

  test("experiments without a life are told too: r2's by its id, a rule's by its key", async () => {
    const { decider } = await openDecider(
      'feature_r2: {experiment: {experiment_id: 42, loggedin: true, variants: {control_1: 50, control_2: 50}}}\nfeature_rule: {default: x, rules: [{key: exp, variations: [x, y]}]}\n',
    )
    expect(await decider.decide('r2', 'u1')).toMatchObject({
      reason: 'experiment_assigned',
      experimentId: '42',
      variantId: expect.stringMatching(/^control_[12]$/),
    })
    expect(await decider.decide('rule', 'u1')).toMatchObject({
      reason: 'experiment_assigned',
      experimentId: 'exp',
    })
  })
})

describe('limits by what was decided before', () => {
  const many = (count: number, keys = ''): string =>
    Array.from({ length: count }, (_, i) => experiment(`e${i}`, keys)).join('')

  test('three experiments at a time, whichever are asked first', async () => {
    const { decider } = await openDecider(many(5))
    const reasons: string[] = []
    for (const flag of ['e4', 'e1', 'e3', 'e0', 'e2'])
      reasons.push((await decider.decide(flag, 'u1')).reason)
    expect(reasons).toEqual([
      'experiment_assigned',
      'experiment_assigned',
      'experiment_assigned',
      'participation_limit',
      'participation_limit',
    ])
  })

  test('being in an experiment never blocks itself', async () => {
    const { decider } = await openDecider(many(3), { cacheTtlSeconds: 0 })
    await decider.decideAll(['e0', 'e1', 'e2'], 'u1')
    expect((await decider.decideAll(['e0', 'e1', 'e2'], 'u1')).map(({ reason }) => reason)).toEqual(
      Array(3).fill('experiment_assigned'),
    )
  })

  test('the limit comes before domains and traffic', async () => {
    const { decider } = await openDecider(many(3) + experiment('outside', 'traffic: 0'))
    await decider.decideAll(['e0', 'e1', 'e2'], 'u1')
    expect((await decider.decide('outside', 'u1')).reason).toBe('participation_limit')
  })

  test.each([
    ['approved', 'participation_limit'],
    ['paused', 'participation_limit'],
    ['running', 'participation_limit'],
    ['draft', 'experiment_assigned'],
    ['rejected', 'experiment_assigned'],
  ])('experiments that are %s by now: %s', async (status, reason) => {
    const { decider, engine } = await openDecider(many(3) + experiment('late'))
    await decider.decideAll(['e0', 'e1', 'e2'], 'u1')
    await engine.set(many(3, `status: ${status}`) + experiment('late'))
    expect((await decider.decide('late', 'u1')).reason).toBe(reason)
  })

  test('one that is gone from the live config counts no longer', async () => {
    const { decider, engine } = await openDecider(many(3) + experiment('late'))
    await decider.decideAll(['e0', 'e1', 'e2'], 'u1')
    await engine.set(experiment('late'))
    expect((await decider.decide('late', 'u1')).reason).toBe('experiment_assigned')
  })

  test.each([
    ['completed', 7 * DAY, 'participation_limit'],
    ['archived', 7 * DAY, 'participation_limit'],
    ['completed', 7 * DAY + 1, 'experiment_assigned'],
    ['paused', DAY, 'experiment_assigned'],
  ])('an assignment in one that is %s, %i ms ago: %s', async (status, later, reason) => {
    const { decider, engine, clock } = await openDecider(experiment('old') + experiment('next'))
    await decider.decide('old', 'u1')
    await engine.set(experiment('old', `status: ${status}`) + experiment('next'))
    clock.now += later
    expect((await decider.decide('next', 'u1')).reason).toBe(reason)
  })

  test('limits are what they are set to', async () => {
    const { decider, engine, clock } = await openDecider(many(3), {
      limits: { maxConcurrent: 1, cooldownDays: 1, active: ['running'] },
    })
    expect((await decider.decideAll(['e0', 'e1'], 'u1')).map(({ reason }) => reason)).toEqual([
      'experiment_assigned',
      'participation_limit',
    ])
    await engine.set(experiment('e0', 'status: completed') + experiment('e1'))
    clock.now += DAY + 1
    expect((await decider.decide('e1', 'u1')).reason).toBe('experiment_assigned')
  })

  test('what one flag of a call was assigned counts for the next', async () => {
    const { decider } = await openDecider(many(5))
    expect(
      (await decider.decideAll(['e0', 'e1', 'e2', 'e3'], 'u1'))
        .map(({ reason }) => reason)
        .slice(2),
    ).toEqual(['experiment_assigned', 'participation_limit'])
  })
})

describe('conflict domains', () => {
  const TWO = experiment('low', 'domains: [d]') + experiment('high', 'domains: [d], priority: 1')

  test.each([[['low', 'high']], [['high', 'low']]])(
    'asked as %j: the higher priority has the subject',
    async (order) => {
      const { decider } = await openDecider(TWO)
      const reasons: Record<string, string> = {}
      for (const flag of order) reasons[flag] = (await decider.decide(flag, 'u1')).reason
      expect(reasons).toEqual({ low: 'domain_conflict', high: 'experiment_assigned' })
    },
  )

  test('ties are broken by the id', async () => {
    const { decider } = await openDecider(
      experiment('b', 'domains: [d]') + experiment('a', 'domains: [d]'),
    )
    expect((await decider.decideAll(['b', 'a'], 'u1')).map(({ reason }) => reason)).toEqual([
      'domain_conflict',
      'experiment_assigned',
    ])
  })

  test('a domain that is free again goes to another, although nobody judged the old holder anew', async () => {
    const { decider, engine, store } = await openDecider(
      experiment('old', 'domains: [d]') + experiment('next'),
      { limits: { cooldownDays: 0 }, cacheTtlSeconds: 0 },
    )
    await decider.decide('old', 'u1')
    await engine.set(
      experiment('old', 'domains: [d], status: completed') + experiment('next', 'domains: [d]'),
    )
    expect((await decider.decide('next', 'u1')).reason).toBe('participation_limit')
    await engine.set(experiment('next', 'domains: [d]'))
    expect((await decider.decide('next', 'u1')).reason).toBe('experiment_assigned')
    expect(await store.histories(['u1'])).toMatchObject([
      { domains: [{ domain: 'd', experimentId: 'next' }] },
    ])
  })

  test('whoever was let in without a reservation stays, and a rival does not get them', async () => {
    const { decider, engine, store } = await openDecider(experiment('in', 'domains: [d]'), {
      cacheTtlSeconds: 0,
    })
    await store.write({ decisions: [assignedRow('u1', 'in', 'a', { at: MAY })] })
    await engine.set(
      experiment('in', 'domains: [d]') + experiment('rival', 'domains: [d], priority: 5'),
    )
    expect((await decider.decideAll(['rival', 'in'], 'u1')).map(({ reason }) => reason)).toEqual([
      'domain_conflict',
      'experiment_assigned',
    ])
  })

  test('a subject that is in keeps its place when a domain is added', async () => {
    const { decider, engine } = await openDecider(experiment('in'), { cacheTtlSeconds: 0 })
    await decider.decide('in', 'u1')
    await engine.set(
      experiment('in', 'domains: [d]') + experiment('rival', 'domains: [d], priority: 5'),
    )
    expect((await decider.decideAll(['rival', 'in'], 'u1')).map(({ reason }) => reason)).toEqual([
      'domain_conflict',
      'experiment_assigned',
    ])
  })

  test('an experiment that is over by its end holds nobody any more', async () => {
    const { decider, clock } = await openDecider(
      experiment('old', 'domains: [d], end: 2026-05-02') +
        experiment('next', 'domains: [d], start: 2026-05-02'),
      { limits: { cooldownDays: 0 } },
    )
    await decider.decide('old', 'u1')
    clock.now += 2 * DAY
    expect((await decider.decide('next', 'u1')).reason).toBe('experiment_assigned')
  })

  test('every domain must give the subject to it', async () => {
    const { decider } = await openDecider(
      experiment('both', 'domains: [c, d]') + experiment('high', 'domains: [d], priority: 1'),
    )
    expect((await decider.decide('both', 'u1')).reason).toBe('domain_conflict')
  })

  test('whoever holds the subject keeps it when a higher one begins, until it ends', async () => {
    const { decider, engine, clock } = await openDecider(experiment('low', 'domains: [d]'), {
      cacheTtlSeconds: 0,
    })
    await decider.decide('low', 'u1')
    await engine.set(TWO)
    expect((await decider.decideAll(['high', 'low'], 'u1')).map(({ reason }) => reason)).toEqual([
      'domain_conflict',
      'experiment_assigned',
    ])
    await engine.set(TWO.replace('domains: [d]}', 'domains: [d], status: completed}'))
    clock.now += 8 * DAY
    expect((await decider.decideAll(['high', 'low'], 'u1')).map(({ reason }) => reason)).toEqual([
      'experiment_assigned',
      'no_active_experiment',
    ])
  })
})

describe('experiments that are asked on the way', () => {
  const PARENT = experiment('parent', 'domains: [d]')
  const CHILD =
    'feature_child: {default: n, rules: [{parentConditions: [{id: parent, condition: {value: "parent!"}}], force: y}]}\n'

  test('whoever is taken into one is admitted to it, and it is recorded', async () => {
    const { decider, store } = await openDecider(
      PARENT + CHILD + experiment('rival', 'domains: [d]'),
      { cacheTtlSeconds: 0 },
    )
    expect((await decider.decide('child', 'u1')).value).toBe('y')
    expect(await store.histories(['u1'])).toMatchObject([
      {
        assigned: [{ experimentId: 'parent' }],
        domains: [{ domain: 'd', experimentId: 'parent' }],
      },
    ])
    expect(await reasonsOf(store, 'parent')).toEqual({ experiment_assigned: 1 })
  })

  test('whoever may not be in it does not get what rests on it', async () => {
    const { decider } = await openDecider(PARENT + CHILD + experiment('other'), {
      limits: { maxConcurrent: 1 },
    })
    await decider.decide('other', 'u1')
    expect((await decider.decide('child', 'u1')).value).toBe('n')
  })

  test('one call for both asks for each whether it may', async () => {
    const { decider, store } = await openDecider(PARENT + CHILD)
    expect((await decider.decideAll(['child', 'parent'], 'u1')).map(({ value }) => value)).toEqual([
      'y',
      'parent!',
    ])
    expect(await store.histories(['u1'])).toMatchObject([
      { domains: [{ domain: 'd', experimentId: 'parent' }] },
    ])
  })

  test('what rests on another feature is not kept', async () => {
    const { decider, engine } = await openDecider(PARENT + CHILD)
    await decider.decide('child', 'u1')
    await engine.set(experiment('parent', 'status: paused') + CHILD)
    expect((await decider.decide('child', 'u1')).value).toBe('n')
  })
})

describe('limits: deterministic', () => {
  const TEXT = Array.from({ length: 6 }, (_, i) =>
    experiment(`e${i}`, `priority: ${i % 2}, experiment_id: x${i}`),
  ).join('')
  const flags = ['e0', 'e1', 'e2', 'e3', 'e4', 'e5']
  const assignedIn = async (
    order: readonly string[],
    subject: string,
  ): Promise<readonly string[]> => {
    const { decider } = await openDecider(TEXT, { limits: 'deterministic' })
    const results = []
    for (const flag of order) results.push(await decider.decide(flag, subject))
    return results
      .filter(({ reason }) => reason === 'experiment_assigned')
      .map(({ flag }) => flag)
      .sort()
  }

  test('the first three by priority, and then by hash, in any order of questions', async () => {
    const inThem = await assignedIn(flags, 'u1')
    expect(inThem).toEqual(['e1', 'e3', 'e5'])
    expect(await assignedIn([...flags].reverse(), 'u1')).toEqual(inThem)
  })

  test('of equals, different subjects get different ones', async () => {
    const { decider } = await openDecider(
      Array.from({ length: 6 }, (_, i) => experiment(`e${i}`)).join(''),
      { limits: 'deterministic' },
    )
    const seen = new Set<string>()
    for (let i = 0; i < 40; i++) {
      const assigned = (await decider.decideAll(flags, `u${i}`))
        .filter(({ reason }) => reason === 'experiment_assigned')
        .map(({ flag }) => flag)
      expect(assigned).toHaveLength(3)
      seen.add(assigned.join())
    }
    expect(seen.size).toBeGreaterThan(5)
  })

  test('domains come before the limit, and rivals of one count once', async () => {
    const text =
      experiment('a', 'domains: [d]') +
      experiment('b', 'domains: [d], priority: 9') +
      experiment('c') +
      experiment('e')
    const { decider } = await openDecider(text, { limits: 'deterministic' })
    expect(
      (await decider.decideAll(['a', 'b', 'c', 'e'], 'u1')).map(({ reason }) => reason),
    ).toEqual([
      'domain_conflict',
      'experiment_assigned',
      'experiment_assigned',
      'experiment_assigned',
    ])
  })

  test('an answer that rests on other experiments is not kept', async () => {
    const { decider, clock } = await openDecider(
      experiment('low', 'domains: [d]') +
        experiment('high', 'domains: [d], priority: 1, start: 2026-05-01T00:00:01Z'),
      { limits: 'deterministic' },
    )
    expect((await decider.decide('low', 'u1')).reason).toBe('experiment_assigned')
    clock.now += 1000
    expect((await decider.decide('low', 'u1')).reason).toBe('domain_conflict')
  })

  test('no store is asked', async () => {
    const store = counting(memoryStore())
    const { decider } = await openDecider(TEXT, {
      limits: 'deterministic',
      writeMode: 'disabled',
      store,
    })
    await decider.decide('e0', 'u1')
    expect(store.calls).toMatchObject({ admit: 0, histories: 0 })
  })
})

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

  test.each([
    [59_999, 1],
    [60_000, 2],
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

describe('what is written, and when', () => {
  test.each([
    ['sync', 1],
    ['whatever', 1],
    ['disabled', 0],
  ])('%s: %i rows before the answer', async (writeMode, rows) => {
    const { decider, store } = await openDecider(experiment('e', 'traffic: 0'), {
      writeMode: writeMode as 'sync',
    })
    await decider.decide('e', 'u1')
    expect(await reasonsOf(store, 'e')).toEqual(
      rows === 0 ? {} : { outside_traffic_allocation: rows },
    )
  })

  test('async: behind the answer', async () => {
    const { decider, store } = await openDecider(experiment('e', 'traffic: 0'), {
      writeMode: 'async',
    })
    await decider.decide('e', 'u1')
    expect(await reasonsOf(store, 'e')).toEqual({})
    await decider.writer.written()
    expect(await reasonsOf(store, 'e')).toEqual({ outside_traffic_allocation: 1 })
  })

  test.each(['sync', 'async', 'disabled'] as const)(
    '%s: what assigns is written before the answer, kept answers included',
    async (writeMode) => {
      const { decider, store } = await openDecider(experiment('e'), { writeMode })
      await decider.decide('e', 'u1')
      expect(await reasonsOf(store, 'e')).toEqual({ experiment_assigned: 1 })
      await decider.decide('e', 'u1')
      expect(await reasonsOf(store, 'e')).toEqual({ experiment_assigned: 2 })
    },
  )

  test('many flags of one subject read the history once', async () => {
    const store = counting(memoryStore())
    const { decider } = await openDecider(
      ['a', 'b', 'c'].map((name) => experiment(name)).join(''),
      { store },
    )
    await decider.decideAll(['a', 'b', 'c'], 'u1')
    expect(store.calls).toMatchObject({ admit: 1, histories: 0 })
  })

  test('subjects that ask at the same time share a transaction', async () => {
    const store = counting(memoryStore())
    const { decider } = await openDecider(experiment('e'), { store })
    await Promise.all(Array.from({ length: 50 }, (_, i) => decider.decide('e', `u${i}`)))
    expect(store.calls.admit).toBeLessThanOrEqual(2)
  })

  test('whoever is outside the traffic reserves nothing, and only reads', async () => {
    const store = counting(memoryStore())
    const { decider } = await openDecider(experiment('e', 'traffic: 0'), { store })
    await decider.decide('e', 'u1')
    expect(store.calls).toMatchObject({ admit: 0, histories: 1 })
  })

  test('async: a row that the log has no room for is written before the answer', async () => {
    const { decider, store } = await openDecider(experiment('e', 'traffic: 0'), {
      writeMode: 'async',
      log: { whenFull: 'drop' },
    })
    jest.spyOn(decider.writer, 'offer').mockReturnValue(false)
    await decider.decide('e', 'u1')
    expect(await reasonsOf(store, 'e')).toEqual({ outside_traffic_allocation: 1 })
  })

  test('async: a log that is full holds answers up until there is room, and loses none', async () => {
    const { decider, store } = await openDecider(experiment('e', 'traffic: 0'), {
      writeMode: 'async',
      log: { capacity: 50, timeoutMs: 60_000 },
    })
    // As many as there is room for may wait besides.
    await Promise.all(Array.from({ length: 100 }, (_, i) => decider.decide('e', `u${i}`)))
    expect(decider.writer.stats).toMatchObject({ received: 100, dropped: 0 })
    expect(decider.writer.stats.buffered).toBeLessThanOrEqual(50)
    await decider.writer.close()
    expect(await reasonsOf(store, 'e')).toEqual({ outside_traffic_allocation: 100 })
  })

  test('closing waits for answers that are under way, and what they assign is written', async () => {
    const store = Object.assign(memoryStore(), { close: () => Promise.resolve() })
    const { decider } = await openDecider(experiment('e'), { store })
    const answer = decider.decide('e', 'u1')
    await decider.close()
    expect((await answer).reason).toBe('experiment_assigned')
    expect(await reasonsOf(store, 'e')).toEqual({ experiment_assigned: 1 })
  })

  test('closing writes what waits; afterwards nobody is answered', async () => {
    const { decider, store } = await openDecider(experiment('e', 'traffic: 0'), {
      writeMode: 'async',
    })
    const closed: string[] = []
    const write = store.write.bind(store)
    store.write = async (batch) => (
      await write(batch),
      void closed.push(...(batch.decisions ?? []).map(({ reason }) => reason))
    )
    await decider.decide('e', 'u1')
    await decider.close()
    await decider.close()
    expect(closed).toEqual(['outside_traffic_allocation'])
    await expect(decider.decide('e', 'u1')).rejects.toMatchObject({ code: 'LIVEFLAG_CLOSED' })
  })
})

describe('a store that fails', () => {
  const GONE = (): Promise<never> =>
    Promise.reject(new LiveflagError('LIVEFLAG_STORE_UNAVAILABLE', 'the store is away'))
  const NEVER = (): Promise<never> => new Promise(() => undefined)

  test.each([
    ['throws', GONE],
    ['hangs', NEVER],
  ])(
    '%s: answers go on, by the stateless limits, and the first error is told once',
    async (_, fail) => {
      const store = Object.assign(memoryStore(), { admit: fail, histories: fail, write: fail })
      const { decider, errors } = await openDecider(
        ['a', 'b', 'c', 'd'].map((name) => experiment(name)).join(''),
        { store, timeoutMs: 20, log: { timeoutMs: 20, onError: () => undefined } },
      )
      const reasons = (await decider.decideAll(['a', 'b', 'c', 'd'], 'u1')).map(
        ({ reason }) => reason,
      )
      expect(reasons.filter((reason) => reason === 'experiment_assigned')).toHaveLength(3)
      await decider.decide('a', 'u2')
      expect(
        errors.map((error) => (error instanceof LiveflagError ? error.code : error.name)).sort(),
      ).toEqual(['LIVEFLAG_NOT_RECORDED', 'LIVEFLAG_STORE_UNAVAILABLE'])
    },
  )

  test('or nobody new is let in, by choice', async () => {
    const store = Object.assign(memoryStore(), { admit: GONE })
    const { decider } = await openDecider(experiment('e'), { store, whenStoreIsAway: 'nobody' })
    expect(await decider.decide('e', 'u1')).toMatchObject({
      reason: 'participation_limit',
      value: 'e?',
    })
  })

  test('an admission that comes too late writes nothing', async () => {
    const inner = memoryStore()
    let late: (() => Promise<void>) | undefined
    const store = counting(inner)
    store.admit = (asks) => new Promise((resolve) => (late = () => inner.admit(asks).then(resolve)))
    const { decider } = await openDecider(experiment('e'), {
      store,
      timeoutMs: 20,
      whenStoreIsAway: 'nobody',
    })
    await decider.decide('e', 'u1')
    await late?.()
    expect(await inner.histories(['u1'])).toEqual([{ assigned: [], domains: [] }])
  })

  test('an answer that was decided and whose commit is in doubt is the answer, and is recorded', async () => {
    const inner = memoryStore()
    const store = counting(inner)
    store.admit = async (asks) => {
      for (const { decide } of asks) decide({ assigned: [], domains: [] })
      return GONE()
    }
    const { decider } = await openDecider(experiment('e'), { store, whenStoreIsAway: 'nobody' })
    expect((await decider.decide('e', 'u1')).reason).toBe('experiment_assigned')
    expect(await inner.histories(['u1'])).toMatchObject([
      { assigned: [{ experimentId: 'e', variantId: 'a' }] },
    ])
  })
})

describe('functions of the application that throw', () => {
  const thrower = (): never => {
    throw new Error('mine')
  }

  test('break no answer, and are told', async () => {
    const { decider, errors } = await openDecider(experiment('e', 'targeting: country == "NZ"'), {
      world: thrower,
      onMetric: { decision: thrower, storeSeconds: thrower },
    })
    expect((await decider.decide('e', 'u1', { country: 'NZ' })).reason).toBe('experiment_assigned')
    expect(errors.map(({ message }) => message)).toEqual(['mine'])
    expect(errors).toMatchObject([{ code: 'LIVEFLAG_CALLBACK_FAILED', cause: new Error('mine') }])
  })
})

describe('a row that no store can keep', () => {
  test('does not spoil the answers of those who ask at the same time', async () => {
    const store = counting(memoryStore())
    const inner = store.admit
    store.admit = async (asks) => {
      if (asks.some(({ subject }) => subject === 'bad'))
        throw new LiveflagError('LIVEFLAG_BAD_ROW', 'no')
      return inner(asks)
    }
    const { decider } = await openDecider(experiment('e'), { store, whenStoreIsAway: 'nobody' })
    const results = await Promise.all(
      ['u1', 'bad', 'u2'].map((subject) => decider.decide('e', subject)),
    )
    expect(results.map(({ reason }) => reason)).toEqual([
      'experiment_assigned',
      'participation_limit',
      'experiment_assigned',
    ])
  })
})

describe('bad input', () => {
  test.each([
    ['', {}, 'the subject is ; give its id, a text that is not empty'],
    [5, {}, 'the subject is 5; give its id'],
    ['u1', [], 'the attributes are ; give an object'],
    ['u1', 'NZ', 'the attributes are NZ; give an object'],
    ['u1', null, 'the attributes are null; give an object'],
  ])(
    'subject %p, attributes %p: a clear error, and nothing is recorded',
    async (subject, attributes, message) => {
      const { decider } = await openDecider(experiment('e'))
      await expect(
        decider.decide('e', subject as string, attributes as JsonObject),
      ).rejects.toMatchObject({
        code: 'LIVEFLAG_BAD_OPTION',
        message: expect.stringContaining(message),
      })
      expect(decider.counts).toEqual({})
    },
  )

  test.each(['__proto__', 'constructor', '', 'a b'])(
    '%p is a flag that there is not',
    async (flag) => {
      const { decider } = await openDecider(experiment('e'))
      expect((await decider.decide(flag, 'u1')).reason).toBe('flag_not_found')
    },
  )

  test('the texts of these tests are live configs without problems but for those they are about', () => {
    expect(checkText(experiment('e', 'domains: [d], priority: 1')).problems).toEqual([])
  })
})
