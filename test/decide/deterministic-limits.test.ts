import { memoryStore } from '../../src/decide/decide'
import { closeDeciders, counting, experiment, openDecider } from '../support/deciding'

afterEach(closeDeciders)

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
