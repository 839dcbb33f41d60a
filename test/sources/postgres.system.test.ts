/** PostgreSQL as itself: a server that the test starts. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client, Pool } from 'pg'
import { openFeatures } from '../../src/engine/features'
import { processes, publish } from '../../src/fleet/fleet'
import { postgres, postgresKeyStore, postgresMigration } from '../../src/sources/postgres'
import { keyStoreContract } from '../contracts/key-store'
import { type StoreScene, storeSourceContract } from '../contracts/store-source'
import { eventually } from '../support/eventually'
import { startPgbouncer } from '../support/pgbouncer'
import { type PostgresServer, startPostgres } from '../support/postgres'
import { RecordingSink } from '../support/recording-sink'
import type { ServerProcess } from '../support/server-process'
import { TcpProxy } from '../support/tcp-proxy'
import { describeWith } from '../support/with-program'

const A = 'feature_a: on\n'
const B = 'feature_a: on\nfeature_b: on\n'

let server: PostgresServer
let proxy: TcpProxy
let url: string
let pool: Pool

/** The same database by another port, as another role, or with more in its query. */
const urlWith = (change: (url: URL) => void): string => {
  const other = new URL(url)
  change(other)
  return other.href
}
const throughProxy = (): string => urlWith((one) => (one.port = String(proxy.port)))
const as = (role: string, key = 'live'): string =>
  urlWith((one) => {
    one.username = role
    one.searchParams.set('key', key)
  })

async function query(sql: string, values: unknown[] = []): Promise<readonly object[]> {
  const client = new Client(url)
  await client.connect()
  try {
    const { rows } = await client.query<object>(sql, values)
    return rows
  } finally {
    await client.end()
  }
}

/** As a person does in psql, who knows nothing of versions and notices. */
async function put(text: string | undefined): Promise<void> {
  if (text === undefined)
    await query(`delete from liveflag_live_config where config = 'live' and key = ''`)
  else
    await query(
      `insert into liveflag_live_config (config, key, bytes) values ('live', '', convert_to($1, 'UTF8'))
       on conflict (config, key) do update set bytes = excluded.bytes`,
      [text],
    )
}

beforeAll(async () => {
  server = await startPostgres()
  url = await server.database()
  proxy = await TcpProxy.start(Number(new URL(url).port))
  pool = new Pool({ connectionString: url })
  pool.on('error', () => undefined)
  await query(postgresMigration())
})
afterAll(async () => {
  await pool.end()
  await proxy.close()
  await server.end()
})

const clear = async (): Promise<void> => void (await query('delete from liveflag_live_config'))
keyStoreContract('a store of keys in PostgreSQL', { open: () => postgresKeyStore(url), clear })
keyStoreContract('a store of keys in PostgreSQL by a pool of the application', {
  open: () => postgresKeyStore(pool, { key: 'shop' }),
  clear,
})

const scene: StoreScene = {
  open: () => postgresKeyStore(throughProxy(), { connectTimeoutMs: 500 }),
  put,
  cut: () => proxy.cut(),
  restore: () => proxy.restore(),
  async crash() {
    await server.crash()
  },
  start: () => server.start(),
  openRefused: () => postgresKeyStore(as('nobody')),
  refusal:
    /^postgres:\/\/127\.0\.0\.1:\d+\/test_1\?key=live cannot be read: .*role "nobody" does not exist; correct the user and the password in its URL, or pg_hba\.conf$/,
}
storeSourceContract('a source over PostgreSQL', scene)

const listening = async (given: string | Pool, options = {}): Promise<RecordingSink> => {
  const sink = new RecordingSink()
  const source = postgres(given, { unwatchedPollMs: 600_000, pollMs: 600_000, ...options })
  open.push(source)
  await source.open(sink)
  await eventually('it listens', () => source.watch.mode === 'events+poll')
  return sink
}
const open: { close(): Promise<void> }[] = []
afterEach(() => Promise.all(open.splice(0).map((one) => one.close())))

test('a listener has the password of the Pool, which does not show it', async () => {
  await put(A)
  await query(`create role guarded login password 's3cret'`)
  await query('grant select on liveflag_live_config to guarded')
  const [rules] = (await query('show hba_file')) as readonly { readonly hba_file: string }[]
  const file = rules?.hba_file ?? ''
  writeFileSync(file, `host all guarded 127.0.0.1/32 scram-sha-256\n${readFileSync(file, 'utf8')}`)
  await query('select pg_reload_conf()')
  const { hostname: host, port, pathname } = new URL(url)
  const at = { host, port: Number(port), database: pathname.slice(1), user: 'guarded' }
  const refused = new Client({ ...at, password: 'wrong' })
  await expect(refused.connect()).rejects.toMatchObject({ code: '28P01' })
  const guarded = new Pool({ ...at, password: 's3cret' })
  const sink = await listening(guarded)
  await put(B)
  await eventually('it is read', () => sink.texts.includes(B))
  await Promise.all(open.splice(0).map((one) => one.close()))
  await guarded.end()
  // As of a cloud, whose passwords last for minutes: pg asks for one at each connection.
  const asked = new Pool({ ...at, password: async () => 's3cret' })
  const direct = await listening(asked, { listenUrl: `postgres://${host}:${port}${pathname}` })
  await put(A)
  await eventually('it is read', () => direct.texts.at(-1) === A)
  await Promise.all(open.splice(0).map((one) => one.close()))
  await asked.end()
})

