import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { sqliteStore } from '../../src/recording/sqlite'
import type { Store } from '../../src/recording/store'
import { balanced, names, numbered, scene, spilling, watched } from '../support/buffered-scene'
import { exposureRow } from '../support/rows'
import { tempDir } from '../support/temp-dir'

const SUFFIXES = ['', '-wal', '-shm']

/** A path in a directory of its own. */
function pathIn(): { readonly path: string; readonly dir: string } {
  const dir = join(tempDir(), 'data')
  mkdirSync(dir)
  return { path: join(dir, 'records.db'), dir }
}

/** A sound file beside the path, which may take its place. */
async function earlierState(path: string): Promise<void> {
  const store = sqliteStore(`${path}.copy`)
  await store.open()
  await store.close()
}

type Loss = (path: string) => void

const losses: readonly [what: string, Loss][] = [
  ['deleted', (path) => rmSync(path)],
  ['deleted with its log', (path) => SUFFIXES.forEach((end) => rmSync(path + end))],
  ['moved', (path) => renameSync(path, `${path}.old`)],
  ['replaced by a copy of an earlier state', (path) => renameSync(`${path}.copy`, path)],
  ['robbed of its log', (path) => rmSync(`${path}-wal`)],
]

const opened: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
})

function storeAt(path: string, threadFromRows = Infinity): Store {
  const store = sqliteStore(path, { synchronous: 'normal', threadFromRows })
  opened.push(store)
  return store
}

const unitsIn = async (store: Store): Promise<number> =>
  (await store.exposedUnits('exp')).reduce((sum, { units }) => sum + units, 0)

const unit = (name: string) => ({ exposures: [exposureRow(name, 'a')] })

describe.each([
  ['on the main thread', Infinity],
  ['in a thread', 1],
])('a SQLite file, written %s,', (_, threadFromRows) => {
  test.each(losses)(
    'that is %s while it is open takes no row that is not at the path, and is opened again',
    async (what, lose) => {
      const { path } = pathIn()
      await earlierState(path)
      const store = storeAt(path, threadFromRows)
      await store.write(unit('before'))
      lose(path)
      const written: string[] = []
      for (const name of ['u1', 'u2', 'u3'])
        await store.write(unit(name)).then(
          () => written.push(name),
          (error: unknown) => {
            expect(error).toMatchObject({
              code: 'LIVEFLAG_STORE_UNAVAILABLE',
              message: expect.stringMatching(/deleted, moved or replaced while it was open/),
            })
          },
        )
      expect(written).toEqual(['u2', 'u3'])
      expect(await unitsIn(storeAt(path))).toBe(what === 'robbed of its log' ? 4 : 2)
      expect(await unitsIn(store)).toBe(await unitsIn(storeAt(path)))
    },
  )
})

describe('a SQLite file', () => {
  test.each(losses)(
    'that is %s rejects what was read from it and admitted to it',
    async (_, lose) => {
      const { path } = pathIn()
      await earlierState(path)
      const store = storeAt(path)
      await store.write(unit('before'))
      lose(path)
      await expect(store.exposedUnits('exp')).rejects.toMatchObject({
        code: 'LIVEFLAG_STORE_UNAVAILABLE',
      })
      await store.open()
      rmSync(path)
      await expect(store.admit([{ subject: 'u1', decide: () => [] }])).rejects.toMatchObject({
        code: 'LIVEFLAG_STORE_UNAVAILABLE',
      })
      await store.admit([{ subject: 'u1', decide: () => [] }])
    },
  )

  test('whose directory is gone is unavailable until the directory is back', async () => {
    const { path, dir } = pathIn()
    const store = storeAt(path)
    await store.write(unit('before'))
    rmSync(dir, { recursive: true })
    for (const name of ['u1', 'u2'])
      await expect(store.write(unit(name))).rejects.toMatchObject({
        code: 'LIVEFLAG_STORE_UNAVAILABLE',
      })
    mkdirSync(dir)
    await store.write(unit('u3'))
    expect(await unitsIn(store)).toBe(1)
  })

  test('keeps its path when the process changes its directory', async () => {
    const [before, { path, dir }] = [process.cwd(), pathIn()]
    process.chdir(dir)
    const store = storeAt('records.db')
    process.chdir(before)
    await store.write(unit('u1'))
    expect(await unitsIn(storeAt(path))).toBe(1)
  })

  test('whose tables another program drops gets them again', async () => {
    const { path } = pathIn()
    const [store, other] = [storeAt(path), new Database(path)]
    await store.write(unit('before'))
    for (const { name } of other
      .prepare<[], { name: string }>("select name from sqlite_master where type = 'table'")
      .all())
      other.exec(`drop table "${name}"`)
    other.close()
    await expect(store.write(unit('u1'))).rejects.toMatchObject({
      code: 'LIVEFLAG_STORE_UNAVAILABLE',
    })
    await store.write(unit('u2'))
    expect(await unitsIn(store)).toBe(1)
  })
})

