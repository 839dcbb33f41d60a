/**
 * Redirects as docs/spec/growthbook.md, section 12, has them: the published cases, and what those
 * leave open.
 */
import type { JsonObject, JsonValue } from '../../src/core/json'
import type { GrowthBookContext } from '../../src/growthbook/context'
import { redirectFor, type RedirectOptions } from '../../src/growthbook/redirect'
import { stickyAttributesOf } from '../../src/rules/sticky-attributes'
import { loadSticky } from '../../src/sticky/load'
import { memoryStickyService } from '../../src/sticky/memory'
import { casesOf, faultsIn, hasCases } from '../support/growthbook-cases'

type Case = readonly [name: string, context: GrowthBookContext, expected: readonly unknown[]]

const redirectOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'urlRedirect' in value
    ? value.urlRedirect
    : undefined

;(hasCases ? test : test.skip)('every published redirect', () => {
  expect(casesOf('urlRedirect').length).toBeGreaterThan(0)
  const answer = ([, context]: Case): unknown => {
    const { url, views } = redirectFor(context)
    return views.map(({ experimentResult }) => ({
      inExperiment: experimentResult?.inExperiment,
      urlRedirect: redirectOf(experimentResult?.value),
      urlWithParams: url ?? '',
    }))
  }
  expect(faultsIn<Case>('urlRedirect', answer, ([, , expected]) => expected)).toEqual([])
})

const HERE = 'https://shop.test/home?ref=mail&x=1'
const onHome = [{ type: 'simple', include: true, pattern: '/home' }]
const redirect = (key: string, to: JsonValue, also: JsonObject = {}): JsonObject => ({
  key,
  urlPatterns: onHome,
  weights: [0, 1],
  variations: [{}, { urlRedirect: to }],
  ...also,
})
const visual = (key: string, also: JsonObject = {}): JsonObject => ({
  key,
  weights: [0, 1],
  variations: [{}, { css: 'a{}' }],
  ...also,
})

function sent(
  experiments: readonly JsonValue[],
  options: RedirectOptions = {},
  also: GrowthBookContext = {},
) {
  const { url, views } = redirectFor(
    { attributes: { id: 'u1' }, url: HERE, experiments, ...also },
    options,
  )
  return [url, views.map(({ experiment }) => experiment?.['key'])]
}

test.each<[string, readonly JsonValue[], unknown]>([
  [
    'the first redirect that takes the visitor ends it',
    [redirect('a', 'https://shop.test/a'), redirect('b', 'https://shop.test/b')],
    ['https://shop.test/a', ['a']],
  ],
  [
    'also when their variation redirects nowhere',
    [
      redirect('a', 'https://shop.test/a', { weights: [1, 0] }),
      redirect('b', 'https://shop.test/b'),
    ],
    [undefined, ['a']],
  ],
  [
    'one that leaves the visitor out does not',
    [redirect('a', 'https://shop.test/a', { coverage: 0 }), redirect('b', 'https://shop.test/b')],
    ['https://shop.test/b', ['b']],
  ],
  [
    'visual experiments before it are seen, those after it are not',
    [visual('v'), redirect('a', 'https://shop.test/a'), visual('w')],
    ['https://shop.test/a', ['v', 'a']],
  ],
  [
    'it never leads onto a page that it runs on',
    [redirect('a', 'https://shop.test/home?again')],
    [undefined, ['a']],
  ],
  [
    'the query is kept when that is asked for',
    [redirect('a', 'https://shop.test/a?x=2', { persistQueryString: true })],
    ['https://shop.test/a?x=2&ref=mail', ['a']],
  ],
  ['a destination that is no absolute URL switches it off', [redirect('a', '/a')], [undefined, []]],
  [
    'without a pattern it is none',
    [redirect('a', 'https://shop.test/a', { urlPatterns: null })],
    [undefined, []],
  ],
  [
    'of an unknown kind it is not run',
    [{ key: 'u', weights: [0, 1], variations: [{}, { html: '' }] }],
    [undefined, []],
  ],
  [
    'rubbish is passed over',
    [null, 5, 'x', [], {}, { key: 'x', variations: 'no' }, redirect('a', 'https://shop.test/a')],
    ['https://shop.test/a', ['a']],
  ],
])('%s', (_, experiments, expected) => {
  expect(sent(experiments)).toEqual(expected)
})

test('what is forced redirects, and is no exposure', () => {
  expect(
    sent(
      [redirect('a', 'https://shop.test/a', { weights: [1, 0] })],
      {},
      { forcedVariations: { a: 1 } },
    ),
  ).toEqual(['https://shop.test/a', []])
})

test('a URL that is none sends nobody anywhere', () => {
  expect(
    sent([redirect('a', 'https://shop.test/a', { urlPatterns: [] })], {}, { url: 'nowhere' }),
  ).toEqual([undefined, []])
  expect(redirectFor({})).toEqual({ views: [] })
})

test.each<[string, RedirectOptions, JsonObject, unknown]>([
  ['a manual experiment waits', {}, { manual: true }, undefined],
  ['until it is triggered', { triggered: ['a'] }, { manual: true }, 'https://other.test/a'],
  ['a blocked change does not run', { blockedChangeIds: ['c1'] }, { changeId: 'c1' }, undefined],
  ['another change does', { blockedChangeIds: ['c1'] }, { changeId: 'c2' }, 'https://other.test/a'],
  ['redirects can be switched off', { redirects: false }, {}, undefined],
  ['and those to other hosts alone', { crossOrigin: false }, {}, undefined],
  [
    'which any variation may be',
    { crossOrigin: false },
    {
      weights: [0, 1, 0],
      variations: [
        {},
        { urlRedirect: 'https://shop.test/a' },
        { urlRedirect: 'http://shop.test/a' },
      ],
    },
    undefined,
  ],
])('%s', (_, options, also, expected) => {
  expect(sent([redirect('a', 'https://other.test/a', also)], options)[0]).toBe(expected)
})

test('visual experiments can be switched off', () => {
  expect(sent([visual('v')], { visual: false })).toEqual([undefined, []])
})

test('an experiment that a prerequisite saw the visitor in is seen, once, also where the redirect itself is not taken', () => {
  const features = {
    parent: { defaultValue: 0, rules: [{ key: 'p', variations: [0, 1], weights: [0, 1] }] },
  }
  const asks = (value: number) => ({ parentConditions: [{ id: 'parent', condition: { value } }] })
  const experiments = [
    redirect('a', 'https://shop.test/a', asks(0)),
    redirect('b', 'https://shop.test/b', asks(1)),
  ]
  expect(sent(experiments, {}, { features })).toEqual(['https://shop.test/b', ['p', 'b']])
})

test('a stored assignment counts, and a new one is kept', async () => {
  const service = memoryStickyService()
  const visit = async (weights: readonly number[]) => {
    const experiments = [
      redirect('a', 'https://shop.test/a', { weights, meta: [{ key: 'stay' }, { key: 'go' }] }),
    ]
    const sticky = await loadSticky(service, { id: 'u1' }, stickyAttributesOf({}, experiments))
    return sent(experiments, { sticky })[0]
  }
  expect([await visit([0, 1]), await visit([1, 0])]).toEqual([
    'https://shop.test/a',
    'https://shop.test/a',
  ])
})