test('what a person writes in SQL is notified, and has another version', async () => {
  await put(A)
  const sink = await listening(url)
  await put(B)
  await eventually('it is read', () => sink.texts.includes(B))
})

test('a listener that is ended by the server listens again', async () => {
  await put(A)
  const sink = await listening(url, { applicationName: 'ended' })
  await query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'ended'`,
  )
  await eventually('it listens again', async () => {
    const rows = await query(
      `select 1 from pg_stat_activity where application_name = 'ended' and query like 'listen%'`,
    )
    return rows.length > 0
  })
  await put(B)
  await eventually('it is read', () => sink.texts.includes(B))
})

test('a role with the right to select alone can read and listen, and says what it lacks to write', async () => {
  await put(A)
  await query('create role reader login')
  await query('grant select on liveflag_live_config to reader')
  const sink = await listening(as('reader'))
  await put(B)
  await eventually('it is read', () => sink.texts.includes(B))
  const store = postgresKeyStore(as('reader'))
  open.push(store)
  await expect(store.write([{ key: '', bytes: Buffer.from(A) }])).rejects.toMatchObject({
    code: 'LIVEFLAG_STORE_REFUSED',
    message: expect.stringMatching(
      /42501 permission denied for table .*; grant its role what it needs/,
    ) as string,
  })
})

test('row security, as the documents write it, lets who acknowledges put no text in force', async () => {
  await put(undefined)
  await query('create role publisher login; create role web login')
  await query('grant select, insert, update, delete on liveflag_live_config to publisher, web')
  const text = readFileSync(join(__dirname, '../../docs/key-stores.md'), 'utf8')
  const [, sql = ''] = /```sql\n(\s+alter table[^`]+)```/.exec(text) ?? []
  await query(sql)
  const [publisher, web] = ['publisher', 'web'].map((role) => postgresKeyStore(as(role, 'rows')))
  if (!publisher || !web) throw new Error('there are two')
  open.push(publisher, web)
  expect(await publish(publisher, A)).toMatchObject({ kind: 'published' })
  expect(await publish(publisher, B)).toMatchObject({ kind: 'published' })
  const before = await publisher.list('')
  const bytes = Buffer.from(A)
  for (const key of ['', 'history/000000003', 'rollout', 'quarantine/000000002'])
    await expect(web.write([{ key, bytes }])).rejects.toMatchObject({
      code: 'LIVEFLAG_STORE_REFUSED',
    })
  for (const key of before.keys()) await web.write([{ key, bytes: undefined }])
  expect(await publisher.list('')).toEqual(before)
  const source = postgres(as('web', 'rows'), { fleet: { host: 'web-1' } })
  const features = await openFeatures({ source })
  await eventually('it acknowledges', async () => (await processes(publisher)).length === 1)
  await features.close()
  expect([...(await publisher.list('acks/')).keys()]).toEqual([])
  await query('alter table liveflag_live_config disable row level security')
})

test('a process that may not delete says that it is gone, and is not waited for', async () => {
  await put(A)
  await query('create role keeping login')
  await query('grant select, insert, update on liveflag_live_config to keeping')
  const store = postgresKeyStore(url)
  open.push(store)
  const source = postgres(as('keeping'), { fleet: { host: 'web-1' } })
  const features = await openFeatures({ source })
  await eventually('it acknowledges', async () => (await processes(store)).length === 1)
  await features.close()
  expect((await store.list('acks/')).size).toBe(1)
  expect(await processes(store)).toEqual([])
})

test('a role whose right is taken away while it reads keeps what it has, and says so once', async () => {
  await put(A)
  await query('create role losing login')
  await query('grant select on liveflag_live_config to losing')
  const sink = await listening(as('losing'), { unwatchedPollMs: 50, pollMs: 50 })
  await query('revoke select on liveflag_live_config from losing')
  await eventually('it is reported', () => sink.failures.length > 0)
  const told = sink.tellings.at(-1)
  await put(B)
  await query('grant select on liveflag_live_config to losing')
  await eventually('it is read', () => sink.texts.at(-1) === B)
  expect(sink.texts).toEqual([A, B])
  expect(told).toMatchObject({
    problem: {
      message: expect.stringMatching(/42501 .*; grant its role what it needs: select on/) as string,
    },
  })
  expect(sink.failures).toEqual(['unreadable'])
})

test('a reader creates nothing where there is no table, and reads what is published there later', async () => {
  const schema = await server.schema()
  const source = postgres(schema, { unwatchedPollMs: 50, startup: 'defaults' })
  const features = await openFeatures({ source })
  features.on('problem', () => undefined)
  expect(features.snapshot.problems.map(({ message }) => message)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/there is no table liveflag_live_config .*; publish a live config/),
    ]),
  )
  const store = postgresKeyStore(schema)
  open.push(store)
  await expect(store.get('')).rejects.toMatchObject({ code: 'LIVEFLAG_STORE_UNUSABLE' })
  // Two at once, of whom both find that there is no table.
  const other = postgresKeyStore(schema)
  open.push(other)
  const results = await Promise.all(
    [store, other].map((one) => one.write([{ key: '', bytes: Buffer.from(A), basedOn: null }])),
  )
  expect(results.filter(({ written }) => written)).toHaveLength(1)
  await eventually('it is in force', () => features.isEnabled('a'))
  await features.close()
})