describe('a database in memory', () => {
  test.each([':memory:', ' :memory: '])('%j takes batches of any size', async (path) => {
    const store = storeAt(path, 100)
    const exposures = Array.from({ length: 150 }, (_, i) => exposureRow(`u${i}`, 'a'))
    await store.write({ exposures })
    await expect(store.write({ exposures: [exposureRow('u', 'a', { at: NaN })] })).rejects.toThrow()
    expect(await unitsIn(store)).toBe(150)
  })

  test.each(['file::memory:?cache=shared', 'file:records.db', 'sqlite://records.db', ' '])(
    '%j is refused as the path of a store',
    (path) => {
      expect(() => sqliteStore(path)).toThrow(
        expect.objectContaining({
          code: 'LIVEFLAG_BAD_OPTION',
          message: expect.stringContaining('the path of a SQLite file, not a URL'),
        }),
      )
    },
  )

  test.each([':memory:', 'file:spill.db', ' '])('%j is refused as a spill file', (spill) => {
    expect(() => scene({ whenFull: 'spill', spill })).toThrow(
      expect.objectContaining({ code: 'LIVEFLAG_BAD_OPTION' }),
    )
  })
})

describe('a spill file', () => {
  test.each(losses.filter(([what]) => !what.startsWith('replaced')))(
    'that is %s while it is open is written again, with all of its rows',
    async (_, lose) => {
      const path = join(tempDir(), 'spill.db')
      const { clock, store, writer, errors } = scene(spilling(path))
      store.mood = 'throws'
      writer.offer(numbered(0, 25))
      await clock.pass(200)
      lose(path)
      await writer.record(numbered(25, 1))
      expect(errors.join()).toContain('deleted, moved or replaced while it was open')
      balanced(writer)
      await writer.close()
      const next = scene(spilling(path))
      expect(next.writer.stats.found).toBe(26)
      await next.clock.pass(1000)
      expect(next.store.names).toEqual(names(0, 26))
      await next.writer.close()
    },
  )

  test('that is replaced by another is written to the store together with it', async () => {
    const [path, other] = [join(tempDir(), 'spill.db'), join(tempDir(), 'other.db')]
    const before = scene(spilling(other))
    before.store.mood = 'throws'
    before.writer.offer(numbered(100, 5))
    await before.clock.pass(200)
    await before.writer.close()
    const { clock, store, writer } = scene(spilling(path))
    store.mood = 'throws'
    writer.offer(numbered(0, 5))
    await clock.pass(200)
    renameSync(other, path)
    for (const end of ['-wal', '-shm']) rmSync(path + end)
    await clock.pass(20_000)
    store.mood = 'well'
    await clock.pass(20_000)
    expect(store.names.toSorted()).toEqual([...names(0, 5), ...names(100, 5)].toSorted())
    expect(writer.stats).toMatchObject({ received: 5, found: 5, written: 10, spilled: 0 })
    await writer.close()
  })

  test('whose directory is gone acknowledges no row; the rows of before are still written', async () => {
    const { path, dir } = pathIn()
    const { clock, store, writer, errors } = scene(spilling(path))
    store.mood = 'throws'
    writer.offer(numbered(0, 5))
    await clock.pass(200)
    rmSync(dir, { recursive: true })
    const recorded = watched(writer.record(numbered(5, 1)))
    await clock.pass(1000)
    expect(recorded.state).toBe('LIVEFLAG_NOT_RECORDED')
    expect(errors.join()).toContain('cannot be opened')
    balanced(writer)
    store.mood = 'well'
    await clock.pass(20_000)
    expect(store.names).toEqual(names(0, 6))
    balanced(writer)
    await writer.close()
  })
})
