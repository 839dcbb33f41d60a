import type { BufferedWriterOptions } from '../../src/recording/buffered'
import { balanced, names, numbered, scene, watched } from '../support/buffered-scene'
import { settled } from '../support/manual-clock'

describe('with block', () => {
  const blocking: BufferedWriterOptions = { whenFull: 'block', storeTimeoutMs: 10_000 }

  test('a caller that waits gets room when there is some, first come first served', async () => {
    const { store, writer } = scene(blocking)
    store.mood = 'hangs'
    expect(await writer.put(numbered(0, 40))).toBe(true)
    const waiting = [watched(writer.put(numbered(40, 3))), watched(writer.put(numbered(43, 2)))]
    expect(writer.offer(numbered(99, 1))).toBe(false)
    await settled()
    expect(waiting.map(({ state }) => state)).toEqual(['waits', 'waits'])
    store.mood = 'well'
    store.release()
    await settled()
    expect(waiting.map(({ state }) => state)).toEqual(['done', 'done'])
    await writer.written()
    expect(store.names).toEqual(names(0, 45))
    expect(writer.stats).toMatchObject({ received: 46, written: 45, dropped: 1 })
  })

  test('nobody waits longer than timeoutMs; then the rows are dropped and counted', async () => {
    const { clock, store, writer, errors } = scene(blocking)
    store.mood = 'hangs'
    await writer.put(numbered(0, 39))
    const waiting = watched(writer.put(numbered(39, 3)))
    await clock.pass(999)
    expect(waiting.state).toBe('waits')
    await clock.pass(1)
    expect(waiting.state).toBe('false')
    expect(writer.stats).toMatchObject({ received: 42, dropped: 2, buffered: 40 })
    expect(errors.join()).toContain('no room for 1000 ms')
    balanced(writer)
  })

  test('waiting rows are bounded, too', async () => {
    const { store, writer } = scene(blocking)
    store.mood = 'hangs'
    const puts = Array.from({ length: 200 }, (_, i) => watched(writer.put(numbered(i, 1))))
    await settled()
    expect(writer.stats).toMatchObject({ received: 200, buffered: 80, dropped: 120 })
    expect(puts.filter(({ state }) => state === 'waits')).toHaveLength(40)
  })

  test('a batch larger than all the room goes in piece by piece', async () => {
    const { store, writer } = scene(blocking)
    expect(await writer.put(numbered(0, 150))).toBe(true)
    await writer.written()
    expect(store.names).toEqual(names(0, 150))
  })

  test('a caller that waits for room when the writer closes learns that its rows were dropped', async () => {
    const { clock, store, writer } = scene(blocking)
    store.mood = 'hangs'
    await writer.put(numbered(0, 40))
    const waiting = watched(writer.put(numbered(40, 1)))
    const closed = watched(writer.close())
    await clock.pass(1000)
    expect([waiting.state, closed.state]).toEqual(['false', 'done'])
    balanced(writer)
  })
})