test('the schema may be given by the URL or an option, whatever the search path is', async () => {
  await query('create schema "My Flags"')
  const store = postgresKeyStore(url, { schema: 'My Flags' })
  open.push(store)
  await store.write([{ key: '', bytes: Buffer.from(A) }])
  const sink = await listening(urlWith((one) => one.searchParams.set('schema', 'My Flags')))
  expect(sink.texts).toEqual([A])
  await store.write([{ key: '', bytes: Buffer.from(B) }])
  await eventually('it is read', () => sink.texts.includes(B))
})

test('a listener may have another URL, for a pooler that keeps no sessions', async () => {
  await put(A)
  const sink = await listening(url, { listenUrl: throughProxy(), applicationName: 'direct' })
  await put(B)
  await eventually('it is read', () => sink.texts.includes(B))
})

test('several live configs of one table do not touch each other', async () => {
  const [one, other] = ['one', 'other'].map((key) => postgresKeyStore(url, { key }))
  if (!one || !other) throw new Error('two')
  open.push(one, other)
  await one.write([{ key: '', bytes: Buffer.from(A) }])
  await other.write([{ key: '', bytes: Buffer.from(B) }])
  expect(String((await one.get(''))?.bytes)).toBe(A)
  await other.write([{ key: '', bytes: undefined }])
  expect(await other.keys('')).toEqual([])
  expect(await one.keys('')).toEqual([''])
})

describeWith('pgbouncer', 'behind PgBouncer', (program) => {
  let pooler: ServerProcess | undefined
  afterEach(() => pooler?.end())
  const urlOf = ({ port }: ServerProcess): string => urlWith((one) => (one.port = String(port)))
  const warnings = ({ tellings }: RecordingSink): string[] =>
    tellings.flatMap((one) => (one.kind === 'warn' ? [one.problem.message] : []))

  test('that keeps sessions a change is notified of', async () => {
    pooler = await startPgbouncer(program, url, 'session')
    await put(A)
    const sink = await listening(urlOf(pooler))
    await put(B)
    await eventually('it is read', () => sink.texts.includes(B))
    expect(warnings(sink)).toEqual([])
  })

  test('that keeps no sessions it is reported once, and a change is found by reading', async () => {
    pooler = await startPgbouncer(program, url, 'transaction')
    await put(A)
    const sink = new RecordingSink()
    const source = postgres(urlOf(pooler), { unwatchedPollMs: 100, pollMs: 600_000 })
    open.push(source)
    await source.open(sink)
    await eventually('it is reported', () => warnings(sink).length > 0)
    expect(source.watch.mode).toBe('poll')
    await put(B)
    await eventually('it is read', () => sink.texts.includes(B))
    expect(warnings(sink)).toEqual([
      expect.stringMatching(/keeps no sessions, so no notice comes; give listenUrl, a URL that/),
    ])
  })

  test('that keeps no sessions a URL of the server itself is notified', async () => {
    pooler = await startPgbouncer(program, url, 'transaction')
    await put(A)
    const sink = await listening(urlOf(pooler), { listenUrl: url })
    await put(B)
    await eventually('it is read', () => sink.texts.includes(B))
    expect(warnings(sink)).toEqual([])
  })

  test('that keeps no sessions a store is published to as to any other', async () => {
    pooler = await startPgbouncer(program, url, 'transaction')
    const stores = [0, 1, 2].map(() => postgresKeyStore(urlOf(pooler as ServerProcess)))
    open.push(...stores)
    await put(A)
    const basedOn = (await stores[0]?.get(''))?.version ?? ''
    const results = await Promise.all(
      stores.map((one) => one.write([{ key: '', bytes: Buffer.from(B), basedOn }])),
    )
    expect(results.filter(({ written }) => written)).toHaveLength(1)
  })

  test('that refuses our parameters it is said which setting lets them pass', async () => {
    pooler = await startPgbouncer(program, url, 'transaction', {})
    const store = postgresKeyStore(urlOf(pooler))
    open.push(store)
    await expect(store.get('')).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(/let ignore_startup_parameters of PgBouncer name/) as string,
    })
  })
})
