import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Source } from '../../src/core/source'
import { contentHash } from '../../src/sources/bytes'
import { http, type HttpOptions } from '../../src/sources/http'
import { CacheFile } from '../../src/sources/remote/cache-file'
import { eventually } from '../support/eventually'
import { FlagServer, serving, silent, status } from '../support/flag-server'
import { RecordingSink } from '../support/recording-sink'
import { tempDir } from '../support/temp-dir'

const A = '{"feature_a": "on"}'
const B = '{"feature_b": "on"}'
const NEVER = 2 ** 31 - 1

let server: FlagServer
let sink: RecordingSink
let path: string
const open: Source[] = []

async function opened(options: HttpOptions = {}, url = server.url): Promise<Source> {
  const source = http(url, { refreshMs: NEVER, stream: false, cache: { path }, ...options })
  open.push(source)
  await source.open(sink)
  return source
}

const kept = (file = path): Record<string, unknown> =>
  JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>

/** As another process left it, long ago. */
const keepOld = (text: string, fetchedAt = 1000, url = server.url): Promise<void> =>
  new CacheFile(path, new URL(url).href, url).write(text, '"old"', fetchedAt)

const kinds = (): string[] => sink.tellings.map(({ kind }) => kind)
const warnings = (): string[] =>
  sink.tellings.flatMap((telling) =>
    telling.kind === 'warn' ? [`${telling.problem.severity}: ${telling.problem.message}`] : [],
  )

beforeEach(async () => {
  sink = new RecordingSink()
  path = join(tempDir(), 'flags.json')
  server = await FlagServer.start()
  server.answer = serving(A)
})

afterEach(async () => {
  await Promise.all(open.splice(0).map((source) => source.close()))
  await server.close()
})

