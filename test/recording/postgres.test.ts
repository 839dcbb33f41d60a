import { inspect } from 'node:util'
import { Client } from 'pg'
import { postgresStore, type PostgresStoreOptions } from '../../src/recording/postgres'
import { migrations } from '../../src/recording/sql/migrations'
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
import { eventually } from '../support/eventually'
import { type PostgresServer, startPostgres } from '../support/postgres'
import { decisionRow, exposureRow, usageRow } from '../support/rows'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
}, 60_000)
afterAll(() => server.end())

const opened: Store[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()))
})

function storeAt(url: string, also: PostgresStoreOptions = {}): Store {
  const store = postgresStore(url, also)
  opened.push(store)
  return store
}

for (const [how, threadFromRows] of [
  ['on the main thread', Infinity],
  ['in a thread', 1],
] as const) {
  storeContract(`in PostgreSQL, written ${how}`, async () => {
    const url = await server.schema()
    return {
      store: storeAt(url, { threadFromRows }),
      again: () => storeAt(url, { threadFromRows }),
    }
  })
}

describe('a PostgreSQL database', () => {
  it.each(['', 'nonsense', '/var/lib/records.db', 'mysql://localhost/x', 'http://localhost'])(
    'refuses the URL %j',
    (url) => {
      expect(() => postgresStore(url)).toThrow(
        expect.objectContaining({
          code: 'LIVEFLAG_BAD_OPTION',
          message: expect.stringContaining('postgres://'),
        }),
      )
    },
  )

  it('keeps the moment of a report that computes for longer than a writer may be idle', async () => {
    const url = await server.schema()
    // A transaction that writes may be idle for twice as long.
    const store = storeAt(url, { statementTimeoutMs: 100, applicationName: 'computing' })
    await store.write({ exposures: [exposureRow('u1', 'red')] })
    const watcher = new Client({ connectionString: url })
    await watcher.connect()
    const isIdle = async (): Promise<boolean> => {
      const { rowCount } = await watcher.query(
        `select 1 from pg_stat_activity where application_name = 'computing' and state = 'idle in transaction' and now() - state_change > interval '400 ms'`,
      )
      return rowCount === 1
    }
    const counts = await store.snapshot(async (reports) => {
      const before = await reports.exposedUnits('exp')
      await eventually('the transaction has been idle for 400 ms', isIdle)
      return [before, await reports.exposedUnits('exp')]
    })
    await watcher.end()
    expect(counts[1]).toEqual(counts[0])
  })

  it.each([{ poolSize: 0 }, { connectTimeoutMs: 1.5 }, { statementTimeoutMs: -1 }])(
    'refuses the options %j',
    (options) => {
      expect(() => postgresStore('postgres://localhost/x', options)).toThrow(
        expect.objectContaining({ code: 'LIVEFLAG_BAD_OPTION' }),
      )
    },
  )

  it('that is not there is unavailable, and the error does not contain its password', async () => {
    const store = storeAt('postgres://me:secret@127.0.0.1:1/records')
    expect(store.name).toBe('PostgreSQL 127.0.0.1:1/records')
    const error: unknown = await store.open().catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      code: 'LIVEFLAG_STORE_UNAVAILABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    })
    expect(inspect(error)).not.toContain('secret')
  })

  it('of a newer version is left as it is', async () => {
    const url = await server.database()
    await asked(
      url,
      'create table liveflag_schema (version integer not null); insert into liveflag_schema values (99)',
    )
    await expect(storeAt(url).open()).rejects.toMatchObject({ code: 'LIVEFLAG_SCHEMA_NEWER' })
    expect(
      await asked(
        url,
        "select count(*)::int as count from pg_class where relname like 'liveflag%'",
      ),
    ).toEqual([{ count: 1 }])
  })

  it('that an earlier liveflag wrote conversions to counts none twice, and refunds that come from now on', async () => {
    const url = await server.database()
    await asked(url, firstSchema('jsonb'))
    const store = storeAt(url)
    await knowsFirstConversions(store)
    await knowsFirstRefunds(store)
  })

  it('that an earlier liveflag made is read and written, and has the same schema as a new one then', async () => {
    const [earlier, made] = [await server.database(), await server.database()]
    await asked(earlier, firstSchema('jsonb'))
    await usesFirstSchema(storeAt(earlier))
    await storeAt(made).open()
    for (const schema of [
      "select table_name, ordinal_position, column_name, data_type, is_nullable from information_schema.columns where table_schema = 'public' order by 1, 2",
      "select indexdef from pg_indexes where schemaname = 'public' order by 1",
      'select version from liveflag_schema',
    ])
      expect(await asked(made, schema)).toEqual(await asked(earlier, schema))
  })

  it('that kept one loid of each user gets them as sign-ins, and more after that', async () => {
    const url = await server.schema()
    const before = storeAt(url)
    await before.write({ exposures: SIGNED_IN })
    await before.close()
    await asked(url, FOURTH_SCHEMA)
    await usesSignIns(storeAt(url))
    await asked(url, "delete from liveflag_exposures where unit = 'u2'")
    expect((await storeAt(url).orphans()).signIns).toBe(1)
  })

  it('is migrated once by stores that open it together', async () => {
    const url = await server.database()
    await Promise.all(Array.from({ length: 8 }, () => storeAt(url).open()))
    expect(await asked(url, 'select version from liveflag_schema')).toEqual([
      { version: migrations.length },
    ])
  })

  it('that is up to date can be used by an account that may create no tables', async () => {
    const url = await server.database()
    await storeAt(url).open()
    await asked(
      url,
      'drop role if exists app; create role app login; grant select, insert, update, delete on all tables in schema public to app',
    )
    const store = storeAt(url.replace('postgres@', 'app@'))
    await store.write({ exposures: [exposureRow('u1', 'a')] })
    expect(await store.exposedUnits('exp')).toHaveLength(1)
  })

  it('keeps what is written, in the words of docs/stores.md', async () => {
    const url = await server.database()
    await storeAt(url).write({
      decisions: [
        decisionRow({ decisionId: 'd1', value: null }),
        decisionRow({ decisionId: 'd2', value: 0.5 }),
      ],
      exposures: [exposureRow('u1', 'a', { data: { plan: 'pro' } })],
      usages: [usageRow({ id: 'n1', value: null })],
    })
    expect(
      await asked(url, 'select decision_id, value from liveflag_decisions order by 1'),
    ).toEqual([
      { decision_id: 'd1', value: '' },
      { decision_id: 'd2', value: '0.5' },
    ])
    expect(
      await asked(url, "select data ->> 'plan' as plan, created_at from liveflag_exposures"),
    ).toEqual([{ plan: 'pro', created_at: '1000' }])
    expect(await asked(url, 'select jsonb_typeof(value) as type from liveflag_usages')).toEqual([
      { type: 'null' },
    ])
  })
})

test('reports that the package pg is missing', () => {
  jest.isolateModules(() => {
    jest.doMock('pg', () => {
      throw Object.assign(new Error("Cannot find module 'pg'"), { code: 'MODULE_NOT_FOUND' })
    })
    const { postgresStore: open } = require('../../src/recording/postgres') as {
      postgresStore: typeof postgresStore
    }
    expect(() => open('postgres://localhost/x')).toThrow(
      expect.objectContaining({
        code: 'LIVEFLAG_MISSING_PACKAGE',
        message: expect.stringContaining('npm install pg'),
      }),
    )
    jest.dontMock('pg')
  })
})

async function asked(url: string, query: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<object>(query)
  await client.end()
  return rows
}
