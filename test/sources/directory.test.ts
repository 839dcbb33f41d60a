import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import files from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { Features } from '../../src'
import type { Source } from '../../src/core/source'
import { directory, type DirectoryOptions } from '../../src/sources/directory'
import { eventually } from '../support/eventually'
import { RecordingSink } from '../support/recording-sink'
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

/** A directory that looks only when it is asked to. */
async function opened(files: Files, options: DirectoryOptions = { events: false, pollMs: 0 }) {
  const dir = filled(files)
  const sink = new RecordingSink()
  const source = directory(dir, options)
  sources.push(source)
  await source.open(sink)
  const textsOf = (name: string): string[] => sink.parts.get(join(dir, name))?.texts ?? []
  return { dir, sink, source, textsOf, at: (name: string) => join(dir, name) }
}

describe('a watched directory', () => {
  it('is read before `open` resolves, each file in its own format', async () => {
    const { sink, dir } = await opened({
      'a.yaml': 'a: 1',
      'b.YML': 'b: 1',
      'c.json': '{}',
      'd.ini': '[x]',
    })
    const formats = [...sink.parts].map(([name, { tellings }]) => [
      name,
      tellings.map((telling) =>
        telling.kind === 'content' ? telling.content.format : telling.kind,
      ),
    ])
    expect(formats).toEqual([
      [join(dir, 'a.yaml'), ['yaml']],
      [join(dir, 'b.YML'), ['yaml']],
      [join(dir, 'c.json'), ['json']],
      [join(dir, 'd.ini'), ['ini']],
    ])
  })

  it('leaves hidden files alone, what editors leave behind, other names and directories below', async () => {
    const noise = [
      '.a.yaml',
      '.#b.yaml',
      'b.yaml~',
      '.b.yaml.swp',
      'b.yaml.bak',
      '4913',
      '#b.yaml#',
      'README.md',
      'yaml',
    ]
    const dir = filled({
      'b.yaml': 'b: 1',
      ...Object.fromEntries(noise.map((name) => [name, '['])),
    })
    for (const below of ['below', 'below.yaml']) {
      mkdirSync(join(dir, below))
      writeFileSync(join(dir, below, 'c.yaml'), 'c: 1')
    }
    const sink = new RecordingSink()
    const source = directory(dir, { events: false, pollMs: 0 })
    sources.push(source)
    await source.open(sink)
    expect([...sink.parts].map(([name, { texts, failures }]) => [name, texts, failures])).toEqual([
      [join(dir, 'b.yaml'), ['b: 1'], []],
    ])
  })

  it('reports a directory in the place of a file, and keeps the features of that file', async () => {
    const { sink, source, at } = await opened({ 'a.yaml': 'a: 1', 'b.yaml': 'b: 1' })
    unlinkSync(at('b.yaml'))
    mkdirSync(at('b.yaml'))
    await source.check()
    expect([
      sink.parts.get(at('b.yaml'))?.failures,
      sink.parts.get(at('b.yaml'))?.removals,
    ]).toEqual([['not-a-file'], 0])
  })

  it('reports what comes, what changes and what goes', async () => {
    const { sink, source, textsOf, at } = await opened({ 'a.yaml': 'a: 1' })
    writeFileSync(at('b.yaml'), 'b: 1')
    await source.check()
    writeFileSync(at('a.yaml'), 'a: 2')
    await source.check()
    unlinkSync(at('b.yaml'))
    await source.check()
    expect([textsOf('a.yaml'), textsOf('b.yaml')]).toEqual([['a: 1', 'a: 2'], ['b: 1']])
    expect([
      sink.parts.get(at('a.yaml'))?.removals,
      sink.parts.get(at('b.yaml'))?.removals,
    ]).toEqual([0, 1])
  })

  it('notices by events alone', async () => {
    const { textsOf, at } = await opened({ 'a.yaml': 'a: 1' }, { pollMs: 0 })
    writeFileSync(at('b.yaml'), 'b: 1')
    await eventually('the new file', () => textsOf('b.yaml').length === 1)
    writeFileSync(at('b.yaml'), 'b: 2')
    await eventually('its change', () => textsOf('b.yaml').length === 2)
  })

  it('waits for a file that has just gone, with all that has changed meanwhile', async () => {
    const { sink, textsOf, at } = await opened(
      { 'a.yaml': 'a: 1', 'b.yaml': 'b: 1' },
      { pollMs: 10, graceMs: 200 },
    )
    const gone = performance.now()
    renameSync(at('b.yaml'), at('c.yaml'))
    await eventually('the new name', () => textsOf('c.yaml').length === 1)
    expect(performance.now() - gone).toBeGreaterThanOrEqual(200)
    expect(sink.parts.get(at('b.yaml'))?.removals).toBe(1)
  })

  it('reports nothing of a file that goes and comes back at once', async () => {
    const { sink, textsOf, at } = await opened(
      { 'a.yaml': 'a: 1', 'b.yaml': 'b: 1' },
      { pollMs: 10, graceMs: 10_000 },
    )
    unlinkSync(at('b.yaml'))
    const { confirmations } = sink
    writeFileSync(at('b.yaml'), 'b: 2')
    await eventually('the new text', () => textsOf('b.yaml').length === 2)
    expect([sink.parts.get(at('b.yaml'))?.removals, sink.confirmations > confirmations]).toEqual([
      0,
      true,
    ])
  })

  it.each<[string, string, (dir: string) => void]>([
    ['missing', 'missing', (dir) => rmSync(dir, { recursive: true })],
    ['without a file', 'empty', (dir) => unlinkSync(join(dir, 'a.yaml'))],
    [
      'a file',
      'not-a-directory',
      (dir) => (rmSync(dir, { recursive: true }), writeFileSync(dir, 'a: 1')),
    ],
  ])('that is %s has a problem of its own, and takes nothing away', async (_, code, spoil) => {
    const { dir, sink, source, at } = await opened({ 'a.yaml': 'a: 1' })
    spoil(dir)
    await source.check()
    await source.check()
    expect([
      sink.failures,
      sink.parts.get(at('a.yaml'))?.removals,
      sink.parts.get(at('a.yaml'))?.failures,
    ]).toEqual([[code], 0, []])
    rmSync(dir, { recursive: true, force: true })
    mkdirSync(dir)
    writeFileSync(at('a.yaml'), 'a: 2')
    const { confirmations } = sink
    await source.check()
    expect([sink.confirmations > confirmations, sink.parts.get(at('a.yaml'))?.texts]).toEqual([
      true,
      ['a: 1', 'a: 2'],
    ])
  })

  it('is called by the path that was given, and so are its files', async () => {
    const dir = filled({ 'a.yaml': 'a: 1' })
    const given = relative(process.cwd(), dir)
    for (const name of [given, given + sep]) {
      const sink = new RecordingSink()
      const source = directory(name)
      sources.push(source)
      await source.open(sink)
      expect([source.name, [...sink.parts.keys()]]).toEqual([name, [join(given, 'a.yaml')]])
    }
  })

  it('follows a link to a directory, wherever that leads', async () => {
    const { dir, source, sink } = await opened({ 'a.yaml': 'a: 1' })
    const link = `${dir}.link`
    symlinkSync(dir, link)
    const linked = new RecordingSink()
    const other = directory(link, { events: false, pollMs: 0 })
    sources.push(other)
    await other.open(linked)
    expect(linked.parts.get(join(link, 'a.yaml'))?.texts).toEqual(['a: 1'])
    unlinkSync(link)
    await source.check()
    expect(sink.failures).toEqual([])
  })

  it('reports nothing after `close`, and can be opened afresh', async () => {
    const { sink, source, textsOf, at } = await opened({ 'a.yaml': 'a: 1' }, { pollMs: 5 })
    await source.close()
    writeFileSync(at('a.yaml'), 'a: 2')
    await source.check()
    expect([textsOf('a.yaml'), source.watch]).toEqual([
      ['a: 1'],
      { mode: 'none', reason: 'not open' },
    ])
    await source.open(sink)
    expect(textsOf('a.yaml')).toEqual(['a: 1', 'a: 2'])
  })

  it('that is closed while it is listed reports nothing of what it finds, neither what comes nor what goes', async () => {
    const { sink, source, textsOf, at } = await opened({ 'a.yaml': 'a: 1', 'b.yaml': 'b: 1' })
    const { tellings } = sink
    const before = tellings.length
    writeFileSync(at('a.yaml'), 'a: 2')
    unlinkSync(at('b.yaml'))
    writeFileSync(at('c.yaml'), 'c: 1')
    const { readdir } = files
    const listing = jest.spyOn(files, 'readdir').mockImplementationOnce((async (path: string) => {
      await source.close()
      return readdir(path, { withFileTypes: true })
    }) as never)
    await source.check()
    listing.mockRestore()
    expect([
      tellings.length - before,
      textsOf('a.yaml'),
      sink.parts.get(at('b.yaml'))?.removals,
      sink.parts.has(at('c.yaml')),
    ]).toEqual([0, ['a: 1'], 0, false])
  })

  it.each<[string, string, object, RegExp]>([
    ['a path that is none', '', {}, /directory: the path is ""; give a path/],
    [
      'an option that is none',
      'd',
      { poll: 5 },
      /directory\("d"\): there is no option poll; there are events, pollMs/,
    ],
    ['a format, which each file has', 'd', { format: 'yaml' }, /there is no option format/],
  ])('refuses %s', (_, path, options, message) => {
    expect(() => directory(path, options)).toThrow(
      expect.objectContaining({
        code: 'LIVEFLAG_BAD_OPTION',
        message: expect.stringMatching(message),
      }),
    )
  })
})
