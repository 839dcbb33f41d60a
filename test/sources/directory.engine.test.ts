import { renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Features, openFeatures } from '../../src'
import type { Source } from '../../src/core/source'
import { directory } from '../../src/sources/directory'
import { tempDir } from '../support/temp-dir'

const sources: Source[] = []
const engines: Features[] = []
afterEach(async () => {
  for (const source of sources.splice(0)) await source.close()
  for (const engine of engines.splice(0)) await engine.close()
})

type Files = Readonly<Record<string, string>>

function filled(files: Files): string {
  const dir = tempDir()
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text)
  return dir
}

async function engineOn(
  files: Files,
  options: Omit<Parameters<typeof openFeatures>[0], 'source'> = {},
) {
  const dir = filled(files)
  const features = await openFeatures({
    source: directory(dir, { events: false, pollMs: 0 }),
    ...options,
  })
  engines.push(features)
  features.on('problem', () => undefined)
  return { dir, features, at: (name: string) => join(dir, name) }
}

const write = (path: string, from: number, to: number): void =>
  writeFileSync(path, TEN.split('\n').slice(from, to).join('\n'))
const TEN = Array.from({ length: 10 }, (_, i) => `feature_f${i}: on\n`).join('')

describe('copies beside the file that is meant', () => {
  it('are named and not read, so what is meant is in force', async () => {
    const { features, dir, at } = await engineOn({
      'checkout.yaml': 'feature_a: on\n',
      'checkout.sync-conflict-20261129-101500-ABCDEFG.yaml': 'feature_a: off\n',
      'checkout copy.yaml': 'feature_a: off\n',
    })
    expect(features.isEnabled('a')).toBe(true)
    expect(features.snapshot.problems).toMatchObject([
      { code: 'conflict-copy', severity: 'warning', source: dir },
    ])
    unlinkSync(at('checkout copy.yaml'))
    unlinkSync(at('checkout.sync-conflict-20261129-101500-ABCDEFG.yaml'))
    await features.reload()
    expect(features.snapshot).toMatchObject({ status: 'READY', problems: [] })
  })
})

