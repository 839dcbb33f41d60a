import { names, numbered, scene } from '../support/buffered-scene'
import { settled } from '../support/manual-clock'
import { decisionRow, usageRow } from '../support/rows'

describe('flushes', () => {
  test('when flushRows rows wait, after the caller', async () => {
    const { store, writer } = scene()
    expect(writer.offer(numbered(0, 9))).toBe(true)
    await settled()
    expect(store.calls).toBe(0)
    writer.offer(numbered(9, 1))
    expect(store.calls).toBe(0)
    await settled()
    expect(store.batches).toEqual([numbered(0, 10)])
  })

  test('when the oldest row has waited for flushMs', async () => {
    const { clock, store, writer } = scene()
    writer.offer(numbered(0, 3))
    await clock.pass(99)
    expect(store.calls).toBe(0)
    await clock.pass(1)
    expect(store.names).toEqual(names(0, 3))
    expect(clock.pending).toBe(0)
  })

  test('at once for callers that wait, everything of one turn together', async () => {
    const { store, writer } = scene()
    await Promise.all([
      writer.record(numbered(0, 1)),
      writer.record({
        decisions: [decisionRow({ decisionId: 'd' })],
        usages: [usageRow({ id: 'n' })],
      }),
      writer.written(),
    ])
    expect(store.batches).toHaveLength(1)
    expect(store.names).toEqual(['d', 'u0', 'n'])
  })

  test('in batches of at most flushRows, in order', async () => {
    const { store, writer } = scene()
    writer.offer(numbered(0, 25))
    await writer.written()
    expect(store.batches.map(({ exposures = [] }) => exposures.length)).toEqual([10, 10, 5])
    expect(store.names).toEqual(names(0, 25))
  })

  test('when it is closed, and takes no rows after that', async () => {
    const { store, writer } = scene()
    writer.offer(numbered(0, 3))
    await Promise.all([writer.close(), writer.close()])
    expect(store.names).toEqual(names(0, 3))
    expect([writer.offer(numbered(3, 1)), await writer.put(numbered(4, 1))]).toEqual([false, false])
    await expect(writer.record(numbered(5, 1))).rejects.toMatchObject({
      code: 'LIVEFLAG_NOT_RECORDED',
    })
    expect(writer.stats).toMatchObject({ received: 6, written: 3, dropped: 3, buffered: 0 })
  })

  test('nothing when there are no rows', async () => {
    const { store, writer } = scene()
    await Promise.all([writer.written(), writer.record({}), writer.put({ usages: [] })])
    await writer.close()
    expect(store.calls).toBe(0)
  })
})
