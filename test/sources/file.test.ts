import { chmodSync, renameSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import type { Source } from '../../src/core/source'
import { contentHash } from '../../src/sources/bytes'
import { file, type FileOptions } from '../../src/sources/file'
import { eventually } from '../support/eventually'
import { RecordingSink } from '../support/recording-sink'
import { tempDir } from '../support/temp-dir'

const LONG_AGO = 1_000_000_000

/** A file that nobody has written to lately, opened. */
async function opened(
  text: string,
  options: FileOptions = {},
): Promise<{ path: string; sink: RecordingSink; source: Source }> {
  const path = join(tempDir(), 'flags.yaml')
  writeFileSync(path, text)
  const sink = new RecordingSink()
  const source = file(path, options)
  sources.push(source)
  await source.open(sink)
  return { path, sink, source }
}

const sources: Source[] = []
afterEach(async () => {
  for (const source of sources.splice(0)) await source.close()
})

describe('a watched file', () => {
  it('is read before `open` resolves', async () => {
    const { sink } = await opened('a: 1')
    expect(sink.tellings[0]).toEqual({
      kind: 'content',
      content: { text: 'a: 1', hash: contentHash('a: 1'), format: 'yaml', settled: true },
    })
  })

  it('is reported again when it changes, and confirmed while it does not', async () => {
    const { path, sink } = await opened('a: 1', { pollMs: 20 })
    await eventually('a confirmation', () => sink.confirmations > 0)
    writeFileSync(path, 'a: 2')
    await eventually('the change', () => sink.texts.length === 2)
    const { confirmations } = sink
    await eventually('another confirmation', () => sink.confirmations > confirmations)
    expect(sink.texts).toEqual(['a: 1', 'a: 2'])
  })

  it('is read once more when its times are too coarse to show a second write', async () => {
    const { sink } = await opened('a: 1', { pollMs: 0, events: false })
    await eventually(
      'a second reading of what was just written',
      () => sink.confirmations > 1,
      5000,
    )
    expect(sink.texts).toEqual(['a: 1'])
  })

  it('is missing at once at the start, after the grace time later on, and reported once', async () => {
    const { path, sink } = await opened('a: 1', { pollMs: 10, graceMs: 100 })
    unlinkSync(path)
    const gone = performance.now()
    await eventually('the telling', () => sink.failures.length > 0)
    expect(performance.now() - gone).toBeGreaterThanOrEqual(100)
    writeFileSync(path, 'a: 1')
    await eventually('the old content again', () => sink.texts.length === 2)
    expect(sink.failures).toEqual(['missing'])

    const late = new RecordingSink()
    const nowhere = file(`${path}.not`)
    sources.push(nowhere)
    await nowhere.open(late)
    expect(late.failures).toEqual(['missing'])
  })

  it('is missing at once when somebody asks', async () => {
    const { path, sink, source } = await opened('a: 1', { events: false, pollMs: 0 })
    unlinkSync(path)
    await source.check()
    expect(sink.failures).toEqual(['missing'])
  })

  it('is judged when `check` resolves, also when a look was under way already', async () => {
    const { path, sink, source } = await opened('a: 1', { pollMs: 0, events: false })
    const early = source.check()
    writeFileSync(path, 'a: 2')
    await Promise.all([early, source.check()])
    expect(sink.texts).toEqual(['a: 1', 'a: 2'])
  })

  it('is reported again after a failure, though it is what it was', async () => {
    const { path, sink, source } = await opened('a: 1')
    renameSync(path, `${path}.away`)
    await source.check()
    renameSync(`${path}.away`, path)
    await source.check()
    expect(sink.failures).toEqual(['missing'])
    expect(sink.texts).toEqual(['a: 1', 'a: 1'])
  })

  it('is offered again until it is taken when it was passed over', async () => {
    const { path, sink } = await opened('a: 1')
    let offers = 0
    sink.judge = () => (++offers < 3 ? 'passed-over' : 'installed')
    writeFileSync(path, 'a: 2')
    await eventually('three offers', () => offers === 3)
    expect(sink.texts).toEqual(['a: 1', 'a: 2', 'a: 2', 'a: 2'])
  })

  it('is called by the path that was given', async () => {
    const path = join(tempDir(), 'flags.yaml')
    const given = relative(process.cwd(), path)
    const sink = new RecordingSink()
    const source = file(given)
    sources.push(source)
    await source.open(sink)
    expect(source.name).toBe(given)
    expect(sink.tellings[0]).toMatchObject({
      problem: { message: expect.stringContaining(`${given} is missing`) as string },
    })
  })

  it('names the place of bytes that are not UTF-8, and recognises UTF-16', async () => {
    const { path, sink, source } = await opened('a: 1')
    writeFileSync(path, Buffer.concat([Buffer.from('a: é\nb: '), Buffer.from([0x80])]))
    await source.check()
    writeFileSync(path, Buffer.from('\ufeffa: 1', 'utf16le'))
    await source.check()
    const [wrong, wide] = sink.tellings.flatMap((telling) =>
      telling.kind === 'failed' ? [telling.problem] : [],
    )
    expect(wrong).toMatchObject({ code: 'bad-encoding', line: 2, column: 4 })
    expect(wrong?.message).toBe(`${path} is not UTF-8: byte 0x80 at offset 9; save it as UTF-8`)
    expect(wide?.message).toBe(`${path} is UTF-16; save it as UTF-8`)
  })

  it('warns of its size once, and takes the warning back', async () => {
    const { path, sink, source } = await opened('a: 1', { softLimitBytes: 10 })
    for (const text of ['a: 123456789', 'a: 1234567890', 'a: 1']) {
      writeFileSync(path, text)
      await source.check()
    }
    const about = sink.tellings.flatMap((telling) =>
      telling.kind === 'warn'
        ? [telling.problem.code]
        : telling.kind === 'unwarn'
          ? [`not ${telling.code}`]
          : [],
    )
    expect(about).toEqual(['too-large', 'not too-large'])
  })

  it('costs nothing but a look when its neighbours change', async () => {
    const { path, sink, source } = await opened('a: 1')
    utimesSync(path, LONG_AGO, LONG_AGO)
    writeFileSync(join(dirname(path), `.${basename(path)}.swp`), 'x')
    chmodSync(path, 0o600)
    await source.check()
    expect(sink.texts).toEqual(['a: 1'])
  })

  it('reports nothing after `close`, which may come twice, and can be opened afresh', async () => {
    const { path, sink, source } = await opened('a: 1', { pollMs: 5 })
    writeFileSync(path, 'a: 2')
    await source.close()
    await source.close()
    await source.check()
    const told = sink.tellings.length
    expect(source.watch.mode).toBe('none')
    const next = new RecordingSink()
    await source.open(next)
    expect(next.texts).toEqual(['a: 2'])
    expect(sink.tellings).toHaveLength(told)
  })

  it('can be closed from within a telling', async () => {
    const { path, sink, source } = await opened('a: 1')
    const closed = new Promise<void>((resolve) => {
      sink.judge = () => {
        void source.close().then(resolve)
        return 'installed'
      }
    })
    writeFileSync(path, 'a: 2')
    await closed
    expect(sink.texts).toEqual(['a: 1', 'a: 2'])
  })

  it.each([
    [{}, 'events+poll'],
    [{ pollMs: 0 }, 'events'],
    [{ events: false }, 'poll'],
    [{ events: false, pollMs: 0 }, 'none'],
  ] as const)('says how it notices changes, with %j', async (options, mode) => {
    const { source } = await opened('a: 1', options)
    expect(source.watch).toEqual({ mode })
  })
})
