import { type Facts, worldOf } from '../../src/index'
import { INHERITED } from '../support/arbitraries'
import {
  closeEngines,
  decisionOn,
  entryText,
  problemsOf,
  messagesOf,
  openEngine,
} from '../support/engine'

afterEach(closeEngines)

/** Each list, and the visitor whose answer is this name. */
const LISTS: [string, (name: string) => Facts][] = [
  ['users', (name) => ({ user: { id: 't2_1', name } })],
  ['subreddits', (name) => ({ subreddit: name })],
  ['subdomains', (name) => ({ subdomain: name })],
  ['oauth_clients', (name) => ({ oauthClient: name })],
]
const FOLDED = LISTS.filter(([key]) => key !== 'oauth_clients')

describe.each(['liveflag', 'r2'] as const)('in the semantics of %s', (compat) => {
  const isIn = async (key: string, names: readonly string[], facts: Facts): Promise<boolean> =>
    (await decisionOn(`{${key}: ${JSON.stringify(names)}}`, facts, { compat })).enabled

  describe.each(LISTS)('%s', (key, named) => {
    test('lets in whom it names, and nobody else', async () => {
      expect(await decisionOn(`{${key}: [gary, wendy]}`, named('wendy'), { compat })).toEqual({
        feature: 'x',
        enabled: true,
        reason: 'TARGETING_MATCH',
        selector: key,
        generation: 1,
      })
      expect(await decisionOn(`{${key}: [gary, wendy]}`, named('spez'), { compat })).toMatchObject({
        enabled: false,
        reason: 'DEFAULT',
      })
    })

    test.each<[readonly string[], string, boolean]>([
      [['gary'], 'gar', false],
      [['gary'], 'garyy', false],
      [['gary '], 'gary', false],
      [['gary'], ' gary', false],
      [[' reddit.com'], ' reddit.com', true],
      [['ga*'], 'gary', false],
      [['1984'], '1984', true],
      [['é'], 'é', true],
      [['e\u0301'], 'é', false],
      [[], 'gary', false],
    ])('compares names whole: %j and %j match: %p', async (names, name, expected) => {
      expect(await isIn(key, names, named(name))).toBe(expected)
    })

    test('knows nobody without a name, not even by a listed empty text', async () => {
      expect(await isIn(key, ['', 'undefined', 'null'], {})).toBe(false)
      expect(await isIn(key, [''], named(''))).toBe(false)
    })

    test.each(INHERITED)('takes %s for a name like any other', async (name) => {
      expect(await isIn(key, ['gary'], named(name))).toBe(false)
      expect(await isIn(key, [name], named(name))).toBe(true)
    })

    test('that is empty lets nobody in, and is no problem', () => {
      expect(problemsOf(`{${key}: []}`, compat)).toEqual([])
    })

    test.each(['gary', 'null', '5', 'true', '{gary: 1}', '""'])(
      'that is %s and no list is refused, at its place',
      (value) => {
        expect(problemsOf(`\n  gold: true\n  ${key}: ${value}`, compat)).toEqual([
          { code: 'bad-type', severity: 'error', at: `3:${key.length + 5}`, path: key },
        ])
      },
    )

    test.each([
      ['5', 0],
      ['gary, 5', 1],
      ['gary, wendy, null', 2],
      ['gary, [wendy]', 1],
      ['true, gary', 0],
      ['gary, {a: 1}', 1],
      ['1, 2', 0],
    ])('with [%s] is refused at the first name that is no text', (items, odd) => {
      const column =
        `  ${key}: [`.length +
        1 +
        items.split(', ').slice(0, odd).join(', ').length +
        (odd > 0 ? 2 : 0)
      expect(problemsOf(`\n  ${key}: [${items}]`, compat)).toEqual([
        { code: 'bad-type', severity: 'error', at: `2:${column}`, path: `${key}.${odd}` },
      ])
    })
  })

  test.each(FOLDED)('case does not matter to %s', async (key, named) => {
    expect(await isIn(key, ['GaRy', 'ÉCOLE'], named('gArY'))).toBe(true)
    expect(await isIn(key, ['GaRy', 'ÉCOLE'], named('école'))).toBe(true)
    expect(await isIn(key, ['\u212aelvin'], named('kelvin'))).toBe(true)
  })

  test('case matters to oauth_clients', async () => {
    expect(await isIn('oauth_clients', ['xyzABC123'], { oauthClient: 'xyzABC123' })).toBe(true)
    expect(await isIn('oauth_clients', ['xyzABC123'], { oauthClient: 'xyzabc123' })).toBe(false)
  })

  test('users are known by their name, not by their id', async () => {
    expect(await isIn('users', ['t2_beef'], { user: { id: 't2_beef', name: 'gary' } })).toBe(false)
    expect(await isIn('users', ['gary'], { user: { name: 'gary' } })).toBe(true)
  })

  test('subreddits can be said by the caller where there is no request', async () => {
    const { features } = await openEngine(entryText('{subreddits: [wtf]}'), { compat })
    expect(features.isEnabled('x', { subreddit: 'WTF' })).toBe(true)
  })
})

test('ten thousand names are a list like any other', async () => {
  const names = Array.from({ length: 10_000 }, (_, i) => `user${i}`)
  const { features } = await openEngine(entryText(`{users: [${names.join(', ')}]}`))
  const isIn = (name: string): boolean => features.for(worldOf({ user: { name } })).isEnabled('x')
  expect([isIn('user0'), isIn('USER9999'), isIn('user10000')]).toEqual([true, true, false])
})

test('a name that YAML takes for a number is pointed out, with its position and what to do', () => {
  expect(messagesOf('{users: [gary, 1984]}')).toEqual([
    'users has a number (1984) at position 2; every name must be text, in quotes if need be',
  ])
})

test('a text in the place of a list is answered with the list to write', () => {
  expect(messagesOf('{users: "gary, wendy"}')).toEqual([
    'users is text ("gary, wendy"); write a list of names, such as [gary, wendy]',
  ])
})
