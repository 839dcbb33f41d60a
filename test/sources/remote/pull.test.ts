import type { IncomingMessage } from 'node:http'
import { refused } from '../../../src/sources/remote/pull'

const NOW = Date.parse('2026-05-01T12:00:00Z')

beforeEach(() => jest.useFakeTimers({ now: NOW }))
afterEach(() => jest.useRealTimers())

const waitFor = (header: string | undefined, statusCode = 503): number =>
  refused({ statusCode, headers: { 'retry-after': header } } as IncomingMessage).retryAfterMs

describe('a server that wants to be left alone says for how long', () => {
  test.each<[header: string | undefined, ms: number]>([
    ['120', 120_000],
    ['0', 0],
    ['1.5', 1500],
    [' 120 ', 120_000],
    ['Fri, 01 May 2026 12:02:00 GMT', 120_000],
    ['Friday, 01-May-26 12:02:00 GMT', 120_000],
    ['Fri May  1 12:02:00 2026 GMT', 120_000],
    ['Fri, 01 May 2026 11:00:00 GMT', 0],
    ['2026-05-01T12:02:00Z', 0],
    ['-5', 0],
    ['1e9', 0],
    ['Infinity', 0],
    ['soon', 0],
    ['Fri, 99 Foo', 0],
    ['', 0],
    [undefined, 0],
  ])('by %j: %d ms', (header, ms) => {
    expect(waitFor(header)).toBe(ms)
  })

  test.each([401, 403, 404, 410, 429, 500, 503])('with status %d', (statusCode) => {
    expect(waitFor('120', statusCode)).toBe(120_000)
  })
})
