/** `liveflag sync --fleet`: a file that takes part in stages. */
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SyncStatus } from '../../../src/cli/sync/status'
import { abortStages, processes, publish, publishStaged } from '../../../src/fleet/fleet'
import { contentHash } from '../../../src/sources/bytes'
import { memoryKeyStore } from '../../../src/sources/memory-key-store'
import { eventually } from '../../support/eventually'
import { listen } from '../../support/listening'
import { tempDir } from '../../support/temp-dir'
import { liveflag, Started } from '../captured-terminal'

const running: Started[] = []
afterEach(() => Promise.all(running.splice(0).map(end)))

const end = (started: Started): Promise<number> => (started.interrupt(), started.ended)

const OLD = 'feature_a: on\nfeature_b: off\nfeature_c: on\n'
const NEW = 'feature_a: off\nfeature_b: off\nfeature_c: on\n'
const MORE = `${OLD}feature_d: on\nfeature_e: on\n`

let stores = 0

/** A store with a text, and a file that is to follow it. */
async function scene(called = 'live.yaml', text = OLD) {
  const name = `sync-staged-${++stores}`
  const store = memoryKeyStore({ name })
  await publish(store, text)
  const folder = mkdtempSync(join(tempDir(), 'sync-staged-'))
  const file = join(folder, called)
  const read = (path = file): string => readFileSync(path, 'utf8')
  const status = () => JSON.parse(read(`${file}.status.json`)) as SyncStatus
  return {
    ...{ store, file, folder, read, status, kept: `${file}.published` },
    async start(...args: readonly string[]): Promise<Started> {
      const started = new Started([
        ...['sync', '--from', `memory:${name}`, file, '--status-every', '50ms', '--fleet'],
        ...args,
      ])
      running.push(started)
      await eventually('it has acknowledged', async () => (await processes(store)).length > 0)
      return started
    },
    holds: (text: string) => eventually(`the file has ${text}`, () => read() === text),
    /** Stages a text, which stays at its first stage. */
    stage(text: string, eachMs = 60_000) {
      const stop = new AbortController()
      const options = { stages: [100], eachMs, ackWithinMs: 5000, signal: stop.signal }
      return { staged: publishStaged(store, text, options), stop }
    },
  }
}

test('what is staged is in the file, the status says so, and it is published when it is well', async () => {
  const { start, read, holds, status, stage, kept, store } = await scene()
  await start('web-1')
  expect((await processes(store)).map(({ host }) => host)).toEqual(['web-1'])
  const { staged } = stage(NEW, 500)
  await holds(NEW)
  expect([read(), read(kept)]).toEqual([NEW, OLD])
  expect(status().staged).toEqual({ generation: 2, hash: contentHash(NEW) })
  expect(await staged).toMatchObject({ kind: 'published', generation: 2 })
  await eventually('it is staged no more', () => status().staged === null)
  await eventually('nothing is kept beside it', () => !existsSync(kept))
  expect(read()).toBe(NEW)
})

test('a text that has lost much never gets into it unless told, and the publisher hears why', async () => {
  const { store, start, read, status } = await scene()
  await start('web-1')
  const options = { stages: [100], eachMs: 0, allow: ['shrink'] } as const
  expect(await publishStaged(store, 'feature_a: on\n', options)).toMatchObject({
    kind: 'withdrawn',
    reason: expect.stringMatching(/^web-1: 2 of 3 features would be gone/),
  })
  await eventually('it is fresh again', () => status().state === 'fresh')
  expect(read()).toBe(OLD)
})

test('a text that no reader of the file could read never gets into it', async () => {
  const { store, start, file } = await scene('live.json', '{"feature_a": true}')
  await start('web-1')
  const result = await publishStaged(store, 'feature_a: off\n', { stages: [100], eachMs: 0 })
  expect(result).toMatchObject({ kind: 'withdrawn', reason: expect.stringMatching(/^web-1: /) })
  expect(readFileSync(file, 'utf8')).toBe('{"feature_a": true}')
})

test('the way back from a text with many more features is no loss', async () => {
  const { store, start, holds, stage, status } = await scene()
  await start()
  const { staged } = stage(MORE)
  await holds(MORE)
  await abortStages(store)
  await holds(OLD)
  expect(await staged).toMatchObject({ kind: 'withdrawn', reason: 'taken back' })
  await eventually('it is fresh', () => status().state === 'fresh')
})

test.each([
  ['when it is withdrawn', abortStages, OLD],
  ['when the side-car ends', undefined, OLD],
])(
  'a new host that starts within a stage is at what is published again %s',
  async (_, over, text) => {
    const { store, folder, start, holds, stage, read } = await scene()
    await start('web-1')
    const { staged, stop } = stage(MORE)
    await holds(MORE)
    const second = join(folder, 'second.yaml')
    const late = new Started([
      ...['sync', '--from', store.name, second, '--status-every', '50ms', '--fleet', 'web-2'],
    ])
    running.push(late)
    await eventually('it has it', () => existsSync(second) && read(second) === MORE)
    expect(read(`${second}.published`)).toBe(OLD)
    if (over) await over(store)
    else await end(late)
    await eventually('it is back', () => read(second) === text)
    stop.abort()
    await staged
  },
)

