/** Publishers at real stores: two at once, and some that are killed. */
import { execFile, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { openKeyStore, publish } from '../../src/fleet/fleet'
import { chainOf, type KnownEntries } from '../support/chain'
import { chance } from '../support/chance'
import { startEtcd } from '../support/etcd'
import { PATIENCE, sized } from '../support/long-run'
import { startNats } from '../support/nats'
import { startPostgres } from '../support/postgres'
import { startRedis } from '../support/redis'
import { S3_BUCKET, S3_CREDENTIALS, startS3 } from '../support/s3'
import { tempDir } from '../support/temp-dir'
import { describeWith } from '../support/with-program'
import { javaOfZooKeeper, startZooKeeper } from '../support/zookeeper'

const PUBLISHER = join(__dirname, '..', 'support', 'publishing-process.cjs')
const MAIN = join(__dirname, '..', '..', 'dist', 'cli', 'main.js')

const AWS = {
  AWS_ACCESS_KEY_ID: S3_CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: S3_CREDENTIALS.secretAccessKey,
}

/** The same of every store. `start` resolves with its URL. */
function holdsOf(start: () => Promise<{ readonly url: string; end(): Promise<unknown> }>): void {
  let url = ''
  let end: () => Promise<unknown> = () => Promise.resolve()
  beforeAll(async () => {
    const server = await start()
    url = server.url
    end = () => server.end()
  })
  afterAll(() => end())

  test(
    'two publishers at once never lose an update: each accepted one is in the chain, each other one told',
    async () => {
      const stores = [openKeyStore(url), openKeyStore(url)]
      const accepted: number[] = []
      let refused = 0
      const rounds = sized(40, 1000)
      for (let round = 0; round < rounds; round++) {
        const results = await Promise.all(
          stores.map((store, i) => publish(store, `feature_a: {users: [p${i}-${round}]}\n`)),
        )
        for (const result of results)
          if (result.kind === 'published') accepted.push(result.generation)
          else if (result.kind === 'changed') refused++
      }
      const [store = openKeyStore(url)] = stores
      expect([...(await chainOf(store))].reverse()).toEqual(accepted.sort((a, b) => a - b))
      expect(accepted.length + refused).toBe(2 * rounds)
      process.stdout.write(
        `${store.name}: ${accepted.length} accepted, ${refused} refused and told\n`,
      )
      await Promise.all(stores.map((one) => one.close()))
    },
    PATIENCE,
  )

  test(
    'a publisher that is killed leaves text and history whole, and the next one publishes',
    async () => {
      const store = openKeyStore(url)
      const { next } = chance(7)
      const kills = sized(20, 200)
      let heard = 0
      const entries: KnownEntries = new Map()
      for (let round = 0; round < kills; round++) {
        const told = await killed(url, `k${round}`, next() * 40)
        const chain = await chainOf(store, entries)
        expect(told.filter((generation) => !chain.includes(generation))).toEqual([])
        expect(told.length).toBeGreaterThan(0)
        heard += told.length
        const result = await publish(store, `feature_a: {users: [after-${round}]}\n`)
        expect(result).toMatchObject({ kind: 'published', basedOn: chain[0] ?? null })
      }
      // As they are now: none has changed since it was read.
      expect(await chainOf(store)).toEqual(await chainOf(store, entries))
      process.stdout.write(`${store.name}: ${kills} killed, ${heard} generations of theirs\n`)
      await store.close()
    },
    // Twenty programs start one after another.
    3 * PATIENCE,
  )

  commandAt(() => url)
}

/** As a person works, or a job of a CI. A process that ended in the middle would say nothing. */
function commandAt(urlOf: () => string): void {
  test('the command publishes, lists and rolls back', async () => {
    const url = urlOf()
    const env = { LIVEFLAG_TO: url, ...AWS }
    const run = async (...args: readonly string[]) =>
      promisify(execFile)(process.execPath, [MAIN, ...args], { env })
    const first = join(tempDir(), 'first.yaml')
    writeFileSync(first, 'feature_first: on\n')
    expect((await run('publish', first, '--allow-shrink')).stdout).toContain('is published')
    const file = join(__dirname, '..', '..', 'config', 'live.yaml')
    const { stdout } = await run('publish', file, '--allow-shrink', '--reason', 'by hand')
    const generation = Number(/generation (\d+) is published/.exec(stdout)?.[1])
    expect((await run('history', url, '--limit', '1')).stdout).toContain('by hand')
    const back = await run('rollback', String(generation - 1), '--reason', 'back')
    expect(back.stdout).toContain(`generation ${generation + 1} is published`)
  })
}

/** A publisher that is killed so long after its first generation; what it heard of its generations. */
async function killed(url: string, name: string, afterMs: number): Promise<readonly number[]> {
  const child = spawn(process.execPath, [PUBLISHER, url, name], { env: { ...process.env, ...AWS } })
  const told: number[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    const [kind, generation] = line.split(' ')
    if (kind === 'published') told.push(Number(generation))
    if (told.length === 1) setTimeout(() => child.kill('SIGKILL'), afterMs)
  }
  return told
}

describeWith('redis-server', 'at Redis', (program) => {
  holdsOf(async () => {
    const server = await startRedis(program)
    return { url: `${server.url}?key=live`, end: () => server.end() }
  })
})

describeWith('etcd', 'at etcd', (program) => {
  holdsOf(async () => {
    const server = await startEtcd(program)
    return { url: `etcd://127.0.0.1:${server.port}/live`, end: () => server.end() }
  })
})

describeWith('nats-server', 'at NATS', (program) => {
  holdsOf(async () => {
    const server = await startNats(program)
    return { url: `nats://127.0.0.1:${server.port}/flags/live`, end: () => server.end() }
  })
})

describe('at PostgreSQL', () => {
  holdsOf(async () => {
    const server = await startPostgres()
    return { url: await server.database(), end: () => server.end() }
  })
})

describeWith(
  'zookeeper',
  'at ZooKeeper',
  (program) => {
    holdsOf(async () => {
      const server = await startZooKeeper(program)
      return { url: `zookeeper://127.0.0.1:${server.port}/live`, end: () => server.end() }
    })
  },
  javaOfZooKeeper,
)

describe('at S3', () => {
  holdsOf(async () => {
    Object.assign(process.env, AWS)
    const server = await startS3()
    return {
      url: `s3://${S3_BUCKET}/live.yaml?endpoint=http://127.0.0.1:${server.port}`,
      end: () => server.end(),
    }
  })
})
