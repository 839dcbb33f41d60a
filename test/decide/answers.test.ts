import { checkText } from '../../src/index'
import type { JsonObject } from '../../src/core/json'
import { closeDeciders, experiment, openDecider, reasonsOf } from '../support/deciding'

afterEach(closeDeciders)

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

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

describe('bad input', () => {
  test.each([
    ['', {}, 'the subject is ""; give its id, a text that is not blank'],
    [' \u200B', {}, 'give its id, a text that is not blank'],
    [5, {}, 'the subject is 5; give its id'],
    ['u1', [], 'the attributes are []; give an object'],
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
