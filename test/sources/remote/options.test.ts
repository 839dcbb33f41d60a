import { LiveflagError } from '../../../src/core/errors'
import { http, type HttpOptions } from '../../../src/sources/http'
import { readOptions, shownUrl } from '../../../src/sources/remote/options'

const URL = 'https://flags.example.com/live.json'

test.each([
  ['https://ann:12/s3cret@host.example/live.json', 'https://ann/…'],
  ['https://ann/s3cret@host.example/live.json', 'https://ann/…'],
  [
    'https://cdn.example/npm/flags@2/live.json?v=1',
    'https://cdn.example/npm/flags@2/live.json?v=…',
  ],
  ['http://localhost:8080/live.json', 'http://localhost:8080/live.json'],
])('%s is shown as %s', (url, shown) => {
  expect(shownUrl(new globalThis.URL(url))).toBe(shown)
})

describe('the options of a remote source', () => {
  it.each([0, -1, NaN, Infinity, 2 ** 31])(
    'refuse an interval of %p ms, which a timer would make a loop of',
    (refreshMs) => {
      expect(() => http(URL, { refreshMs })).toThrow(
        `http: refreshMs is ${refreshMs}; give milliseconds from 1 to 2147483647`,
      )
    },
  )

  it.each([1, 60_000, 2 ** 31 - 1])('take an interval of %p ms', (refreshMs) => {
    expect(() => http(URL, { refreshMs })).not.toThrow()
  })

  it.each<[HttpOptions, string]>([
    [{ connectTimeoutMs: 0 }, 'connectTimeoutMs is 0'],
    [{ readTimeoutMs: NaN }, 'readTimeoutMs is NaN'],
    [{ streamIdleMs: Infinity }, 'streamIdleMs is Infinity'],
    [{ maxRedirects: -1 }, 'maxRedirects is -1'],
    [{ hardLimitBytes: NaN }, 'hardLimitBytes is NaN'],
    [{ stream: 'ftp://flags.example.com/' }, 'stream is not an http or https URL'],
  ])('refuse %p', (options, message) => {
    expect(() => http(URL, options)).toThrow(message)
  })

  it.each(['', 'live.json', 'file:///etc/live.json', 'https://'])('refuse the URL %p', (url) => {
    expect(() => http(url)).toThrow(/http: url is not an http or https URL/)
  })

  it('repeat no secret when they refuse', () => {
    const attempt = (): unknown => http(URL, { headers: { authorization: 'Bearer geheim\n.' } })
    expect(attempt).toThrow(LiveflagError)
    expect(attempt).toThrow(/headers \(authorization\)/)
    expect(attempt).not.toThrow(/geheim/)
    expect(() => http('geheim')).not.toThrow(/geheim/)
  })

  it.each([
    ['https://host/api/features/sdk-1', 'https://host/sub/sdk-1'],
    ['https://host/proxy/api/features/sdk-1?x=1', 'https://host/proxy/sub/sdk-1?x=1'],
    ['https://host/api/features/', undefined],
    ['https://host/live.json', undefined],
  ])('know where the stream for %p is', (url, stream) => {
    expect(readOptions(url, {}).stream?.url.href).toBe(stream)
  })

  it('pull beside a stream four times as seldom, and start with the last good where there may be one', () => {
    expect(readOptions(URL, { refreshMs: 1000, cache: { path: 'x' } })).toMatchObject({
      streamingRefreshMs: 4000,
      startup: 'cache',
    })
    expect(readOptions(URL, { refreshMs: 2 ** 31 - 1 })).toMatchObject({
      streamingRefreshMs: 2 ** 31 - 1,
      startup: 'fail',
    })
  })
})
