import { isURLTargeted, type UrlTarget } from '@growthbook/growthbook'
import fc from 'fast-check'
import { createLinearPatterns } from '../../src/conditions/patterns/linear'
import { compileUrlPatterns, mergeQueryStrings } from '../../src/conditions/url'
import type { JsonValue } from '../../src/core/json'
import type { EntryProblem } from '../../src/core/selector'
import { sized } from '../support/long-run'

const numRuns = sized(1000, 100_000)

const context = { patterns: createLinearPatterns(), report: () => undefined }
const urlMatches = (url: string, patterns: JsonValue): boolean =>
  compileUrlPatterns(patterns, context)(url)
const simple = (pattern: string, include = true): JsonValue => ({
  type: 'simple',
  pattern,
  include,
})
const regex = (pattern: string, include = true): JsonValue => ({ type: 'regex', pattern, include })

describe('a simple pattern', () => {
  test.each<[pattern: string, url: string, match: boolean]>([
    ['/pricing', 'https://x.com/pricing', true],
    ['/pricing', 'https://x.com/pricing/', true],
    ['/pricing', '/pricing', true],
    ['/pricing/', 'https://x.com/pricing', true],
    ['/pricing', 'https://x.com/pricing/plans', false],
    ['/pricing/*', 'https://x.com/pricing/plans', true],
    ['/pricing/*', 'https://x.com/pricing/', true],
    ['/pricing/*', 'https://x.com/pricing', false],
    ['example.com/a', 'http://example.com/a', true],
    ['example.com', 'https://example.com/x', false],
    ['example.com', 'https://example.com', true],
    ['*.example.com', 'https://a.example.com/', true],
    ['*.example.com', 'https://example.com/', false],
    ['https://example.com/a?x=1', 'https://example.com/a?x=1&y=2', true],
    ['https://example.com/a?x=1', 'https://example.com/a', false],
    ['https://example.com/a?x=1', 'https://example.com/a?x=2&x=1', false],
    ['/a?x=*', 'https://example.com/a', true],
    ['/a', 'https://example.com/a#h', true],
    ['/a#h', 'https://example.com/a', false],
    ['/a#h', 'https://example.com/a#h', true],
    ['/a#*', 'https://example.com/a#h', true],
    ['/A', 'https://example.com/a', true],
    ['/é', 'https://example.com/É', false],
    ['/a?x=é', 'https://example.com/a?x=É', true],
    ['/a?x=k', 'https://example.com/a?x=\u212a', false],
    ['/a?x=a*b', 'https://example.com/a?x=a%0Ab', false],
    ['/a.b', 'https://example.com/aXb', false],
    ['/a+b(c)', 'https://example.com/a+b(c)', true],
    ['*', 'https://example.com/any/thing?at=all#h', true],
    ['', 'https://x.com/foo', false],
    ['', 'https://x.com/', true],
    ['/', 'https://x.com/', true],
    ['example.com:8080/a', 'http://example.com:8080/a', true],
    ['example.com:8080/a', 'http://example.com/a', false],
    ['localhost:3000/a', 'http://localhost:3000/a', false],
    ['/a*c*e', 'https://x.com/abcde', true],
    ['/a*c*e', 'https://x.com/abcd', false],
    ['/ab*ba', 'https://x.com/aba', false],
    ['/a/*/b', 'https://x.com/a//b', true],
    ['/a', 'https://user:secret@x.com/a', true],
  ])('%j for %j: %p', (pattern, url, match) => {
    expect(urlMatches(url, [simple(pattern)])).toBe(match)
    expect(isURLTargeted(url, [{ type: 'simple', pattern, include: true }])).toBe(match)
  })
})

describe('a regular expression', () => {
  test.each<[pattern: string, url: string, match: boolean]>([
    ['^https://x\\.com/a$', 'https://x.com/a', true],
    ['^/a$', 'https://x.com/a', true],
    ['^/a$', '/a', true],
    ['^/a\\?b=1#c$', 'https://x.com/a?b=1#c', true],
    ['/A', 'https://x.com/a', false],
    ['^x', 'https://x.com/a', false],
    ['^https://x.com/$', 'HTTPS://X.COM', true],
    ['\\/a', 'https://x.com/a', true],
    ['(', 'https://x.com/(', false],
  ])('%j for %j: %p', (pattern, url, match) =>
    expect(urlMatches(url, [regex(pattern)])).toBe(match),
  )
})