describe('an engine on a directory', () => {
  it('merges its files, and says of each problem in which it is', async () => {
    const { features, at } = await engineOn({
      'a.yaml': 'feature_a: on\nfeature_bad: {gold: 5}\n',
      'b.json': '{"feature_b": "on"}',
      'c.ini': '[live_config]\nfeature_c = on\n',
    })
    expect([features.snapshot.names, features.snapshot.status]).toEqual([['a', 'b', 'c'], 'READY'])
    expect(features.snapshot.problems).toMatchObject([
      { code: 'bad-type', source: at('a.yaml'), line: 2 },
    ])
  })

  it('starts only when every file is usable, and names the one that is not', async () => {
    const dir = filled({ 'a.yaml': 'feature_a: on\n', 'b.yaml': 'feature_b: [\n' })
    await expect(openFeatures({ source: directory(dir) })).rejects.toMatchObject({
      code: 'LIVEFLAG_NO_CONFIG',
      message: expect.stringContaining(`${join(dir, 'b.yaml')}:`) as string,
    })
    await expect(openFeatures({ source: directory(tempDir()) })).rejects.toThrow(
      /has no file whose name ends in/,
    )
  })

  it('keeps the last good of a bad file, while the others go on and new ones come', async () => {
    const { features, at } = await engineOn({
      'a.yaml': 'feature_a: on\n',
      'b.yaml': 'feature_b: on\n',
    })
    writeFileSync(at('b.yaml'), 'feature_b: [\n')
    writeFileSync(at('a.yaml'), 'feature_a: off\n')
    writeFileSync(at('c.yaml'), 'feature_c: on\n')
    const { status, problems } = await features.reload()
    expect([status, problems.map(({ code, source }) => [code, source])]).toEqual([
      'STALE',
      [['syntax', at('b.yaml')]],
    ])
    expect(['a', 'b', 'c'].map((name) => features.isEnabled(name))).toEqual([false, true, true])
  })

  it('is held up by no new file that is bad, and none that is bad and goes', async () => {
    const { features, at } = await engineOn({ 'a.yaml': 'feature_a: on\n' })
    writeFileSync(at('b.yaml'), 'feature_b: [\n')
    expect((await features.reload()).status).toBe('STALE')
    writeFileSync(at('a.yaml'), 'feature_a: off\n')
    await features.reload()
    expect([features.isEnabled('a'), features.snapshot.status]).toEqual([false, 'STALE'])
    unlinkSync(at('b.yaml'))
    expect(await features.reload()).toMatchObject({ status: 'READY', problems: [] })
  })

  it('removes the features of a file that goes, in one change with what came elsewhere', async () => {
    const { features, at } = await engineOn({
      'a.yaml': 'feature_a: on\nfeature_moved: on\n',
      'b.yaml': 'feature_b: on\n',
    })
    const changes: unknown[] = []
    features.on('change', ({ added, changed, removed, generation }) =>
      changes.push([added, changed, removed, generation]),
    )
    unlinkSync(at('a.yaml'))
    writeFileSync(at('b.yaml'), 'feature_b: off\nfeature_moved: on\n')
    await features.reload()
    expect([features.snapshot.names, features.snapshot.generation]).toEqual([['b', 'moved'], 4])
    expect(changes).toEqual([[[], ['b'], ['a'], 4]])
  })

  it('numbers what was read and is no text like any content', async () => {
    const { features, at } = await engineOn({ 'a.yaml': 'feature_a: on\n' })
    for (const bytes of [[0x80], [0x80, 0x80], [0x80, 0x80]]) {
      writeFileSync(at('a.yaml'), Buffer.from(bytes))
      await features.reload()
    }
    writeFileSync(at('a.yaml'), 'feature_a: off\n')
    expect(await features.reload()).toMatchObject({ generation: 4, status: 'READY', problems: [] })
  })

  it.each([
    [{ maxRemoved: 0.4 }, 'would-remove-many'],
    [{}, 'would-remove-all'],
  ])('is guarded by %j against a file that goes with too much', async (guards, code) => {
    const rest = code === 'would-remove-all' ? '{}' : 'feature_b: on\n'
    const { features, at } = await engineOn(
      { 'a.yaml': 'feature_a: on\n', 'b.yaml': rest },
      { guards },
    )
    renameSync(at('a.yaml'), at('a.away'))
    expect(await features.reload()).toMatchObject({
      status: 'STALE',
      problems: [{ code, source: at('a.yaml') }],
    })
    expect(features.isEnabled('a')).toBe(true)
    renameSync(at('a.away'), at('a.yaml'))
    expect(await features.reload()).toMatchObject({ status: 'READY', problems: [] })
  })

  it.each<[string, Files, object, (at: (name: string) => string) => void, readonly string[]]>([
    [
      'the only file of a directory',
      { 'a.yaml': TEN },
      {},
      (at) => renameSync(at('a.yaml'), at('b.yaml')),
      [],
    ],
    [
      'a file, with a guard',
      { 'a.yaml': TEN, 'b.yaml': 'feature_b: on\n' },
      { maxRemoved: 0.2 },
      (at) => renameSync(at('a.yaml'), at('z.yaml')),
      [],
    ],
    [
      'a file, with half of it in another',
      { 'a.yaml': TEN },
      { maxRemoved: 0 },
      (at) => (unlinkSync(at('a.yaml')), write(at('b.yaml'), 0, 5), write(at('c.yaml'), 5, 10)),
      [],
    ],
    [
      'a file, less than the guard allows',
      { 'a.yaml': TEN },
      { maxRemoved: 0.2 },
      (at) => (unlinkSync(at('a.yaml')), write(at('b.yaml'), 0, 8)),
      ['f8', 'f9'],
    ],
  ])('renames %s, in one change at most', async (_, before, guards, rename, removed) => {
    const { features, at } = await engineOn(before, { guards })
    const { names } = features.snapshot
    const changes: unknown[] = []
    features.on('change', (change) => changes.push(change.removed))
    rename(at)
    expect(await features.reload()).toMatchObject({
      status: 'READY',
      problems: [],
      names: names.filter((name) => !removed.includes(name)),
    })
    expect(changes).toEqual(removed.length > 0 ? [removed] : [])
  })

  it('follows a link that is swapped to a directory whose files have other names', async () => {
    const [first, second] = [filled({ 'a.yaml': TEN }), filled({ 'b.yaml': TEN })]
    const link = `${first}.current`
    symlinkSync(first, link)
    const features = await openFeatures({ source: directory(link, { events: false, pollMs: 0 }) })
    engines.push(features)
    unlinkSync(link)
    symlinkSync(second, link)
    expect(await features.reload()).toMatchObject({ status: 'READY', problems: [] })
    write(join(second, 'b.yaml'), 0, 1)
    expect(await features.reload()).toMatchObject({ status: 'READY', names: ['f0'] })
  })

  it('lets a file go whose removal was refused as soon as the guards allow it', async () => {
    const { features, at } = await engineOn({ 'a.yaml': 'feature_a: on\n', 'b.yaml': '{}' })
    unlinkSync(at('a.yaml'))
    expect(await features.reload()).toMatchObject({
      status: 'STALE',
      names: ['a'],
      problems: [
        {
          code: 'would-remove-all',
          source: at('a.yaml'),
          message: expect.stringMatching(/^this text is gone/) as string,
        },
      ],
    })
    writeFileSync(at('b.yaml'), 'feature_b: on\n')
    expect(await features.reload()).toMatchObject({ status: 'READY', names: ['b'], problems: [] })
  })

  it('lets a bad file go while the removal of another is refused', async () => {
    const { features, at } = await engineOn(
      { 'a.yaml': TEN, 'b.yaml': 'feature_b: on\n' },
      { guards: { maxRemoved: 0.2 } },
    )
    writeFileSync(at('c.yaml'), 'feature_c: [\n')
    await features.reload()
    unlinkSync(at('a.yaml'))
    unlinkSync(at('c.yaml'))
    expect((await features.reload()).problems).toMatchObject([
      { code: 'would-remove-many', source: at('a.yaml') },
    ])
  })

  it('judges together the removals of one look, so that many small ones do not pass where a large one would not', async () => {
    const { features, at } = await engineOn(
      Object.fromEntries(
        ['a', 'b', 'c', 'd'].map((name) => [`${name}.yaml`, `feature_${name}: on\n`]),
      ),
      { guards: { maxRemoved: 0.5 } },
    )
    for (const name of ['a', 'b', 'c']) unlinkSync(at(`${name}.yaml`))
    expect(await features.reload()).toMatchObject({ status: 'STALE', names: ['a', 'b', 'c', 'd'] })
    writeFileSync(at('c.yaml'), 'feature_c: on\n')
    expect(await features.reload()).toMatchObject({ status: 'READY', names: ['c', 'd'] })
  })
})
