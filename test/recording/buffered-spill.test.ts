import { join } from 'node:path'
import { bufferedWriter } from '../../src/recording/buffered'
import { memoryStore } from '../../src/recording/memory'
import { balanced, names, numbered, scene, spilling, watched } from '../support/buffered-scene'
import { settled } from '../support/manual-clock'
import { exposureRow } from '../support/rows'
import { tempDir } from '../support/temp-dir'
import Database from 'better-sqlite3'

describe('with spill', () => {
  test('rows that do not fit into memory go to the file, and to the store after those in progress', async () => {
    const { clock, store, writer } = scene({ ...spilling(), storeTimeoutMs: 1000 })
    store.mood = 'hangs'
    writer.offer(numbered(0, 40))
    await settled()
    writer.offer(numbered(40, 200))
    expect(writer.stats.buffered).toBeLessThanOrEqual(40)
    balanced(writer)
    store.mood = 'well'
    store.release()
    await clock.pass(10_000)
    expect(store.names).toEqual(names(0, 240))
    expect(writer.stats).toMatchObject({ written: 240, dropped: 0, spilled: 0 })
    await writer.close()
  })

  test('rows in progress when the store fails come before those that were spilled meanwhile', async () => {
    const { clock, store, writer } = scene(spilling())
    store.mood = 'hangs'
    writer.offer(numbered(0, 10))
    await settled()
    writer.offer(numbered(10, 60))
    store.mood = 'throws'
    await clock.pass(2000)
    store.mood = 'well'
    await clock.pass(10_000)
    expect(store.names).toEqual(names(0, 70))
    await writer.close()
  })

  test('what an earlier process left is written first, and counted as found', async () => {
    const options = spilling()
    const before = scene(options)
    before.store.mood = 'throws'
    before.writer.offer(numbered(0, 25))
    await before.clock.pass(100)
    await before.writer.close()
    expect(before.writer.stats).toMatchObject({ spilled: 25, dropped: 0 })
    const { store, writer } = scene(options)
    expect(writer.stats).toMatchObject({ found: 25, spilled: 25 })
    await writer.record(numbered(25, 1))
    await settled()
    expect(store.names).toEqual(names(0, 26))
    balanced(writer)
    await writer.close()
  })

  test('rows that were spilled one by one are written in batches', async () => {
    const { clock, store, writer } = scene(spilling())
    store.mood = 'throws'
    for (let i = 0; i < 30; i++) {
      watched(writer.record(numbered(i, 1)))
      await settled()
    }
    expect(writer.stats.spilled).toBe(30)
    store.mood = 'well'
    await clock.pass(10_000)
    expect(store.batches.map(({ exposures = [] }) => exposures.length)).toEqual([10, 10, 10])
    expect(store.names).toEqual(names(0, 30))
    await writer.close()
  })

  test('rows that differ in the loid of their user alone are all kept', async () => {
    const options = spilling()
    const before = scene(options)
    before.store.mood = 'throws'
    const of = (loid: string, at: number) => exposureRow('u1', 'a', { user: 'u1', loid, at })
    before.writer.offer({ exposures: [of('phone', 2000), of('laptop', 3000), of('phone', 4000)] })
    await before.clock.pass(100)
    await before.writer.close()
    const store = memoryStore()
    const writer = bufferedWriter(store, options)
    await writer.record({ exposures: [of('tablet', 1000), of('laptop', 2500)] })
    await writer.close()
    const found: string[] = []
    await store.eachSignIn?.('exp', ({ loid, at }) => found.push(`${loid} ${at}`))
    expect(found.sort()).toEqual(['laptop 2500', 'phone 2000', 'tablet 1000'])
    expect(await store.exposedUnits('exp')).toMatchObject([{ units: 1 }])
  })

  test('a closed writer leaves in the file what the store does not take', async () => {
    const { clock, store, writer } = scene({ ...spilling(), storeTimeoutMs: 5000 })
    store.mood = 'hangs'
    writer.offer(numbered(0, 12))
    const closed = watched(writer.close())
    await clock.pass(1000)
    expect(closed.state).toBe('done')
    expect(writer.stats).toMatchObject({ spilled: 12, dropped: 0, buffered: 0 })
  })

  test('a full file is like a full memory: the oldest rows in memory are dropped and counted', async () => {
    const { clock, store, writer, errors } = scene({ ...spilling(), maxSpillRows: 20 })
    store.mood = 'throws'
    for (let i = 0; i < 100; i++) {
      writer.offer(numbered(i, 1))
      await clock.pass(10)
    }
    expect(writer.stats).toMatchObject({ spilled: 20, buffered: 40, dropped: 40 })
    expect(errors.join()).toContain('has its 20 rows already')
    store.mood = 'well'
    await clock.pass(20_000)
    expect(store.names).toEqual([...names(0, 20), ...names(60, 40)])
    balanced(writer)
    await writer.close()
  })

  test('a locked file loses nothing: the rows stay in memory meanwhile', async () => {
    const path = join(tempDir(), 'spill.db')
    const { clock, store, writer, errors } = scene(spilling(path))
    store.mood = 'throws'
    const other = new Database(path)
    other.exec('begin immediate')
    writer.offer(numbered(0, 12))
    await clock.pass(100)
    expect(writer.stats).toMatchObject({ spilled: 0, buffered: 12 })
    expect(errors.join()).toContain('locked')
    other.exec('commit')
    other.close()
    watched(writer.record(numbered(12, 1)))
    store.mood = 'well'
    await clock.pass(10_000)
    expect(store.names).toEqual(names(0, 13))
    await writer.close()
  })

  test('a row that no store can hold is refused before it is spilled', async () => {
    const { clock, store, writer } = scene(spilling())
    store.mood = 'throws'
    const recorded = watched(
      writer.record({ exposures: [exposureRow('u0', 'a'), exposureRow('bad', 'a', { at: NaN })] }),
    )
    await clock.pass(500)
    expect(recorded.state).toBe('LIVEFLAG_NOT_RECORDED')
    expect(writer.stats).toMatchObject({ spilled: 1, refused: 1 })
    await writer.close()
  })

  test('two writers share a file, and both write all of their rows', async () => {
    const options = spilling()
    const [one, two] = [scene(options), scene(options)]
    for (const { store, writer, clock } of [one, two]) {
      store.mood = 'throws'
      writer.offer(numbered(one === two ? 0 : writer === one.writer ? 0 : 100, 25))
      await clock.pass(100)
      store.mood = 'well'
    }
    await one.clock.pass(10_000)
    await two.clock.pass(10_000)
    expect([...new Set([...one.store.names, ...two.store.names])].sort()).toEqual(
      [...names(0, 25), ...names(100, 25)].sort(),
    )
    expect([one.writer.stats.spilled, two.writer.stats.spilled]).toEqual([0, 0])
    await Promise.all([one.writer.close(), two.writer.close()])
  })
})