describe('several patterns', () => {
  test.each<[what: string, patterns: JsonValue, url: string, match: boolean]>([
    ['none match nothing', [], 'https://x.com/a', false],
    ['one of several is enough', [simple('/b'), simple('/a')], 'https://x.com/a', true],
    [
      'an exclusion wins over an earlier inclusion',
      [simple('/a*'), simple('/ab', false)],
      'https://x.com/ab',
      false,
    ],
    [
      'an exclusion wins over a later inclusion',
      [simple('/ab', false), simple('/a*')],
      'https://x.com/ab',
      false,
    ],
    [
      'an exclusion that does not match leaves the inclusion',
      [simple('/ab', false), simple('/a*')],
      'https://x.com/ac',
      true,
    ],
    [
      'an exclusion that does not match is no inclusion',
      [simple('/ab', false), simple('/a')],
      'https://x.com/c',
      false,
    ],
    [
      'only exclusions include everything else',
      [simple('/a', false), regex('b', false)],
      'https://x.com/c',
      true,
    ],
    [
      'only exclusions exclude what they match',
      [simple('/a', false), regex('b', false)],
      'https://x.com/b',
      false,
    ],
    [
      'without include it is an inclusion',
      [{ type: 'simple', pattern: '/a' }],
      'https://x.com/a',
      true,
    ],
    [
      'include: null is an inclusion',
      [{ type: 'simple', pattern: '/a', include: null }],
      'https://x.com/b',
      false,
    ],
    ['what is no URL matches no inclusion', [simple('*')], 'https://', false],
    ['what is no URL matches no exclusion', [simple('*', false)], 'https://', true],
    ['an unknown type matches nothing', [{ type: 'glob', pattern: '*' }], 'https://x.com/', false],
    [
      'an unknown type excludes nothing',
      [{ type: 'glob', pattern: '*', include: false }],
      'https://x.com/',
      true,
    ],
  ])('%s', (_, patterns, url, match) => expect(urlMatches(url, patterns)).toBe(match))

  test.each<[patterns: JsonValue, path: (string | number)[], message: RegExp]>([
    ['/a', [], /urlPatterns is text; write a list/],
    [[null], [0], /a URL pattern is nothing; write a mapping/],
    [['/a'], [0], /write a mapping/],
    [[simple('/a'), { type: 'simple' }], [1], /text for its pattern/],
    [[{ type: 'glob', pattern: '/a' }], [0], /type that is not known; write simple or regex/],
    [[simple('http://[')], [0], /is no URL/],
    [[regex('(')], [0], /no regular expression/],
    [[regex('a(?=b)')], [0], /linear time/],
  ])('%j are reported at %j', (patterns, path, message) => {
    const problems: EntryProblem[] = []
    const matches = compileUrlPatterns(patterns, {
      ...context,
      report: (problem) => problems.push(problem),
    })
    expect(problems).toEqual([
      expect.objectContaining({ code: 'bad-type', path, message: expect.stringMatching(message) }),
    ])
    expect(matches('https://nowhere.example/')).toBe(false)
  })
})

describe('beside the reference', () => {
  const piece = fc.constantFrom(
    'a',
    'B',
    '*',
    '/',
    '.',
    '?',
    '=',
    '&',
    '#',
    ':',
    '_____',
    '____',
    'x=1',
    'x=*',
    'example.com',
    'https://',
    '%0A',
    '%2F',
    'é',
    '+',
    '(',
    '$',
    '-',
    '//',
    '8080',
  )
  const joined = fc.array(piece, { maxLength: 7 }).map((pieces) => pieces.join(''))
  const url = fc.oneof(
    joined,
    joined.map((rest) => `https://example.com/${rest}`),
    joined.map((rest) => `/${rest}`),
  )
  const target: fc.Arbitrary<UrlTarget> = fc.record({
    type: fc.constant('simple' as const),
    pattern: fc.oneof(joined, url),
    include: fc.boolean(),
  })

  test('random patterns match the same URLs', () => {
    fc.assert(
      fc.property(
        fc.array(target, { maxLength: 3 }),
        fc.array(url, { minLength: 1, maxLength: 3 }),
        (targets, urls) => {
          const patterns = targets.map(({ type, pattern, include }): JsonValue => ({
            type,
            pattern,
            include,
          }))
          expect(urls.map((each) => urlMatches(each, patterns))).toEqual(
            urls.map((each) => isURLTargeted(each, targets)),
          )
        },
      ),
      { numRuns },
    )
  }, 600_000)
})

test('many wildcards on a long URL do not take long', () => {
  expect(urlMatches(`/${'a'.repeat(20_000)}`, [simple(`/${'*a'.repeat(200)}*b`)])).toBe(false)
})

describe('mergeQueryStrings', () => {
  test.each<[current: string, destination: string, merged: string]>([
    ['https://x.com/?a=1&b=2', 'https://y.com/p', 'https://y.com/p?a=1&b=2'],
    ['https://x.com/?a=1&b=2', 'https://y.com/p?b=3', 'https://y.com/p?b=3&a=1'],
    ['https://x.com/?a=1&a=2', 'https://y.com/p', 'https://y.com/p?a=1'],
    ['https://x.com/?a=1#h', 'https://y.com/p#k', 'https://y.com/p?a=1#k'],
    ['https://x.com/?a=é b', 'https://y.com', 'https://y.com/?a=%C3%A9+b'],
    ['https://x.com/', 'https://Y.com/p', 'https://y.com/p'],
    ['/a?b=1', 'https://y.com/p', 'https://y.com/p'],
    ['https://x.com/?a=1', '/p', '/p'],
    ['', 'https://Y.com', 'https://Y.com'],
  ])('from %j to %j is %j', (current, destination, merged) =>
    expect(mergeQueryStrings(current, destination)).toBe(merged),
  )
})
