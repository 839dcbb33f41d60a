import { gzipSync } from 'node:zlib'
import { contentHash } from '../../src/sources/bytes'
import { eventually } from '../support/eventually'
import { serving } from '../support/flag-server'
import { A, opened, server, sink } from '../support/http-scene'

const B = '{"feature_b": "on"}'

describe('a remote live config', () => {
  it('is pulled when it is opened, and reported with the hash of its bytes', async () => {
    await opened({ format: 'yaml' })
    expect(sink.tellings).toEqual([
      {
        kind: 'content',
        content: { text: A, hash: contentHash(A), format: 'yaml', settled: true },
      },
    ])
  })

  it('is JSON unless another format is given', async () => {
    await opened()
    expect(sink.tellings).toMatchObject([{ content: { format: 'json' } }])
  })

  it('is pulled again and again', async () => {
    await opened({ refreshMs: 5 })
    server.answer = serving(B)
    await eventually('the new content is reported', () => sink.texts.includes(B))
    expect(sink.texts).toEqual([A, B])
  })

  it('is asked for by its tag, and confirmed when it still has it', async () => {
    const source = await opened()
    await source.check()
    expect(server.requests.map(({ headers }) => headers['if-none-match'])).toEqual([
      undefined,
      expect.stringMatching(/^".+"$/),
    ])
    expect([sink.texts, sink.confirmations]).toEqual([[A], 1])
  })

  it('is confirmed when a server without tags sends the same bytes', async () => {
    server.answer = serving(A, { etag: false })
    const source = await opened()
    await source.check()
    expect([sink.texts, sink.confirmations]).toEqual([[A], 1])
  })

  it.each(['gzip', 'br', 'deflate'] as const)(
    'may be compressed with %s, which is asked for',
    async (compress) => {
      server.answer = serving(A, { compress })
      await opened()
      expect(sink.texts).toEqual([A])
      expect(server.requests[0]?.headers['accept-encoding']).toContain(compress)
    },
  )

  it('may be compressed with deflate without the frame of zlib, as many servers send it', async () => {
    server.answer = serving(A, { compress: 'raw deflate', etag: false })
    const source = await opened()
    server.answer = serving(B.padEnd(200_000), { compress: 'raw deflate', etag: false })
    await source.check()
    expect(sink.texts).toEqual([A, B.padEnd(200_000)])
  })

  it.each<[what: string, body: string | Buffer, encoding: string, problem: RegExp]>([
    ['damaged', 'not compressed', 'deflate', /damaged \(Z_DATA_ERROR\)/],
    ['cut short', gzipSync(B).subarray(0, 15), 'gzip', /ends too early \(Z_BUF_ERROR\)/],
  ])('that is compressed and %s is refused in words', async (_, body, encoding, problem) => {
    const source = await opened()
    server.answer = serving(body, { etag: false, headers: { 'content-encoding': encoding } })
    await source.check()
    expect(sink.tellings.at(-1)).toMatchObject({
      kind: 'failed',
      problem: { message: expect.stringMatching(problem) as string },
    })
  })

  it('comes with headers of its own', async () => {
    await opened({ headers: { Authorization: 'Bearer x', 'Accept-Encoding': 'identity' } })
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: 'Bearer x',
      'accept-encoding': 'identity',
    })
  })

  it('is pulled once when several ask at the same time', async () => {
    const source = await opened()
    await Promise.all([source.check(), source.check(), source.check()])
    expect(server.requests).toHaveLength(2)
  })

  it('may be opened again after it was closed', async () => {
    const source = await opened()
    await source.close()
    await source.open(sink)
    expect(sink.texts).toEqual([A, A])
  })
})
