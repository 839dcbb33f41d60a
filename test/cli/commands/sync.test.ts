/** `liveflag sync --from SOURCE FILE`: a file that is as a source says, until it is interrupted. */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import type { SyncStatus } from '../../../src/cli/sync/status'
import { contentHash } from '../../../src/sources/bytes'
import { eventually } from '../../support/eventually'
import { listen } from '../../support/listening'
import { tempDir } from '../../support/temp-dir'
import { liveflag, Started } from '../captured-terminal'

const running: Started[] = []
afterEach(() =>
  Promise.all(running.splice(0).map((started) => (started.interrupt(), started.ended))),
)

const GOOD = 'feature_a: on\nfeature_b: off\nfeature_c: on\n'
const BETTER = 'feature_a: off\nfeature_b: off\nfeature_c: on\n'

/** A directory with a source and the file that is to follow it. */
class Scene {
  readonly folder = mkdtempSync(join(tempDir(), 'sync-'))
  readonly source = join(this.folder, 'source.yaml')
  readonly file = join(this.folder, 'out', 'live.yaml')

  constructor(text?: string) {
    mkdirSync(join(this.folder, 'out'))
    if (text !== undefined) this.says(text)
  }

  says(text: string): void {
    writeFileSync(`${this.source}.next`, text)
    renameSync(`${this.source}.next`, this.source)
  }

  sync(...args: readonly string[]): Started {
    const started = new Started([
      ...['sync', '--from', this.source, this.file, '--status-every', '50ms'],
      ...args,
    ])
    running.push(started)
    return started
  }

  once(...args: readonly string[]): ReturnType<typeof liveflag> {
    return liveflag(['sync', '--from', this.source, this.file, '--once', ...args])
  }

  get text(): string {
    return readFileSync(this.file, 'utf8')
  }

  get status(): SyncStatus {
    return JSON.parse(readFileSync(`${this.file}.status.json`, 'utf8')) as SyncStatus
  }

  becomes(state: SyncStatus['state'], generation?: number): Promise<void> {
    return eventually(`the state is ${state}`, () => {
      if (!existsSync(`${this.file}.status.json`)) return false
      const { status } = this
      return status.state === state && (generation ?? status.generation) === status.generation
    })
  }
}

