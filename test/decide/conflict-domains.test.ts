import { closeDeciders, DAY, experiment, MAY, openDecider, reasonsOf } from '../support/deciding'
import { assignedRow } from '../support/rows'

afterEach(closeDeciders)

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
