import { balanced, names, numbered, scene, spilling, watched } from '../support/buffered-scene'
import { settled } from '../support/manual-clock'
import type { Mood } from '../support/moody-store'

describe.each<Mood>(['throws', 'throws-at-once', 'hangs', 'loses-the-answer'])(
  'a store that %s',
  (mood) => {
    test('is tried again, ever more slowly, until all rows are written', async () => {
      const { clock, store, writer } = scene()
      store.mood = mood
      writer.offer(numbered(0, 12))
      await clock.pass(5000)
      expect(store.calls).toBeGreaterThan(2)
      expect(store.calls).toBeLessThan(15)
      store.mood = 'well'
      await clock.pass(10_000)
      expect(store.names).toEqual(names(0, 12))
      expect(writer.stats).toMatchObject({ written: 12, dropped: 0, buffered: 0 })
      store.release()
      await settled()
      expect(writer.stats.written).toBe(12)
    })

    test('delays callers that wait by timeoutMs at most', async () => {
      const { clock, store, writer } = scene()
      store.mood = mood
      const [recorded, written] = [
        watched(writer.record(numbered(0, 1))),
        watched(writer.written()),
      ]
      await clock.pass(999)
      expect([recorded.state, written.state]).toEqual(['waits', 'waits'])
      await clock.pass(1)
      expect([recorded.state, written.state]).toEqual([
        'LIVEFLAG_NOT_RECORDED',
        'LIVEFLAG_NOT_RECORDED',
      ])
      balanced(writer)
    })

    test('with drop, costs exactly the rows that are counted: the oldest', async () => {
      const { clock, store, writer } = scene()
      store.mood = mood
      for (let i = 0; i < 100; i++) {
        expect(writer.offer(numbered(i, 1))).toBe(true)
        await clock.pass(10)
        expect(writer.stats.buffered).toBeLessThanOrEqual(40)
      }
      expect(writer.stats.dropped).toBe(60)
      store.mood = 'well'
      await clock.pass(10_000)
      expect(writer.stats).toMatchObject({ received: 100, written: 40, dropped: 60, buffered: 0 })
      expect(store.names).toEqual(expect.arrayContaining(names(70, 30)))
      balanced(writer)
    })

    test('with spill, costs no row, and gets all in order', async () => {
      const { clock, store, writer } = scene(spilling())
      store.mood = mood
      for (let i = 0; i < 100; i++) {
        writer.offer(numbered(i, 1))
        await clock.pass(10)
        balanced(writer)
      }
      const recorded = watched(writer.record(numbered(100, 1)))
      await clock.pass(999)
      expect(recorded.state).toBe('done')
      expect(writer.stats.spilled).toBeGreaterThan(90)
      store.mood = 'well'
      writer.offer(numbered(101, 1))
      await clock.pass(20_000)
      expect(store.names).toEqual(names(0, 102))
      expect(writer.stats).toMatchObject({ written: 102, dropped: 0, buffered: 0, spilled: 0 })
      await writer.close()
    })

    test('delays close by timeoutMs at most; close counts the rows that are lost', async () => {
      const { clock, store, writer } = scene()
      store.mood = mood
      writer.offer(numbered(0, 12))
      const closed = watched(writer.close())
      await clock.pass(1000)
      expect(closed.state).toBe('done')
      expect(writer.stats).toMatchObject({ written: 0, dropped: 12, buffered: 0 })
      store.release()
      await clock.pass(10_000)
      balanced(writer)
    })
  },
)

describe('a row that the store refuses', () => {
  test('holds up no other, and is counted and reported', async () => {
    const { store, writer, errors } = scene()
    store.refuses = (row) => 'unit' in row && (row.unit === 'u3' || row.unit === 'u17')
    const [bad, good] = [
      watched(writer.record(numbered(0, 10))),
      watched(writer.record(numbered(20, 5))),
    ]
    writer.offer(numbered(10, 10))
    await writer.written().catch(() => undefined)
    await settled()
    expect(store.names.toSorted()).toEqual(
      [...names(0, 20).filter((name) => name !== 'u3' && name !== 'u17'), ...names(20, 5)].sort(),
    )
    expect(writer.stats).toMatchObject({ written: 23, refused: 2, buffered: 0 })
    expect([bad.state, good.state]).toEqual(['LIVEFLAG_NOT_RECORDED', 'done'])
    expect(errors).toEqual(['a row is refused'])
  })

  test('is found in the spill file as well', async () => {
    const { clock, store, writer } = scene(spilling())
    store.mood = 'throws'
    writer.offer(numbered(0, 10))
    await clock.pass(100)
    store.mood = 'well'
    store.refuses = (row) => 'unit' in row && row.unit === 'u3'
    await clock.pass(10_000)
    expect(writer.stats).toMatchObject({ written: 9, refused: 1, spilled: 0 })
    balanced(writer)
    await writer.close()
  })
})
