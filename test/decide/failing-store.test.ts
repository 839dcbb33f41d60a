import { LiveflagError } from '../../src/core/errors'
import { memoryStore } from '../../src/decide/decide'
import { closeDeciders, counting, experiment, openDecider } from '../support/deciding'

afterEach(closeDeciders)

describe('a store that fails', () => {
  const GONE = (): Promise<never> =>
    Promise.reject(new LiveflagError('LIVEFLAG_STORE_UNAVAILABLE', 'the store is away'))
  const NEVER = (): Promise<never> => new Promise(() => undefined)

  test.each([
    ['throws', GONE],
    ['hangs', NEVER],
  ])(
    '%s: answers go on, by the stateless limits where that is chosen, and the first error is reported once',
    async (_, fail) => {
      const store = Object.assign(memoryStore(), { admit: fail, histories: fail, write: fail })
      const { decider, errors } = await openDecider(
        ['a', 'b', 'c', 'd'].map((name) => experiment(name)).join(''),
        {
          store,
          timeoutMs: 20,
          whenStoreIsAway: 'deterministic',
          log: { timeoutMs: 20, onError: () => undefined },
        },
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

  test('who is known to be in stays, nobody new is let in, and the rows say that they are degraded', async () => {
    const inner = memoryStore()
    const store = counting(inner)
    const { decider } = await openDecider(
      ['a', 'b', 'c', 'd', 'e'].map((name) => experiment(name)).join(''),
      { store, cacheTtlSeconds: 0, timeoutMs: 20 },
    )
    await decider.decideAll(['a', 'b', 'c'], 'u1')
    const { admit } = store
    store.admit = GONE
    const answers = await decider.decideAll(['a', 'b', 'c', 'd'], 'u1')
    expect(answers.map(({ reason }) => reason)).toEqual([
      ...Array<string>(3).fill('experiment_assigned'),
      'participation_limit',
    ])
    expect((await decider.decide('a', 'new')).reason).toBe('participation_limit')
    store.admit = admit
    expect((await decider.decide('a', 'new')).reason).toBe('experiment_assigned')
    await decider.writer.written()
    const rows = await inner.ledger({ of: 'decisions', most: 100 })
    const degraded = answers.map(({ decisionId }) =>
      rows.some((row) => row.decisionId === decisionId && row.isDegraded),
    )
    expect(degraded).toEqual([true, true, true, true])
    expect(rows.filter(({ isDegraded }) => isDegraded)).toHaveLength(5)
  })

  test('during a stall nobody enters a fourth experiment, and nobody both of one domain', async () => {
    const store = counting(memoryStore())
    const text =
      ['a', 'b', 'c', 'd'].map((name) => experiment(name)).join('') +
      experiment('low', 'domains: [x], priority: 1') +
      experiment('high', 'domains: [x], priority: 2, status: draft')
    const { decider, engine } = await openDecider(text, {
      store,
      cacheTtlSeconds: 0,
      timeoutMs: 20,
      limits: { maxConcurrent: 3 },
    })
    const subjects = Array.from({ length: 40 }, (_, i) => `u${i}`)
    for (const subject of subjects) await decider.decideAll(['a', 'b', 'low'], subject)
    await engine.set(text.replace('status: draft', 'status: running'))
    store.admit = NEVER
    const all = await Promise.all(
      subjects.map((subject) => decider.decideAll(['a', 'b', 'c', 'd', 'low', 'high'], subject)),
    )
    for (const answers of all)
      expect(
        answers.filter(({ reason }) => reason === 'experiment_assigned').map(({ flag }) => flag),
      ).toEqual(['a', 'b', 'low'])
  })

  test('or nobody at all, by choice', async () => {
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

  test('break no answer, and are reported', async () => {
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
