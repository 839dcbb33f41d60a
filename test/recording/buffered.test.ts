import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { LiveflagError } from '../../src/core/errors'
import { bufferedWriter, type BufferedWriterOptions } from '../../src/recording/buffered'
import type { BufferedWriter } from '../../src/recording/buffered-writer'
import type { Batch } from '../../src/recording/store'
import { ManualClock, settled } from '../support/manual-clock'
import { type Mood, MoodyStore } from '../support/moody-store'
import { decisionRow, exposureRow, usageRow } from '../support/rows'
import { tempDir } from '../support/temp-dir'

const numbered = (from: number, count: number): Batch => ({
  exposures: Array.from({ length: count }, (_, i) => exposureRow(`u${from + i}`, 'a')),
})
const names = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `u${from + i}`)

interface Scene {
  readonly clock: ManualClock
  readonly store: MoodyStore
  readonly writer: BufferedWriter
  readonly errors: string[]
}

function scene(options: BufferedWriterOptions = {}, store = new MoodyStore()): Scene {
  const clock = new ManualClock()
  const errors: string[] = []
  const writer = bufferedWriter(store, {
    flushRows: 10,
    flushMs: 100,
    capacity: 40,
    timeoutMs: 1000,
    clock,
    onError: ({ message }) => errors.push(message),
    ...options,
  })
  return { clock, store, writer, errors }
}

const spilling = (path = join(tempDir(), 'spill.db')): BufferedWriterOptions => ({
  whenFull: 'spill',
  spill: path,
})

/** Rows are never lost from the books. */
function balanced({ stats }: BufferedWriter): void {
  const { received, found, written, dropped, refused, buffered, spilled } = stats
  expect(written + dropped + refused + buffered + spilled).toBe(received + found)
}

/** How a promise stands: its error's code, `done`, or `waits`. */
function watched(promise: Promise<unknown>): { state: string } {
  const watch = { state: 'waits' }
  promise.then(
    (value) => (watch.state = value === false ? 'false' : 'done'),
    (error: { code: string }) => (watch.state = error.code),
  )
  return watch
}

