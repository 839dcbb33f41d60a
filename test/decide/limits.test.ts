import { createDecider } from '../../src/decide/decide'
import { closeDeciders, DAY, experiment, openDecider } from '../support/deciding'

afterEach(closeDeciders)

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

  test.each([
    ['ten years ahead', 3650 * DAY, 'experiment_assigned', 1],
    ['a day ahead, as clocks may differ', DAY, 'participation_limit', 0],
  ])('an ended assignment that was recorded %s: %s', async (_, ahead, reason, reports) => {
    const { decider, engine, clock, errors } = await openDecider(
      experiment('old') + experiment('next'),
    )
    clock.now += ahead
    await decider.decide('old', 'u1')
    clock.now -= ahead
    await engine.set(experiment('old', 'status: completed') + experiment('next'))
    expect((await decider.decide('next', 'u1')).reason).toBe(reason)
    expect(errors.filter(({ message }) => message.includes('in the future'))).toHaveLength(reports)
  })

  test('a cooldown keeps out of new experiments: whoever is in one that runs stays in', async () => {
    const { decider, engine, clock } = await openDecider(many(3), { cacheTtlSeconds: 0 })
    await decider.decideAll(['e0', 'e1'], 'u1')
    await engine.set(experiment('e0', 'status: completed') + experiment('e1') + experiment('e2'))
    clock.now += DAY
    expect(
      (await decider.decideAll(['e1', 'e2'], 'u1')).map(({ reason, value }) => [reason, value]),
    ).toEqual([
      ['experiment_assigned', 'e1!'],
      ['participation_limit', 'e2?'],
    ])
  })

  test('whoever is in more experiments than the limit by now stays in all of them', async () => {
    const { decider, engine, store } = await openDecider(many(3), { limits: { maxConcurrent: 5 } })
    await decider.decideAll(['e0', 'e1', 'e2'], 'u1')
    const { features } = engine
    const other = createDecider({ features, store, limits: { maxConcurrent: 1 } })
    expect((await other.decideAll(['e0', 'e1', 'e2'], 'u1')).map(({ reason }) => reason)).toEqual(
      Array(3).fill('experiment_assigned'),
    )
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
