import { type Facts, type World, worldOf } from '../../src/index'
import { INHERITED } from '../support/arbitraries'

const gary = { id: 't2_beef', name: 'gary', admin: true, employee: false, gold: true }

test('a World without facts knows nothing, and says so in one way only', () => {
  const world = worldOf()
  const {
    user,
    isLoggedIn,
    isAdmin,
    isEmployee,
    hasGold,
    hasBeta,
    subreddit,
    subdomain,
    oauthClient,
    loid,
    urlFeatures,
    page,
  } = world
  const answers = [
    user(),
    subreddit(),
    subdomain(),
    oauthClient(),
    loid(),
    page(),
    world.attribute('country'),
  ]
  expect(answers).toEqual(answers.map(() => undefined))
  expect([isLoggedIn(), isAdmin(), isEmployee(), hasGold(), hasBeta()]).toEqual([
    false,
    false,
    false,
    false,
    false,
  ])
  expect([...urlFeatures()]).toEqual([])
})

test.each<[string, Facts]>([
  [
    'null',
    {
      user: null,
      subreddit: null,
      subdomain: null,
      oauthClient: null,
      loid: null,
      urlFeatures: null,
      attributes: null,
      page: null,
    },
  ],
  [
    'undefined',
    {
      user: undefined,
      subreddit: undefined,
      subdomain: undefined,
      oauthClient: undefined,
      loid: undefined,
      urlFeatures: undefined,
      attributes: undefined,
      page: undefined,
    },
  ],
])('a fact that is %s is as good as missing', (_, facts) => {
  const [empty, given] = [worldOf(), worldOf(facts)]
  const ask = (world: World): unknown[] => [
    world.user(),
    world.isLoggedIn(),
    world.subreddit(),
    world.subdomain(),
    world.oauthClient(),
    world.loid(),
    [...world.urlFeatures()],
    world.page(),
    world.attribute('a'),
  ]
  expect(ask(given)).toEqual(ask(empty))
})

test('each fact answers its question', () => {
  const facts = {
    user: gary,
    subreddit: 'wtf',
    subdomain: 'beta',
    oauthClient: 'xyz',
    loid: 'abc',
    urlFeatures: ['a', 'a', 'b'],
    page: { id: 't3_abc', type: 'link' },
    attributes: { country: 'KZ', age: 21 },
  }
  const world = worldOf(facts)
  expect([
    world.user(),
    world.subreddit(),
    world.subdomain(),
    world.oauthClient(),
    world.loid(),
    world.page(),
  ]).toEqual([gary, 'wtf', 'beta', 'xyz', 'abc', facts.page])
  expect([...world.urlFeatures()]).toEqual(['a', 'a', 'b'])
  expect([world.attribute('country'), world.attribute('age'), world.attribute('city')]).toEqual([
    'KZ',
    21,
    undefined,
  ])
})

test('an empty text stays an empty text', () => {
  expect([worldOf({ subreddit: '' }).subreddit(), worldOf({ loid: '' }).loid()]).toEqual(['', ''])
})

test.each(INHERITED)('%s is no attribute unless it was given', (name) => {
  expect(worldOf({ attributes: {} }).attribute(name)).toBeUndefined()
  expect(
    worldOf({ attributes: JSON.parse(`{"${name}": 5}`) as Record<string, number> }).attribute(name),
  ).toBe(5)
})

describe('roles', () => {
  test('are those of the user who is asked about', () => {
    const world = worldOf({ user: gary })
    const roles = (user: object): boolean[] => [
      world.isAdmin(user),
      world.isEmployee(user),
      world.hasGold(user),
      world.hasBeta(user),
    ]
    expect(roles(gary)).toEqual([true, false, true, false])
    expect(roles({ id: 't2_other', beta: true })).toEqual([false, false, false, true])
  })

  test("are nobody's without a user", () => {
    const world = worldOf({ user: gary })
    expect([world.isAdmin(), world.isEmployee(), world.hasGold(), world.hasBeta()]).toEqual([
      false,
      false,
      false,
      false,
    ])
  })

  test.each([1, 'yes', {}, [], null])('are true only when true, not when %j', (value) => {
    const user = { admin: value } as object
    expect(worldOf({ user }).isAdmin(user)).toBe(false)
  })

  test('are not derived from each other', () => {
    const user = { id: 't2_1', admin: true }
    expect([worldOf({ user }).isAdmin(user), worldOf({ user }).isEmployee(user)]).toEqual([
      true,
      false,
    ])
  })
})

describe('signed in', () => {
  test('is a World with a user, whoever is asked about', () => {
    expect([
      worldOf({ user: gary }).isLoggedIn(),
      worldOf({ user: gary }).isLoggedIn({ id: 't2_x' }),
    ]).toEqual([true, true])
  })

  test('is a World without a user when it is asked about somebody', () => {
    expect([
      worldOf().isLoggedIn(),
      worldOf().isLoggedIn({ id: 't2_x' }),
      worldOf({ user: null }).isLoggedIn(),
    ]).toEqual([false, true, false])
  })

  test('is a user of whom nothing else is known', () => {
    expect(worldOf({ user: {} }).isLoggedIn({})).toBe(true)
  })
})
