/** Sticky documents that processes of many machines share, in servers that run. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { RedisStickyBucketService } from '@growthbook/growthbook'
import { Redis } from 'ioredis'
import { Client } from 'pg'
import type { StickyDocument } from '../../src/core/sticky'
import { loadSticky, stickySaved } from '../../src/sticky/load'
import { postgresStickyService } from '../../src/sticky/postgres'
import { redisStickyService } from '../../src/sticky/redis'
import type { SharedStickyOptions, SharedStickyService } from '../../src/sticky/shared'
import { stickyContract } from '../../src/testing/sticky-contract'
import { holds } from '../support/contract'
import { eventually } from '../support/eventually'
import { PATIENCE, sized } from '../support/long-run'
import { type PostgresServer, startPostgres } from '../support/postgres'
import { type RedisServer, startRedis } from '../support/redis'
import { tempDir } from '../support/temp-dir'
import { typeScript } from '../support/type-script'
import { describeWith } from '../support/with-program'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

function closing<T extends SharedStickyService>(service: T): T {
  ends.push(() => service.close())
  return service
}

const document = (id: string, assignments: Record<string, string>): StickyDocument => ({
  attributeName: 'id',
  attributeValue: id,
  assignments,
})

/** What differs between the stores. */
interface Kind {
  readonly kind: 'redis' | 'postgres'
  /** An empty place in the server. */
  readonly place: () => Promise<string>
  readonly open: (url: string, options?: SharedStickyOptions) => SharedStickyService
  readonly stop: () => Promise<void>
  readonly startAgain: () => Promise<void>
}

function behaves({ kind, place, open, stop, startAgain }: Kind): void {
  holds(
    'as every sticky store',
    stickyContract(async () => {
      const url = await place()
      return { service: closing(open(url)), again: () => closing(open(url)) }
    }),
  )

  test(
    'of processes that assign the same visitors at once, all find the first',
    async () => {
      await firstWins(kind, await place(), 4)
    },
    PATIENCE,
  )

  test('holds any text, NUL and halves of surrogate pairs included', async () => {
    const service = closing(open(await place()))
    const odd = {
      attributeName: 'i\0d',
      attributeValue: '\ud800x\\u0000',
      assignments: { '\0': '\udfff' },
    }
    await service.saveAssignments(odd)
    expect(await service.getAssignments('i\0d', '\ud800x\\u0000')).toEqual(odd)
  })

  test('refuses a value that is too long to be an id, once, and does not try it again', async () => {
    const service = closing(open(await place()))
    const long = 'x'.repeat(5000)
    const errors: unknown[] = []
    const sticky = await loadSticky(service, { id: long }, ['id'], {
      onError: (e) => errors.push(e),
    })
    sticky.assign('id', long, 'exp__0', 'a')
    await stickySaved(service)
    expect(errors).toEqual([expect.objectContaining({ code: 'LIVEFLAG_BAD_OPTION' })])
  })

  test(
    'while it is away a visitor is assigned by hash, nothing is written over what is there, and it comes back by itself',
    async () => {
      const service = closing(open(await place()))
      await service.saveAssignments(document('u1', { exp__0: 'known' }))
      await stop()
      const errors: { code?: string }[] = []
      const options = { timeoutMs: 500, onError: (error: object) => errors.push(error) }
      const away = await loadSticky(service, { id: 'u1' }, ['id'], options)
      expect(away.assignments('id', 'u1')).toEqual({})
      away.assign('id', 'u1', 'exp__0', 'other')
      await stickySaved(service)
      expect(errors.map(({ code }) => code)).toEqual(['LIVEFLAG_STORE_UNAVAILABLE'])
      await expect(service.saveAssignments(document('u1', { f__0: '1' }))).rejects.toMatchObject({
        code: 'LIVEFLAG_STORE_UNAVAILABLE',
      })
      await startAgain()
      await eventually('it answers again', async () => {
        const back = await loadSticky(service, { id: 'u1' }, ['id'], { timeoutMs: 500 })
        return back.assignments('id', 'u1')['exp__0'] === 'known'
      })
    },
    PATIENCE,
  )

  test('writes what waits when it is closed, and refuses what comes later', async () => {
    const url = await place()
    const service = open(url)
    const saving = service.saveAssignments(document('u1', { a__0: '1' }))
    await Promise.all([service.close(), service.close()])
    await saving
    await expect(service.saveAssignments(document('u1', {}))).rejects.toThrow(/are closed/)
    await expect(service.getAssignments('id', 'u1')).rejects.toThrow(/are closed/)
    expect(await closing(open(url)).getAssignments('id', 'u1')).toBeDefined()
  })

  test(
    'does not keep a process alive that is done',
    async () => {
      const script = `
      const { loadSticky } = require('./src/sticky/load')
      const { ${kind}StickyService } = require('./src/sticky/${kind}')
      const service = ${kind}StickyService(process.argv[1])
      loadSticky(service, { id: 'u1' }, ['id'], { timeoutMs: 20_000 }).then((sticky) => {
        sticky.assign('id', 'u1', 'exp__0', 'a')
        console.log('assigned')
      })`
      const url = await place()
      const child = spawn(process.execPath, [...typeScript, '-e', script, url], {
        stdio: 'inherit',
      })
      expect(await once(child, 'exit')).toEqual([0, null])
      expect(await closing(open(url)).getAssignments('id', 'u1')).toEqual(
        document('u1', { exp__0: 'a' }),
      )
    },
    PATIENCE,
  )
}