test('the copy of what is published is read by nobody who may not read the file', async () => {
  const { start, holds, stage, kept, file } = await scene()
  writeFileSync(file, OLD, { mode: 0o600 })
  await start()
  const { staged, stop } = stage(NEW)
  await holds(NEW)
  expect(statSync(kept).mode & 0o777).toBe(0o600)
  stop.abort()
  await staged
})

test('the program that reads the file says by a URL that it is not well, and the text goes', async () => {
  const { store, start, read, holds, kept } = await scene()
  const { url, close } = await listen((_, response) => {
    response.writeHead(read() === NEW ? 503 : 204).end()
  })
  await start('web-1', '--health-url', `${url}/healthz?token=secret`)
  const [ack] = await processes(store)
  expect(ack?.health).toEqual({ isHealthy: true })
  const result = await publishStaged(store, NEW, { stages: [100], eachMs: 30_000 })
  expect(result).toMatchObject({
    kind: 'withdrawn',
    reason: expect.stringMatching(/^web-1: it is not healthy: http:.*\/healthz\S* answered 503$/),
  })
  await holds(OLD)
  expect(JSON.stringify(result)).not.toContain('secret')
  await eventually('nothing is kept beside it', () => !existsSync(kept))
  await close()
})

test('a program that does not answer is not well, and the reason is in words', async () => {
  const { store, start } = await scene()
  const { url, close } = await listen(() => undefined)
  await close()
  await start('--health-url', `${url}/`)
  const [ack] = await processes(store)
  expect(ack?.health).toEqual({
    isHealthy: false,
    message: `${url}/ did not answer: connect ECONNREFUSED ${url.slice('http://'.length)}`,
  })
})

test('when it ends, what was tried does not stay in the file', async () => {
  const { start, holds, stage, read, status, kept, store } = await scene()
  const started = await start()
  const { staged, stop } = stage(NEW)
  await holds(NEW)
  expect(await end(started)).toBe(0)
  expect([read(), existsSync(kept), status().staged]).toEqual([OLD, false, null])
  expect(await processes(store)).toEqual([])
  stop.abort()
  await staged
})

describe('after a kill', () => {
  /** As the side-car leaves it that is killed with a staged text in the file. */
  async function killed(tried: string, copy: string | undefined) {
    const made = await scene()
    const { file, kept } = made
    const options = ['sync', file, '--from', 'memory:away', '--once', '--timeout', '20ms']
    writeFileSync(file, tried)
    if (copy !== undefined) writeFileSync(kept, copy)
    const staged = { generation: 2, hash: contentHash(NEW) }
    const confirmedAt = new Date().toISOString()
    const status = { generation: 1, hash: contentHash(tried), staged, confirmedAt }
    writeFileSync(`${file}.status.json`, JSON.stringify(status))
    await liveflag(options)
    return { ...made, said: made.status() }
  }

  test('a store that is away leaves the file at what was published, not at what was tried', async () => {
    const { read, kept, said } = await killed(NEW, OLD)
    expect([read(), existsSync(kept), said.staged]).toEqual([OLD, false, null])
    expect(said).toMatchObject({ hash: contentHash(OLD), confirmedAt: null })
  })

  test('a text that was published by then stays, and the old copy goes', async () => {
    const { read, kept, said } = await killed(MORE, OLD)
    expect([read(), existsSync(kept), said.staged]).toEqual([MORE, false, null])
  })

  test('a first text, before which there was none, stays', async () => {
    const { read, said } = await killed(NEW, undefined)
    expect([read(), said.staged?.generation]).toEqual([NEW, 2])
  })
})

test('two files of one machine have names of their own', async () => {
  const { store, start, folder } = await scene()
  await start()
  const second = new Started([
    ...['sync', '--from', store.name, join(folder, 'other.yaml'), '--fleet'],
  ])
  running.push(second)
  await eventually('both acknowledge', async () => (await processes(store)).length === 2)
  const names = (await processes(store)).map(({ host }) => host)
  expect(new Set(names).size).toBe(2)
})

test.each([
  [['--from', 'memory:x', '--fleet', '--once'], '--once ends before a stage does'],
  [['--from', 'https://flags.example/live', '--fleet'], '--fleet is about a store'],
  [['--from', 'memory:x', '--health-url', 'http://127.0.0.1/'], 'add --fleet'],
  [['--from', 'memory:x', '--fleet', '--health-url', 'localhost:80'], 'an http or https URL'],
  [['--from', 'memory:x', '--fleet', '--health-url', 'http://a:b:c'], 'an http or https URL'],
  [
    ['--from', 'memory:x', '--fleet', '--health-url', 'http://probe:secret@127.0.0.1/'],
    'has a user or a password, with which it is not asked',
  ],
  [['--from', 'memory:x', '--fleet', '--health-url', 'http://probe@127.0.0.1/'], 'has a user'],
  [['--from', 'memory:x', '--fleet', 'x'.repeat(201)], 'at most 200 characters'],
])('%j is refused', async (args, message) => {
  const file = join(mkdtempSync(join(tempDir(), 'sync-staged-')), 'live.yaml')
  const ran = await liveflag(['sync', file, ...args])
  expect(ran).toMatchObject({ code: 2, err: expect.stringContaining(message) })
  expect(ran.out + ran.err).not.toContain('secret')
})