describe('a source that says something good', () => {
  test('is in the file as it is, byte for byte, and the status says so', async () => {
    const scene = new Scene(`# a comment\n${GOOD}`)
    const started = scene.sync()
    await scene.becomes('fresh')
    expect(scene.text).toBe(`# a comment\n${GOOD}`)
    expect(scene.status).toMatchObject({
      file: scene.file,
      from: scene.source,
      state: 'fresh',
      generation: 1,
      hash: contentHash(scene.text),
      features: 3,
      problem: null,
      pid: process.pid,
    })
    expect(scene.status.ageSeconds).toBeLessThan(60)
    expect(started.stdout.lines[0]).toMatch(/^09:05:07 {2}WROTE {4}generation 1, 3 features, /)
  })

  test('changes the file when it changes, and the count goes on over restarts', async () => {
    const scene = new Scene(GOOD)
    const first = scene.sync()
    await scene.becomes('fresh', 1)
    scene.says(BETTER)
    await scene.becomes('fresh', 2)
    expect(scene.text).toBe(BETTER)
    first.interrupt()
    expect(await first.ended).toBe(0)
    expect(scene.status).toMatchObject({ state: 'stopped', hash: contentHash(BETTER) })
    scene.says(GOOD)
    scene.sync()
    await scene.becomes('fresh', 3)
  })

  test('leaves alone a file that says the same already', async () => {
    const scene = new Scene(GOOD)
    await scene.once()
    const before = statSync(scene.file)
    expect((await scene.once()).out).not.toContain('WROTE')
    expect(statSync(scene.file)).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs })
    expect(scene.status.generation).toBe(1)
  })

  test('keeps the mode of the file, and the link that leads to it', async () => {
    const scene = new Scene(GOOD)
    const real = join(scene.folder, 'real.yaml')
    writeFileSync(real, '')
    chmodSync(real, 0o640)
    symlinkSync(real, scene.file)
    expect((await scene.once()).code).toBe(0)
    expect(readFileSync(real, 'utf8')).toBe(GOOD)
    expect(statSync(real).mode & 0o777).toBe(0o640)
    expect(lstatSync(scene.file).isSymbolicLink()).toBe(true)
    expect(readdirSync(scene.folder).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  test.each([
    [[], 0o644],
    [['--mode', '600'], 0o600],
  ])('makes a new file with the mode of %j', async (args, mode) => {
    const scene = new Scene(GOOD)
    await scene.once(...args)
    expect(statSync(scene.file).mode & 0o777).toBe(mode)
  })

  test('over HTTP is followed like any other', async () => {
    let said = GOOD
    const server = await listen(
      createServer((_, response) => void response.end(said)).listeners('request')[0] as never,
    )
    const scene = new Scene()
    const started = new Started([
      ...['sync', '--from', `${server.url}/live.yaml`, scene.file, '--once'],
    ])
    expect(await started.ended).toBe(0)
    expect(scene.text).toBe(GOOD)
    said = 'feature_a: {'
    const again = await liveflag([
      ...['sync', '--from', `${server.url}/live.yaml`, scene.file, '--once', '--timeout', '100ms'],
    ])
    expect(again.code).toBe(1)
    expect(scene.text).toBe(GOOD)
    await server.close()
  })
})

describe('a source that says something bad leaves the file as it is:', () => {
  test.each([
    ['a key that there is not', GOOD.replace('off', '{precent_loggedin: 5}'), 'unknown-key'],
    ['no YAML', `${GOOD}feature_d: {`, 'syntax'],
    ['no feature', '{}', 'shrink'],
    ['nothing', '', 'empty'],
    ['a third of what there was', 'feature_a: on\n', 'shrink'],
    ['what belongs to another program', 'apiVersion: v1\nkind: ConfigMap\n', expect.any(String)],
  ])('%s', async (_, text, code) => {
    const scene = new Scene(GOOD)
    const started = scene.sync()
    await scene.becomes('fresh')
    scene.says(text)
    await scene.becomes('held')
    expect(scene.text).toBe(GOOD)
    expect(scene.status).toMatchObject({ hash: contentHash(GOOD), features: 3, problem: { code } })
    expect(started.stdout.text).toContain('HELD')
    scene.says(BETTER)
    await scene.becomes('fresh')
    expect(scene.status.problem).toBeNull()
  })

  test('what has lost a third is taken when that is allowed', async () => {
    const scene = new Scene(GOOD)
    await scene.once()
    scene.says('feature_a: on\n')
    expect((await scene.once('--timeout', '100ms')).code).toBe(1)
    expect((await scene.once('--allow-shrink')).code).toBe(0)
    expect(scene.text).toBe('feature_a: on\n')
  })

  test('the format is that of the file, whatever the source is called', async () => {
    const scene = new Scene('{"feature_a": true}')
    const json = scene.file.replace('.yaml', '.json')
    expect((await liveflag(['sync', '--from', scene.source, json, '--once'])).code).toBe(0)
    scene.says('feature_a: on\n')
    const refused = await liveflag([
      ...['sync', '--from', scene.source, json, '--once', '--timeout', '100ms'],
    ])
    expect(refused.code).toBe(1)
    expect(readFileSync(json, 'utf8')).toBe('{"feature_a": true}')
  })
})

describe('a source that is away', () => {
  test('leaves the file, and the status says how old it is', async () => {
    const scene = new Scene(GOOD)
    scene.sync()
    await scene.becomes('fresh')
    rmSync(scene.source)
    await scene.becomes('stale')
    expect(scene.text).toBe(GOOD)
    expect(scene.status).toMatchObject({ problem: { code: 'missing' }, features: 3 })
    scene.says(GOOD)
    await scene.becomes('fresh', 1)
  })

  test('and a file that is not there yet: it waits, and --once gives up with 1', async () => {
    const scene = new Scene()
    expect(await scene.once('--timeout', '100ms')).toMatchObject({ code: 1 })
    expect(existsSync(scene.file)).toBe(false)
    scene.sync()
    await scene.becomes('waiting')
    expect(scene.status).toMatchObject({ hash: null, generation: 0, confirmedAt: null })
    scene.says(GOOD)
    await scene.becomes('fresh', 1)
  })

  test('at a start: the file of before counts, with the age that it had', async () => {
    const scene = new Scene(GOOD)
    await scene.once()
    const { confirmedAt } = scene.status
    rmSync(scene.source)
    scene.sync()
    await scene.becomes('stale')
    expect(scene.status).toMatchObject({ confirmedAt, generation: 1, features: 3 })
  })
})

describe('the file', () => {
  test.each<[string, (path: string) => void]>([
    ['changed', (path) => writeFileSync(path, 'feature_z: on\n')],
    ['removed', (path) => rmSync(path)],
    ['cut short', (path) => writeFileSync(path, GOOD.slice(0, 10))],
  ])('that another program has %s is put back, and it says so', async (_, harm) => {
    const scene = new Scene(GOOD)
    const started = scene.sync()
    await scene.becomes('fresh')
    harm(scene.file)
    await eventually('it is put back', () => existsSync(scene.file) && scene.text === GOOD)
    await eventually('it says so', () => started.stdout.text.includes('PUTBACK'))
    expect(scene.status.generation).toBe(1)
  })

  test('that cannot be written is tried again, and the state says why', async () => {
    const scene = new Scene(GOOD)
    const started = scene.sync()
    await scene.becomes('fresh')
    const out = join(scene.folder, 'out')
    renameSync(out, `${out}.away`)
    writeFileSync(out, 'a file where the directory was')
    scene.says(BETTER)
    await eventually('it says so', () => started.stdout.text.includes('UNWRITA  not-written'))
    rmSync(out)
    renameSync(`${out}.away`, out)
    await scene.becomes('fresh', 2)
    expect(scene.text).toBe(BETTER)
  })

  test('has one sync alone', async () => {
    const scene = new Scene(GOOD)
    const first = scene.sync()
    await scene.becomes('fresh')
    expect(await scene.once()).toMatchObject({
      code: 2,
      err: expect.stringContaining(`is written by another sync (process ${process.pid})`),
    })
    first.interrupt()
    await first.ended
    expect((await scene.once()).code).toBe(0)
    expect(readdirSync(join(scene.folder, 'out')).sort()).toEqual([
      'live.yaml',
      'live.yaml.status.json',
    ])
  })
})

describe('what is asked for', () => {
  test.each([
    [['--status-every', '5'], '--status-every'],
    [['--max-age', 'soon'], '--max-age'],
    [['--max-age', '999ms'], '--max-age'],
    [['--timeout', '0s'], '--timeout'],
    [['--mode', 'rw'], '--mode'],
    [['--health-port', '70000'], '--health-port'],
    [['--allow', 'shrink'], '--allow'],
  ])('%j is refused by name', async (args, named) => {
    const ran = await new Scene(GOOD).once(...args)
    expect(ran.code).toBe(2)
    expect(ran.err).toContain(named)
  })

  test('must be another file than the source, by whatever path', async () => {
    const scene = new Scene(GOOD)
    symlinkSync(scene.source, scene.file)
    expect(await scene.once()).toMatchObject({ code: 2, err: expect.stringContaining('--from') })
    expect(realpathSync(scene.file)).toBe(realpathSync(scene.source))
  })

  test('must be a file that is to be written, and no directory', async () => {
    const scene = new Scene(GOOD)
    mkdirSync(scene.file)
    expect(await scene.once()).toMatchObject({ code: 2, err: expect.stringContaining('FILE is') })
  })

  test('must be one text, and no directory of them', async () => {
    const scene = new Scene(GOOD)
    const ran = await liveflag(['sync', '--from', scene.folder, scene.file, '--once'])
    expect(ran).toMatchObject({ code: 2, err: expect.stringContaining('a directory has several') })
  })
})

describe('probes', () => {
  async function asked(started: Started, path: string): Promise<[number, unknown]> {
    await eventually('it listens', () => started.stdout.text.includes('HEALTH'))
    const [url = ''] = /http:\S+/.exec(started.stdout.text) ?? []
    const response = await fetch(`${url}${path}`)
    return [response.status, await response.json()]
  }

  test('say whether it lives, and whether the file can be used', async () => {
    const scene = new Scene()
    const started = scene.sync('--health-port', '0')
    expect(await asked(started, '/livez')).toEqual([
      200,
      expect.objectContaining({ state: 'waiting' }),
    ])
    expect((await asked(started, '/readyz'))[0]).toBe(503)
    scene.says(GOOD)
    await scene.becomes('fresh')
    expect(await asked(started, '/readyz')).toEqual([200, expect.objectContaining({ features: 3 })])
    expect((await asked(started, '/other'))[0]).toBe(404)
    rmSync(scene.source)
    await scene.becomes('stale')
    expect((await asked(started, '/readyz'))[0]).toBe(200)
  })

  test('say that a file is too old, when there is an age that it may have', async () => {
    const scene = new Scene(GOOD)
    await scene.once()
    rmSync(scene.source)
    const status = { ...scene.status, confirmedAt: new Date(Date.now() - 120_000).toISOString() }
    writeFileSync(`${scene.file}.status.json`, JSON.stringify(status))
    const started = scene.sync('--health-port', '0', '--max-age', '1m')
    expect((await asked(started, '/readyz'))[0]).toBe(503)
    scene.says(GOOD)
    await scene.becomes('fresh')
    expect((await asked(started, '/readyz'))[0]).toBe(200)
  })
})

test('a source that is watched and says nothing new does not grow old', async () => {
  const scene = new Scene(GOOD)
  const started = scene.sync('--health-port', '0', '--max-age', '1s')
  await scene.becomes('fresh')
  const first = Date.parse(scene.status.confirmedAt ?? '')
  const confirmedAt = (): number => Date.parse(scene.status.confirmedAt ?? '')
  await eventually('more than the age is over', () => confirmedAt() > first + 1500)
  const [url = ''] = /http:\S+/.exec(started.stdout.text) ?? []
  // Where it grew old it would never be ready again; a busy machine may be late for a moment.
  await eventually('it is ready', async () => (await fetch(`${url}/readyz`)).ok)
})

test('prints events as JSON for programs', async () => {
  const scene = new Scene(GOOD)
  const { out } = await scene.once('--json')
  const events = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string })
  expect(events.map(({ event }) => event)).toEqual(['wrote', 'fresh'])
  expect(events[0]).toMatchObject({ generation: 1, features: 3, from: scene.source })
})