const UNITS = sized(300, 5000)

async function firstWins(kind: string, url: string, processes: number): Promise<void> {
  const workers = Array.from({ length: processes }, (_, i) => {
    const args = [
      ...typeScript,
      'test/support/sticky-process.ts',
      kind,
      url,
      `v${i}`,
      String(UNITS),
    ]
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    ends.push(() => child.kill('SIGKILL'))
    return { child, lines: createInterface(child.stdout) }
  })
  const said = (): Promise<string[]> => Promise.all(workers.map(({ lines }) => line(lines)))
  const tell = (): void => workers.forEach(({ child }) => child.stdin.write('\n'))
  expect(await said()).toEqual(workers.map(() => 'ready'))
  const saved = said()
  tell()
  expect(await saved).toEqual(workers.map(() => 'saved'))
  const found = said()
  tell()
  const [first = '', ...others] = await found
  expect(others).toEqual(others.map(() => first))
  const drawn = JSON.parse(first) as string[]
  expect(drawn).toHaveLength(UNITS)
  expect(drawn.every((one) => /^v[0-3]$/.test(one))).toBe(true)
  await Promise.all(workers.map(({ child }) => ended(child)))
}

const line = async (lines: Interface): Promise<string> => {
  const [text] = (await once(lines, 'line')) as [string]
  return text
}

const ended = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode === null) await once(child, 'exit')
}

test(
  'in SQLite, of processes that assign the same visitors at once, all find the first',
  async () => {
    await firstWins('sqlite', join(tempDir(), 's.db'), 4)
  },
  PATIENCE,
)

describeWith('redis-server', 'in Redis', (program) => {
  let server: RedisServer
  let inspector: Redis
  let databases = 0
  beforeAll(async () => {
    server = await startRedis(program, { appendOnly: true })
    inspector = new Redis(server.url)
  })
  afterAll(async () => {
    inspector.disconnect()
    await server.end()
  })
  const place = async (): Promise<string> => {
    await inspector.select(++databases % 16)
    await inspector.flushdb()
    return server.url.replace(/\/0$/, `/${databases % 16}`)
  }

  behaves({
    kind: 'redis',
    place,
    open: redisStickyService,
    stop: () => server.kill(),
    startAgain: () => server.start(),
  })

  test('has one key for each document, which goes by itself when it has a time to live', async () => {
    const url = await place()
    await closing(redisStickyService(url, { ttlSeconds: 90 })).saveAssignments(
      document('u1', { a__0: '1' }),
    )
    await closing(redisStickyService(url)).saveAssignments(document('u2', { a__0: '1' }))
    expect(JSON.parse((await inspector.get('liveflag:sticky:id||u1')) ?? '')).toEqual(
      document('u1', { a__0: '1' }),
    )
    expect(await inspector.ttl('liveflag:sticky:id||u1')).toBeGreaterThan(80)
    expect(await inspector.ttl('liveflag:sticky:id||u2')).toBe(-1)
  })

  test("shares its documents with GrowthBook's SDK when it has no prefix", async () => {
    const url = await place()
    const service = closing(redisStickyService(url, { prefix: '' }))
    const theirs = new RedisStickyBucketService({ redis: inspector as never })
    await theirs.saveAssignments(document('u1', { a__0: '1' }))
    expect(await service.getAssignments('id', 'u1')).toEqual(document('u1', { a__0: '1' }))
    await service.saveAssignments(document('u1', { b__0: '2' }))
    expect(await theirs.getAllAssignments({ id: 'u1' })).toEqual({
      'id||u1': document('u1', { a__0: '1', b__0: '2' }),
    })
  })

  test.each(['', 'no json', '[]', '{"attributeName":"id","attributeValue":"u2","assignments":{}}'])(
    'a key that holds %j holds no document, and is written over',
    async (text) => {
      const service = closing(redisStickyService(await place()))
      await inspector.set('liveflag:sticky:id||u1', text)
      expect(await service.getAssignments('id', 'u1')).toBeUndefined()
      await service.saveAssignments(document('u1', { a__0: '1' }))
      expect(await service.getAssignments('id', 'u1')).toEqual(document('u1', { a__0: '1' }))
    },
  )

  test('works with a client of the application, which it leaves open', async () => {
    const client = new Redis(await place())
    const service = redisStickyService(client)
    await service.saveAssignments(document('u1', { a__0: '1' }))
    await service.close()
    expect(await client.ping()).toBe('PONG')
    client.disconnect()
  })

  test('says who may not come in, without the password', async () => {
    const locked = await startRedis(program, { password: 'wanted' })
    ends.push(() => locked.end())
    const service = closing(redisStickyService(locked.url.replace('wanted', 'given-secret')))
    const refused = expect.objectContaining({
      code: 'LIVEFLAG_STORE_UNAVAILABLE',
      message: expect.not.stringContaining('given-secret'),
    })
    await expect(service.getAssignments('id', 'u1')).rejects.toEqual(refused)
    await expect(
      closing(redisStickyService(locked.url)).getAssignments('id', 'u1'),
    ).resolves.toBeUndefined()
  })
})