describe('the last good on disk', () => {
  it('is written when a content is in force, with its time, its tag and its hash', async () => {
    const before = Date.now()
    await opened()
    const { fetched_at: at, ...rest } = kept()
    expect(rest).toEqual({
      version: 1,
      url: server.url,
      url_hash: contentHash(server.url),
      etag: expect.any(String) as string,
      sha256: contentHash(A),
      response: JSON.parse(A) as unknown,
    })
    expect(Number(at) * 1000).toBeGreaterThanOrEqual(before)
    expect(Number(at) * 1000).toBeLessThanOrEqual(Date.now())
  })

  it('can be read by its owner alone, because it may say who is targeted', async () => {
    await opened()
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('holds no secret of the URL', async () => {
    await opened({}, server.url.replace('//', '//me:geheim@').concat('?token=geheim'))
    expect(readFileSync(path, 'utf8')).not.toContain('geheim')
  })

  it.each([
    [
      'JSON with its spaces, its big numbers and its doubles',
      '{"feature_a" :{"x-n":12345678901234567890.0,"x-n":1}}\n',
    ],
    ['JSON that looks like the envelope', '{"a":1,"response":{"b":"}\\n"}}'],
    ['JSON that is no object', '[1, 2]'],
    ['YAML', 'feature_a: on\n# ünï\u2028\n'],
    ['a text of more than a megabyte', `{"feature_a": "${'x'.repeat(1_100_000)}"}`],
    ['nothing', ''],
  ])('keeps the very text: %s', async (_, text) => {
    const lastGood = new CacheFile(path, new URL(server.url).href, server.url)
    for (const isJson of [false, text.startsWith('{')]) {
      await lastGood.write(text, undefined, 5000, isJson)
      expect(await lastGood.read()).toMatchObject({
        kind: 'good',
        lastGood: { text, fetchedAt: 5000 },
      })
    }
  })

  it('is what was sent, not what was made of it, so what was encrypted stays so', async () => {
    await opened({ transform: () => B })
    expect([sink.texts, kept().response]).toEqual([[B], JSON.parse(A)])
  })

  it('is stamped anew when the server still has it', async () => {
    const source = await opened()
    const before = Number(kept().fetched_at)
    await eventually('the clock has moved', () => Date.now() / 1000 > before)
    await source.check()
    expect(Number(kept().fetched_at)).toBeGreaterThan(before)
    expect(kept().response).toEqual(JSON.parse(A))
  })

  it.each<[string, () => void]>([
    ['the server fails', () => (server.answer = status(500))],
    [
      'what comes is refused',
      () => (sink.judge = ({ text }) => (text === A ? 'installed' : 'rejected')),
    ],
  ])('is left alone when %s', async (_, happens) => {
    const source = await opened()
    const before = readFileSync(path, 'utf8')
    server.answer = serving('<html>')
    happens()
    await source.check()
    expect(readFileSync(path, 'utf8')).toBe(before)
  })

  it('replaces what a link leads to, not the link', async () => {
    const target = join(tempDir(), 'target.json')
    writeFileSync(target, '')
    symlinkSync(target, path)
    await opened({ startup: 'fail' })
    expect(kept(target).response).toEqual(JSON.parse(A))
  })

  it('makes its directory, and clears what a killed writer left there', async () => {
    const dir = join(path, 'a', 'b')
    mkdirSync(dir, { recursive: true })
    path = join(dir, 'flags.json')
    const [old, fresh, other] = [
      'flags.json.0123456789abcdef.tmp',
      'flags.json.fedcba9876543210.tmp',
      'else.json.0123456789abcdef.tmp',
    ].map((name) => join(dir, name))
    for (const file of [old, fresh, other]) writeFileSync(file ?? '', '')
    for (const file of [old, other]) utimesSync(file ?? '', 1, 1)
    await opened()
    expect(readdirSync(dir).sort()).toEqual([
      'else.json.0123456789abcdef.tmp',
      'flags.json',
      'flags.json.fedcba9876543210.tmp',
    ])
  })

  it('that cannot be written is a warning, and harms neither the content nor the next pull', async () => {
    writeFileSync(join(path, '..', 'file'), '')
    path = join(path, '..', 'file', 'flags.json')
    const source = await opened({ startup: 'fail' })
    server.answer = serving(B)
    await source.check()
    expect(sink.texts).toEqual([A, B])
    expect(warnings()).toEqual([
      expect.stringMatching(/^warning: the last good of .* cannot be stored in .*flags\.json/),
    ])
  })

  it('that several write at once is always whole', async () => {
    const writers = Array.from(
      { length: 8 },
      (_, n) => new CacheFile(path, new URL(server.url).href, `${n}`),
    )
    const texts = writers.map((_, n) => JSON.stringify({ n, filler: 'x'.repeat(n * 10_000) }))
    await Promise.all(
      writers.flatMap((writer, n) =>
        Array.from({ length: 10 }, () => writer.write(texts[n] ?? '', undefined, 1)),
      ),
    )
    const found = await new CacheFile(path, new URL(server.url).href, '').read()
    expect(texts).toContain(found.kind === 'good' ? found.lastGood.text : found.kind)
    expect(readdirSync(join(path, '..'))).toEqual(['flags.json'])
  })
})

describe('a start without the network', () => {
  beforeEach(() => {
    server.answer = status(500)
  })

  it('uses the last good, says how old it is, and then that the network failed', async () => {
    await keepOld(A, 1_000_000)
    await opened()
    expect(sink.tellings).toMatchObject([
      { kind: 'content', content: { text: A, hash: contentHash(A), confirmedAt: 1_000_000 } },
      { kind: 'warn' },
      { kind: 'failed' },
    ])
    expect(warnings()).toEqual([
      expect.stringMatching(
        /warning: what is in force is the last good in .*flags\.json.*1970-01-01T00:16:40.000Z, \d+ days ago/,
      ),
    ])
  })

  it('never has an age below nothing, whatever clock wrote the last good', async () => {
    const before = Date.now()
    await keepOld(A, before + 1_000_000)
    await opened()
    expect(sink.tellings).toMatchObject([
      { content: { confirmedAt: expect.any(Number) as number } },
      {},
      {},
    ])
    const [first] = sink.tellings
    expect(first?.kind === 'content' && first.content.confirmedAt).toBeLessThanOrEqual(Date.now())
  })

  it('reads a last good that has only a time and an answer', async () => {
    writeFileSync(path, `{"fetched_at": 1000.25, "response": ${A}}`)
    await opened()
    expect(sink.tellings[0]).toMatchObject({ content: { confirmedAt: 1_000_250 } })
    expect(JSON.parse(sink.texts[0] ?? '')).toEqual(JSON.parse(A))
  })

  it('takes back the warning, and renews the last good, as soon as the network is there', async () => {
    await keepOld(A)
    const source = await opened()
    server.answer = serving(B)
    await source.check()
    expect([kinds(), kept().response]).toEqual([
      ['content', 'warn', 'failed', 'content', 'unwarn'],
      JSON.parse(B),
    ])
  })

  it('has nothing to report but the failure when there is no last good', async () => {
    await opened()
    expect([kinds(), existsSync(path)]).toEqual([['failed'], false])
  })

  it.each<[string, string | Buffer, RegExp]>([
    ['is cut short', '{"fetched_at": 1000, "response": {"feature_a"', /JSON/],
    ['is empty', '', /JSON/],
    ['is a list', '[]', /not a JSON object/],
    ['has no time', '{"response": {}}', /fetched_at/],
    ['has a time that is none', '{"fetched_at": "now", "response": {}}', /fetched_at/],
    ['has no answer', '{"fetched_at": 1000}', /response is neither/],
    [
      'has an answer of another kind',
      '{"fetched_at": 1000, "response": [1]}',
      /response is neither/,
    ],
    [
      'does not have its hash',
      `{"fetched_at": 1000, "sha256": "${contentHash(B)}","response":${A}}`,
      /sha256/,
    ],
    ['holds zeros, as after a power cut', Buffer.alloc(100), /JSON/],
  ])('never uses a last good that %s, and names the file', async (_, text, reason) => {
    writeFileSync(path, text)
    await opened()
    expect(kinds()).toEqual(['warn', 'failed'])
    expect(warnings()[0]).toMatch(
      /^error: .*flags\.json, the last good of .*, cannot be used: .*; repair or delete it$/,
    )
    expect(warnings()[0]).toMatch(reason)
  })

  it('does not use a directory in its place', async () => {
    mkdirSync(path)
    await opened()
    expect(warnings()[0]).toMatch(/not a regular file/)
  })

  it('does not use the last good of another URL, and says so', async () => {
    await keepOld(A, 1000, `${server.origin}/other`)
    await opened()
    expect(kinds()).toEqual(['warn', 'failed'])
    expect(warnings()[0]).toMatch(/^warning: .* is the last good of .*\/other, not of .*sdk-1/)
  })

  it('does not believe a last good that the engine refuses', async () => {
    await keepOld(A)
    sink.judge = () => 'rejected'
    await opened()
    expect(kinds()).toEqual(['content', 'failed'])
  })
})

describe('a start with the network', () => {
  it('writes a last good in the place of one that is of no use', async () => {
    writeFileSync(path, 'rubbish')
    await opened()
    expect([kinds(), kept().response]).toEqual([['warn', 'content', 'unwarn'], JSON.parse(A)])
  })

  it('does not download again what the last good has', async () => {
    await opened().then((source) => source.close())
    sink.tellings.length = 0
    await opened()
    expect(server.requests[1]?.headers['if-none-match']).toBe(kept().etag)
    expect(sink.tellings).toEqual([
      {
        kind: 'content',
        content: { text: A, hash: contentHash(A), format: 'json', settled: true },
      },
    ])
  })

  it('uses the last good when what comes is refused, and then reports the refusal', async () => {
    await keepOld(A)
    server.answer = serving('<html>')
    sink.judge = ({ text }) => (text === A ? 'installed' : 'rejected')
    await opened()
    expect(sink.texts).toEqual(['<html>', A, '<html>'])
  })
})

describe('what to start with is a choice', () => {
  it('fail: the network or nothing, even when there is a last good', async () => {
    await keepOld(A)
    server.answer = status(500)
    await opened({ startup: 'fail' })
    expect(kinds()).toEqual(['failed'])
  })

  it('cache-first: the last good without waiting, then the network', async () => {
    await keepOld(A)
    server.answer = silent
    await opened({ startup: 'cache-first', readTimeoutMs: NEVER, totalTimeoutMs: NEVER })
    expect(kinds()).toEqual(['content', 'warn'])
    await eventually('the network is asked', () => server.requests.length === 1)
    expect(server.requests[0]?.headers['if-none-match']).toBe('"old"')
  })

  it('cache-first: the network when there is no last good', async () => {
    await opened({ startup: 'cache-first' })
    expect(sink.texts).toEqual([A])
  })

  it('defaults: no features at all, marked as never confirmed, and the failure', async () => {
    server.answer = status(500)
    await opened({ startup: 'defaults' })
    expect(sink.tellings).toMatchObject([
      { content: { text: '{}', format: 'json', confirmedAt: 0 } },
      { kind: 'warn' },
      { kind: 'failed' },
    ])
    expect(existsSync(path)).toBe(false)
  })

  it('defaults: the last good if there is one', async () => {
    await keepOld(A)
    server.answer = status(500)
    await opened({ startup: 'defaults' })
    expect(sink.texts).toEqual([A])
  })

  it('defaults: content takes their place when it comes', async () => {
    server.answer = status(500)
    const source = http(server.url, { startup: 'defaults', refreshMs: NEVER })
    open.push(source)
    await source.open(sink)
    server.answer = serving(A)
    await source.check()
    expect(kinds()).toEqual(['content', 'warn', 'failed', 'content', 'unwarn'])
  })

  it.each<[HttpOptions, RegExp]>([
    [{ startup: 'cache' }, /cache is undefined; give { path }, which startup: 'cache' needs/],
    [{ startup: 'cache-first' }, /which startup: 'cache-first' needs/],
    [{ cache: { path: '' } }, /cache: path is ""; give the path of a file/],
  ])('%j is not valid', (options, message) => {
    expect(() => http(server.url, options)).toThrow(message)
  })
})

const isRoot = process.getuid?.() === 0
;(isRoot ? it.skip : it)(
  `a last good that may not be read is a problem${isRoot ? ' (not run: everything may be read by root)' : ''}`,
  async () => {
    await keepOld(A)
    chmodSync(path, 0)
    server.answer = status(500)
    await opened()
    expect(warnings()[0]).toMatch(/permission denied/)
  },
)
