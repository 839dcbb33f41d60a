import type { HttpOptions } from '../../src/sources/http'
import { eventually } from '../support/eventually'
import { serving, status } from '../support/flag-server'
import { A, opened, problem, server, sink } from '../support/http-scene'

const B = '{"feature_b": "on"}'

function fail(why: string): never {
  throw new Error(why)
}

describe('a server that fails', () => {
  it('is reported once while the cause is the same, and once more after it has recovered', async () => {
    const source = await opened()
    for (const answer of [
      status(500),
      status(500),
      status(503),
      status(500),
      serving(A),
      status(500),
    ]) {
      server.answer = answer
      await source.check()
    }
    expect(sink.tellings.map(({ kind }) => kind)).toEqual([
      'content',
      'failed',
      'failed',
      'confirmed',
      'failed',
    ])
  })

  it('is asked again at longer and longer intervals', async () => {
    server.answer = status(500)
    await opened({ refreshMs: 20, maxBackoffMs: 100_000 })
    server.answer = serving(A)
    await eventually('there is content', () => sink.texts.length === 1)
    server.answer = status(500)
    const times: number[] = []
    server.answer = (request, response) => {
      times.push(performance.now())
      status(500)(request, response)
    }
    await eventually('it has failed five times', () => times.length === 5)
    expect((times[4] ?? 0) - (times[3] ?? 0)).toBeGreaterThan(20 * 8 * 0.74)
  })

  it('is asked again soon while there is nothing to go on with', async () => {
    server.answer = status(500)
    await opened({ refreshMs: 50 })
    server.answer = serving(A)
    await eventually('there is content', () => sink.texts.length === 1, 1000)
  })

  it('is given the time that it asks for', async () => {
    await opened({ refreshMs: 10 })
    server.answer = status(503, { 'retry-after': '3600' })
    await eventually('it has failed', () => sink.failures.length === 1)
    const asked = server.requests.length
    server.answer = serving(B)
    await expect(
      eventually('it is asked again', () => server.requests.length > asked, 200),
    ).rejects.toThrow('not within')
  })
})

describe('a content that is refused', () => {
  it('is asked for without a tag, so that it comes again whole', async () => {
    const source = await opened()
    sink.judge = () => 'rejected'
    server.answer = serving('<html>')
    await source.check()
    await source.check()
    expect(server.requests.at(-1)?.headers['if-none-match']).toBeUndefined()
  })

  it('is replaced by the old content, reported again, when that is back', async () => {
    const source = await opened()
    sink.judge = ({ text }) => (text === A ? 'installed' : 'rejected')
    for (const text of ['<html>', A, A]) {
      server.answer = serving(text)
      await source.check()
    }
    expect([sink.texts, sink.confirmations]).toEqual([[A, '<html>', A], 1])
  })

  it.each<[string, HttpOptions]>([
    ['validate', { validate: (text) => text === A || fail('no features in it') }],
    ['transform', { transform: (text) => (text === A ? text : fail('no features in it')) }],
  ])('may be refused by %s, and is a problem until it is good again', async (_, options) => {
    const source = await opened(options)
    server.answer = serving('{}')
    await source.check()
    expect(problem()).toMatchObject({
      code: 'syntax',
      message: expect.stringMatching(/was refused: no features in it/) as string,
    })
    server.answer = serving(A)
    await source.check()
    expect(sink.tellings.map(({ kind }) => kind)).toEqual(['content', 'failed', 'confirmed'])
  })
})
