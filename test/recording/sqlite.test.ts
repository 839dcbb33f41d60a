import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { migrations } from '../../src/recording/sql/migrations'
import { sqliteStore, type SqliteStoreOptions } from '../../src/recording/sqlite'
import type { Store } from '../../src/recording/store'
import { storeContract } from '../contracts/store'
import {
  firstSchema,
  FOURTH_SCHEMA,
  knowsFirstConversions,
  knowsFirstRefunds,
  SIGNED_IN,
  usesFirstSchema,
  usesSignIns,
} from '../support/first-schema'
import { decisionRow, exposureRow, usageRow } from '../support/rows'
import { tempDir } from '../support/temp-dir'

const opened: Store[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()))
})

function storeAt(path: string, also: SqliteStoreOptions = {}): Store {
  const store = sqliteStore(path, { synchronous: 'normal', ...also })
  opened.push(store)
  return store
}

for (const [how, threadFromRows] of [
  ['on the main thread', Infinity],
  ['in a thread', 1],
] as const) {
  storeContract(`in SQLite, written ${how}`, async () => {
    const path = join(tempDir(), `${randomUUID()}.db`)
    return {
      store: storeAt(path, { threadFromRows }),
      again: () => storeAt(path, { threadFromRows }),
    }
  })
}

describe('a SQLite file', () => {
  const newer = (path: string): void => {
    const database = new Database(path)
    database.exec(
      'create table liveflag_schema (version integer not null); insert into liveflag_schema values (99)',
    )
    database.close()
  }

  it('of a newer version is left as it is', async () => {
    const path = join(tempDir(), 'records.db')
    newer(path)
    const before = tablesIn(path)
    const store = storeAt(path)
    await expect(store.open()).rejects.toMatchObject({
      code: 'LIVEFLAG_SCHEMA_NEWER',
      message: expect.stringContaining('version 99'),
    })
    await expect(store.write({ exposures: [exposureRow('u1', 'a')] })).rejects.toMatchObject({
      code: 'LIVEFLAG_SCHEMA_NEWER',
    })
    expect(tablesIn(path)).toEqual(before)
  })

  const INDEXES = "select name, sql from sqlite_master where type = 'index' order by name"
  const SHAPE =
    "select type, name, sql from sqlite_master where name not like 'sqlite_%' order by name"

  it('that an earlier liveflag wrote conversions to counts none twice, and refunds that come from now on', async () => {
    const path = join(tempDir(), 'records.db')
    const database = new Database(path)
    database.exec(firstSchema('text'))
    database.close()
    const store = storeAt(path)
    await knowsFirstConversions(store)
    await knowsFirstRefunds(store)
  })

  it('that an earlier liveflag made is read and written; it gets the new tables and columns, and all else stays as it is', async () => {
    const path = join(tempDir(), 'records.db')
    const database = new Database(path)
    database.exec(firstSchema('text'))
    const indexes = database.prepare(INDEXES).all()
    await usesFirstSchema(storeAt(path))
    expect(database.prepare(INDEXES).all()).toEqual(expect.arrayContaining(indexes))
    expect(database.prepare('select revision from liveflag_exposures').pluck().all()).toEqual([
      null,
      null,
    ])
    expect(database.prepare('select version from liveflag_schema').pluck().get()).toBe(
      migrations.length,
    )
    database.close()
  })

  it('that kept one loid of each user gets them as sign-ins, and more after that', async () => {
    const path = join(tempDir(), 'records.db')
    const before = storeAt(path)
    await before.write({ exposures: SIGNED_IN })
    await before.close()
    const database = new Database(path)
    const shape = database.prepare(SHAPE).all()
    database.exec(FOURTH_SCHEMA)
    expect(database.prepare(SHAPE).all()).toHaveLength(shape.length - 1)
    await usesSignIns(storeAt(path))
    expect(database.prepare(SHAPE).all()).toEqual(shape)
    database.exec("delete from liveflag_exposures where unit = 'u2'")
    expect((await storeAt(path).orphans()).signIns).toBe(1)
    database.close()
  })

  it('that is new has the schema of one that an earlier liveflag made', async () => {
    const [path, earlier] = [join(tempDir(), 'records.db'), join(tempDir(), 'earlier.db')]
    const first = new Database(earlier)
    first.exec(firstSchema('text'))
    await Promise.all([storeAt(path).open(), storeAt(earlier).open()])
    const made = new Database(path, { readonly: true })
    expect(made.prepare(SHAPE).all()).toEqual(first.prepare(SHAPE).all())
    made.close()
    first.close()
  })

  it.each([
    ['in no directory', () => join(tempDir(), 'no', 'such.db')],
    ['that is a directory', () => tempDir()],
    [
      'that is something else',
      () => {
        const path = join(tempDir(), 'notes.txt')
        writeFileSync(
          path,
          'not a database, but long enough to look like a header of one, if nobody looks closely at it\n'.repeat(
            20,
          ),
        )
        return path
      },
    ],
  ])('%s is refused with its path', async (_, path) => {
    const at = path()
    await expect(storeAt(at).open()).rejects.toMatchObject({
      code: 'LIVEFLAG_BAD_OPTION',
      message: expect.stringContaining(at),
    })
  })

  it.each([
    [['', {}]],
    [['x.db', { busyTimeoutMs: -1 }]],
    [['x.db', { synchronous: 'off' as 'full' }]],
  ] as [[string, SqliteStoreOptions]][])('refuses the options %j', ([path, options]) => {
    expect(() => sqliteStore(path, options)).toThrow(
      expect.objectContaining({ code: 'LIVEFLAG_BAD_OPTION' }),
    )
  })

  it('that could not be opened is opened later', async () => {
    const directory = join(tempDir(), 'later')
    const store = storeAt(join(directory, 'records.db'))
    await expect(store.open()).rejects.toMatchObject({ code: 'LIVEFLAG_BAD_OPTION' })
    mkdirSync(directory)
    await store.write({ exposures: [exposureRow('u1', 'a')] })
    expect(await store.exposedUnits('exp')).toHaveLength(1)
  })

  it('that another process writes to is waited for, without blocking this one', async () => {
    const path = join(tempDir(), 'records.db')
    const store = storeAt(path)
    await store.open()
    const other = new Database(path)
    other.exec('begin immediate')
    let written = false
    const writing = store
      .write({ exposures: [exposureRow('u1', 'a')] })
      .then(() => (written = true))
    // Readers are not held up, either.
    expect(await store.exposedUnits('exp')).toEqual([])
    for (let i = 0; i < 20; i++) await new Promise(setImmediate)
    expect(written).toBe(false)
    other.exec('commit')
    other.close()
    await writing
  })

  it('that stays locked is given up in bounded time, and works afterwards', async () => {
    const path = join(tempDir(), 'records.db')
    await storeAt(path).open()
    const store = sqliteStore(path, { busyTimeoutMs: 50 })
    opened.push(store)
    await store.open()
    const other = new Database(path)
    other.exec('begin immediate')
    const writes = Array.from({ length: 20 }, (_, i) =>
      store.write({ exposures: [exposureRow(`u${i}`, 'a')] }),
    )
    const settled = await Promise.allSettled(writes)
    expect(
      settled.map((one) => one.status === 'rejected' && (one.reason as { code: string }).code),
    ).toEqual(writes.map(() => 'LIVEFLAG_STORE_UNAVAILABLE'))
    other.exec('commit')
    other.close()
    await store.write({ exposures: [exposureRow('u1', 'a')] })
    expect(await store.exposedUnits('exp')).toHaveLength(1)
  })

  it('is migrated once by stores that open it together', async () => {
    const path = join(tempDir(), 'records.db')
    await Promise.all(Array.from({ length: 8 }, () => storeAt(path).open()))
    const database = new Database(path, { readonly: true })
    expect(database.prepare('select version from liveflag_schema').all()).toEqual([
      { version: migrations.length },
    ])
    database.close()
  })

  it('keeps what is written, in the words of docs/stores.md', async () => {
    const path = join(tempDir(), 'records.db')
    await storeAt(path).write({
      decisions: [
        decisionRow({ decisionId: 'd1', value: null }),
        decisionRow({ decisionId: 'd2', value: 0.5 }),
        decisionRow({ decisionId: 'd3', value: false }),
      ],
      exposures: [exposureRow('u1', 'a', { data: { plan: 'pro' } })],
      usages: [usageRow({ id: 'n1', value: null })],
    })
    const database = new Database(path, { readonly: true })
    expect(
      database.prepare('select decision_id, value from liveflag_decisions order by 1').raw().all(),
    ).toEqual([
      ['d1', ''],
      ['d2', '0.5'],
      ['d3', 'false'],
    ])
    expect(database.prepare('select * from liveflag_exposures').all()).toEqual([
      {
        unit: 'u1',
        kind: 'user',
        experiment: 'exp',
        variant: 'a',
        feature: 'button',
        source: 'backend',
        bucket: 7,
        generation: 1,
        hash: 'sha1',
        data: '{"plan":"pro"}',
        created_at: 1000,
        revision: null,
        config: null,
        process: null,
        user_id: null,
        loid: null,
        last_at: 1000,
        last_revision: null,
        attributes: null,
      },
    ])
    expect(
      database.prepare('select id, value, typeof(created_at) from liveflag_usages').raw().all(),
    ).toEqual([['n1', 'null', 'integer']])
    database.close()
  })
})

test.each(['better-sqlite3'])('reports that the package %s is missing', (name) => {
  jest.isolateModules(() => {
    jest.doMock(name, () => {
      throw Object.assign(new Error(`Cannot find module '${name}'`), { code: 'MODULE_NOT_FOUND' })
    })
    const { sqliteStore: open } = require('../../src/recording/sqlite') as {
      sqliteStore: typeof sqliteStore
    }
    expect(() => open('records.db')).toThrow(
      expect.objectContaining({
        code: 'LIVEFLAG_MISSING_PACKAGE',
        message: expect.stringContaining(`npm install ${name}`),
      }),
    )
    jest.dontMock(name)
  })
})

function tablesIn(path: string): unknown[] {
  const database = new Database(path, { readonly: true })
  const tables = database.prepare('select name from sqlite_master').all()
  database.close()
  return tables
}
