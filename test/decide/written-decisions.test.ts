import { memoryStore } from '../../src/decide/decide'
import { closeDeciders, counting, experiment, openDecider, reasonsOf } from '../support/deciding'

afterEach(closeDeciders)

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
    // As many as there is room for may wait besides; one is the text of the entry.
    await Promise.all(Array.from({ length: 99 }, (_, i) => decider.decide('e', `u${i}`)))
    expect(decider.writer.stats).toMatchObject({ received: 100, dropped: 0 })
    expect(decider.writer.stats.buffered).toBeLessThanOrEqual(50)
    await decider.writer.close()
    expect(await reasonsOf(store, 'e')).toEqual({ outside_traffic_allocation: 99 })
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