describe('in PostgreSQL', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server.end())

  behaves({
    kind: 'postgres',
    place: () => server.schema(),
    open: postgresStickyService,
    stop: () => server.crash(),
    startAgain: () => server.start(),
  })

  async function asked(url: string, text: string): Promise<readonly unknown[]> {
    const client = new Client({ connectionString: url })
    await client.connect()
    try {
      return (await client.query(text)).rows
    } finally {
      await client.end()
    }
  }

  test('forgets a document so long after its last assignment, and draws its visitor anew', async () => {
    const url = await server.schema()
    const service = closing(postgresStickyService(url, { ttlSeconds: 90 }))
    const loaded = document('u1', {})
    await service.saveAssignments(document('u1', { a__0: '1' }), loaded)
    await service.saveAssignments(document('u2', { a__0: '1' }), loaded)
    await asked(
      url,
      `update liveflag_sticky_assignments set updated_at = updated_at - 91000 where attribute_value = 'u1'`,
    )
    expect(await service.getAllAssignments({ id: 'u1' })).toEqual({})
    expect(await service.getAllAssignments({ id: 'u2' })).toEqual({
      'id||u2': document('u2', { a__0: '1' }),
    })
    await service.saveAssignments(document('u1', { a__0: '2' }), loaded)
    expect(await service.getAssignments('id', 'u1')).toEqual(document('u1', { a__0: '2' }))
    await asked(url, 'update liveflag_sticky_assignments set updated_at = updated_at - 91000')
    const other = closing(postgresStickyService(url, { ttlSeconds: 90 }))
    await other.saveAssignments(document('u3', { a__0: '1' }))
    expect(await asked(url, 'select attribute_value from liveflag_sticky_assignments')).toEqual([
      { attribute_value: 'u3' },
    ])
  })

  test('makes its table again when somebody dropped it', async () => {
    const url = await server.schema()
    const service = closing(postgresStickyService(url))
    await service.saveAssignments(document('u1', { a__0: '1' }))
    await asked(url, 'drop table liveflag_sticky_assignments')
    expect(await service.getAssignments('id', 'u1')).toBeUndefined()
    await service.saveAssignments(document('u1', { a__0: '1' }))
    expect(await service.getAssignments('id', 'u1')).toBeDefined()
  })

  test('writes all that is saved in one turn with one statement', async () => {
    const texts: string[] = []
    const pool = {
      query: async (text: string) => {
        texts.push(text)
        return { rows: [] }
      },
    }
    const service = closing(postgresStickyService(pool))
    await Promise.all(
      ['u1', 'u2', 'u3'].map((id) => service.saveAssignments(document(id, { a__0: '1' }))),
    )
    expect(texts).toHaveLength(1)
  })
})