describe('flushes', () => {
  test('when enough rows wait, behind the caller', async () => {
    const { store, writer } = scene()
    expect(writer.offer(numbered(0, 9))).toBe(true)
    await settled()
    expect(store.calls).toBe(0)
    writer.offer(numbered(9, 1))
    expect(store.calls).toBe(0)
    await settled()
    expect(store.batches).toEqual([numbered(0, 10)])
  })

  test('when the time is up', async () => {
    const { clock, store, writer } = scene()
    writer.offer(numbered(0, 3))
    await clock.pass(99)
    expect(store.calls).toBe(0)
    await clock.pass(1)
    expect(store.names).toEqual(names(0, 3))
    expect(clock.pending).toBe(0)
  })

  test('at once for those who wait, all of one turn together', async () => {
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

  test('in batches no larger than asked for, in order', async () => {
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

  test('nothing when there is nothing', async () => {
    const { store, writer } = scene()
    await Promise.all([writer.written(), writer.record({}), writer.put({ usages: [] })])
    await writer.close()
    expect(store.calls).toBe(0)
  })
})

describe.each<Mood>(['throws', 'throws-at-once', 'hangs', 'loses-the-answer'])(
  'a store that %s',
  (mood) => {
    test('is tried again, ever more slowly, until all is written', async () => {
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

    test('holds up those who wait for no longer than the set time', async () => {
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

    test('costs exactly what is counted, with drop: the oldest go', async () => {
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

    test('loses nothing, with spill, and gets it in order', async () => {
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

    test('is left alone in bounded time by close, which counts what is lost', async () => {
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

describe('with block', () => {
  const blocking: BufferedWriterOptions = { whenFull: 'block', storeTimeoutMs: 10_000 }

  test('who can wait gets room when there is some, first come first served', async () => {
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

  test('nobody waits longer than the set time; then the rows are dropped and counted', async () => {
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

  test('those who wait are bounded, too', async () => {
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

  test('who waits for room when it is closed is told', async () => {
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

describe('with spill', () => {
  test('rows that no memory is left for go to the file, and to the store after those under way', async () => {
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

  test('rows under way when the store fails come before those that were put aside meanwhile', async () => {
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

  test('what was put aside row by row is brought in batches', async () => {
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

  test('a closed writer leaves what the store does not take in the file', async () => {
    const { clock, store, writer } = scene({ ...spilling(), storeTimeoutMs: 5000 })
    store.mood = 'hangs'
    writer.offer(numbered(0, 12))
    const closed = watched(writer.close())
    await clock.pass(1000)
    expect(closed.state).toBe('done')
    expect(writer.stats).toMatchObject({ spilled: 12, dropped: 0, buffered: 0 })
  })

  test('a full file is like a full memory: the oldest in memory go, and are counted', async () => {
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

  test('a row that no store can keep is refused before it is put aside', async () => {
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

  test('two writers share a file, and both get everything away', async () => {
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

describe('a row that the store refuses', () => {
  test('holds up no other, and is counted and told', async () => {
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

describe('errors', () => {
  test('are told at once, and then not more often than asked for, with how many there were', async () => {
    const { clock, store, writer, errors } = scene({ errorsEveryMs: 60_000 })
    store.mood = 'throws'
    writer.offer(numbered(0, 10))
    await clock.pass(50_000)
    expect(errors).toEqual(['the database is away'])
    await clock.pass(20_000)
    expect(errors).toHaveLength(2)
    expect(errors[1]).toMatch(
      /^the database is away \(and \d+ more of the kind, not told one by one\)$/,
    )
    const closing = writer.close()
    await clock.pass(1000)
    await closing
    expect(writer.stats.failures).toBeGreaterThan(10)
    const untold =
      errors
        .join()
        .match(/and (\d+) more/g)
        ?.map((text) => Number(/\d+/.exec(text)?.[0])) ?? []
    const told = errors.filter((message) => message.includes('the database is away')).length
    expect(told + untold.reduce((sum, one) => sum + one, 0)).toBe(writer.stats.failures)
  })

  test('of the listeners themselves break nothing', async () => {
    const { store, writer, clock } = scene({
      onError: () => {
        throw new Error('no log')
      },
      onMetric: () => {
        throw new Error('no metrics')
      },
    })
    store.mood = 'throws'
    writer.offer(numbered(0, 10))
    await clock.pass(100)
    store.mood = 'well'
    await clock.pass(1000)
    expect(writer.stats.written).toBe(10)
  })

  test('have a code and their cause, whoever threw them', async () => {
    const errors: Error[] = []
    const { store, writer, clock } = scene({
      ...spilling(),
      maxSpillRows: 5,
      onError: (error) => errors.push(error),
      onMetric: () => {
        throw new Error('no metrics')
      },
    })
    store.mood = 'throws'
    writer.offer(numbered(0, 10))
    await clock.pass(100)
    expect(errors.map((error) => [(error as LiveflagError).code, error.cause])).toEqual([
      ['LIVEFLAG_CALLBACK_FAILED', new Error('no metrics')],
      ['LIVEFLAG_NOT_RECORDED', undefined],
      ['LIVEFLAG_STORE_UNAVAILABLE', new Error('the database is away')],
    ])
    expect(errors.every((error) => error instanceof LiveflagError)).toBe(true)
    store.mood = 'well'
    await clock.pass(10_000)
    await writer.close()
  })

  test('become a process warning when nobody listens', async () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const store = new MoodyStore()
    store.mood = 'throws'
    const writer = bufferedWriter(store, { timeoutMs: 50, flushMs: 1 })
    await writer.record(numbered(0, 1)).catch(() => undefined)
    expect(warn).toHaveBeenCalledWith(expect.objectContaining({ message: 'the database is away' }))
    await writer.close()
    warn.mockRestore()
  })
})

test('metrics are counted as it happens', async () => {
  const counts: Record<string, number> = {}
  const { clock, store, writer } = scene({
    ...spilling(),
    onMetric: (metric, amount) => (counts[metric] = (counts[metric] ?? 0) + amount),
  })
  store.mood = 'throws'
  writer.offer(numbered(0, 12))
  await clock.pass(100)
  store.mood = 'well'
  await clock.pass(10_000)
  await writer.close()
  expect(counts).toEqual({
    seconds: expect.any(Number),
    failures: writer.stats.failures,
    spilled: 12,
    written: 12,
    replayed: 12,
  })
})

describe('options', () => {
  test.each<[BufferedWriterOptions, RegExp]>([
    [{ flushRows: 0 }, /flushRows is 0/],
    [{ flushMs: NaN }, /flushMs is NaN/],
    [{ capacity: 1.5 }, /capacity is 1.5/],
    [{ capacity: 5, flushRows: 6 }, /capacity is 5; give at least flushRows, 6/],
    [{ timeoutMs: -1 }, /timeoutMs is -1/],
    [{ whenFull: 'panic' as 'drop' }, /whenFull is "panic"/],
    [{ whenFull: 'spill' }, /spill is undefined/],
    [{ spill: 'spill.db' }, /spill is "spill.db"/],
    [
      { whenFull: 'spill', spill: join('no', 'such', 'directory', 'spill.db') },
      /the spill file no.*cannot be opened/,
    ],
  ])('refuse %j', (options, message) => {
    expect(() => bufferedWriter(new MoodyStore(), options)).toThrow(
      expect.objectContaining({
        code: 'LIVEFLAG_BAD_OPTION',
        message: expect.stringMatching(message),
      }),
    )
  })

  test('refuse a spill file that is something else, and leave it as it is', () => {
    const spill = join(tempDir(), 'notes.txt')
    const notes =
      'not a database, but long enough to look like a header of one, if nobody looks closely\n'.repeat(
        20,
      )
    writeFileSync(spill, notes)
    expect(() => bufferedWriter(new MoodyStore(), { whenFull: 'spill', spill })).toThrow(
      expect.objectContaining({ code: 'LIVEFLAG_BAD_OPTION' }),
    )
    expect(readFileSync(spill, 'utf8')).toBe(notes)
  })

  test('say so when the package for a spill file is missing', () => {
    jest.isolateModules(() => {
      jest.doMock('better-sqlite3', () => {
        throw Object.assign(new Error("Cannot find module 'better-sqlite3'"), {
          code: 'MODULE_NOT_FOUND',
        })
      })
      const { bufferedWriter: open } = require('../../src/recording/buffered') as {
        bufferedWriter: typeof bufferedWriter
      }
      expect(() => open(new MoodyStore(), { whenFull: 'spill', spill: 'spill.db' })).toThrow(
        expect.objectContaining({ code: 'LIVEFLAG_MISSING_PACKAGE' }),
      )
      jest.dontMock('better-sqlite3')
    })
  })
})
