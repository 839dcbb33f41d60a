import { contentHash } from '../../src/sources/bytes'
import { http } from '../../src/sources/http'
import { eventually } from '../support/eventually'
import { serving, silent } from '../support/flag-server'
import { A, opened, server, sink } from '../support/http-scene'

describe('a content that is not used as it comes', () => {
  it('is transformed, and reported with the hash of what it then is', async () => {
    await opened({ transform: (text) => text.replace('on', 'off') })
    const text = '{"feature_a": "off"}'
    expect(sink.tellings).toMatchObject([{ content: { text, hash: contentHash(text) } }])
  })

  it('is no news when its version is that in force', async () => {
    const source = await opened({ version: (text) => /"v": (\d)/.exec(text)?.[1] })
    for (const text of ['{"v": 1}', '{"v": 1, "x": 2}', '{"v": 2}']) {
      server.answer = serving(text)
      await source.check()
    }
    expect(sink.texts).toEqual([A, '{"v": 1}', '{"v": 2}'])
  })

  it('is a warning above the soft limit, until it is shorter', async () => {
    const source = await opened({ softLimitBytes: 25 })
    for (const text of [`${A}            `, A]) {
      server.answer = serving(text)
      await source.check()
    }
    const tellings = sink.tellings.filter(({ kind }) => kind === 'warn' || kind === 'unwarn')
    expect(tellings).toMatchObject([
      { kind: 'warn', problem: { code: 'too-large', severity: 'warning' } },
      { kind: 'unwarn' },
    ])
  })
})

describe('closing', () => {
  it('ends a pull that is under way, and reports nothing more', async () => {
    server.answer = silent
    const source = http(server.url, { readTimeoutMs: 60_000, totalTimeoutMs: 60_000 })
    const opening = source.open(sink)
    await eventually('the server is asked', () => server.requests.length === 1)
    await source.close()
    await opening
    expect(sink.tellings).toEqual([])
    await eventually('the connection is closed', () => server.connections === 0)
  })

  it('may be done twice, and before anything was opened', async () => {
    const source = http(server.url)
    await source.close()
    await source.open(sink)
    await source.close()
    await source.close()
    expect(source.watch).toEqual({ mode: 'none', reason: 'not open' })
  })
})
