/** `liveflag sync --fleet` on a real Redis: killed, and cut off, while its file has what is tried. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { SyncStatus } from '../../../src/cli/sync/status'
import { processes, publish, publishStaged } from '../../../src/fleet/fleet'
import { openKeySource } from '../../../src/sources/open-key-store'
import { redisKeyStore } from '../../../src/sources/redis'
import { eventually } from '../../support/eventually'
import { RecordingSink } from '../../support/recording-sink'
import { startRedis } from '../../support/redis'
import type { ServerProcess } from '../../support/server-process'
import { tempDir } from '../../support/temp-dir'
import { describeWith } from '../../support/with-program'
import { listen } from '../../support/listening'
import { ended, endChildren, start } from '../spawned'

const OLD = 'feature_a: on\n'
const NEW = 'feature_a: off\n'
const PATIENCE_MS = 30_000

describeWith('redis-server', 'a file in stages', (program) => {
  let server: ServerProcess & { readonly url: string }
  const file = join(mkdtempSync(join(tempDir(), 'sync-redis-')), 'live.yaml')
  const read = (): string | undefined => (existsSync(file) ? readFileSync(file, 'utf8') : undefined)
  const holds = (text: string): Promise<void> =>
    eventually(`the file has ${text}`, () => read() === text, PATIENCE_MS)
  const status = () => JSON.parse(readFileSync(`${file}.status.json`, 'utf8')) as SyncStatus

  beforeAll(async () => {
    server = await startRedis(program, { appendOnly: true })
  })
  afterEach(endChildren)
  afterAll(() => server.end())

  /** The side-car, which has acknowledged. */
  async function follow(...more: readonly string[]) {
    const url = `${server.url}?key=live`
    const child = start(['sync', file, '--from', url, '--fleet', 'web-1', ...more])
    await holds(OLD)
    return { child, url, store: redisKeyStore(url) }
  }

  it('is bad in the file of one host, and is gone from it when its program says so', async () => {
    const store = redisKeyStore(`${server.url}?key=live`)
    await publish(store, OLD)
    const application = await listen((_, response) => {
      response.writeHead(read() === NEW ? 500 : 200).end()
    })
    await follow('--health-url', application.url)
    await eventually('it acknowledges', async () => (await processes(store)).length === 1)
    const result = await publishStaged(store, NEW, { stages: [100], eachMs: 20_000 })
    expect(result).toMatchObject({
      kind: 'withdrawn',
      reason: expect.stringMatching(/^web-1: it is not healthy: http:\S+ answered 500$/),
    })
    await holds(OLD)
    await application.close()
    await store.close()
  }, 60_000)

  it('killed while it tries a text, and started while Redis is away, has what is published', async () => {
    const { child, store, url } = await follow()
    await eventually('it acknowledges', async () => (await processes(store)).length > 0)
    const stop = new AbortController()
    const staged = publishStaged(store, NEW, {
      ...{ stages: [100], eachMs: 60_000, ackWithinMs: 60_000, allow: ['quarantined'] },
      signal: stop.signal,
    })
    await holds(NEW)
    child.kill('SIGKILL')
    await ended(child)
    expect(status().staged).toMatchObject({ generation: 3 })
    stop.abort()
    await staged
    await server.kill()
    start(['sync', file, '--from', url, '--fleet', 'web-1'])
    await holds(OLD)
    await eventually('it says that', () => status().staged === null)
    await eventually('nothing is beside it', () => !existsSync(`${file}.published`))
    await server.start()
    await eventually('it is fresh', () => status().state === 'fresh', PATIENCE_MS)
    expect(read()).toBe(OLD)
    await store.close()
  }, 90_000)

  it('that is first made of what is tried goes back to what was never in it', async () => {
    const store = redisKeyStore(`${server.url}?key=live`)
    const member = openKeySource(`${server.url}?key=live`, { fleet: { host: 'web-2' } })
    const sink = new RecordingSink()
    await member.open(sink)
    await eventually('it acknowledges', async () => (await processes(store)).length > 0)
    const stop = new AbortController()
    const staged = publishStaged(store, NEW, {
      ...{ stages: [100], eachMs: 60_000, ackWithinMs: 60_000, allow: ['quarantined'] },
      signal: stop.signal,
    })
    await eventually('it is tried', () => sink.texts.at(-1) === NEW, PATIENCE_MS)
    rmSync(file)
    rmSync(`${file}.status.json`)
    const url = `${server.url}?key=live`
    const child = start(['sync', file, '--from', url, '--fleet', 'web-1'])
    await holds(NEW)
    await eventually('what is published is beside it', () => existsSync(`${file}.published`))
    child.kill('SIGKILL')
    await ended(child)
    stop.abort()
    await staged
    await member.close()
    await server.kill()
    start(['sync', file, '--from', url, '--fleet', 'web-1'])
    await holds(OLD)
    await eventually('it says that', () => status().staged === null)
    await store.close()
  }, 90_000)
})
