import { Asker, type AskerOptions } from '../../src/core/asker'
import { type Facts, type World, worldOf } from '../../src/index'
import { countingWorld, worldWith } from '../support/counting-world'

const facts: Facts = {
  user: { id: 't2_beef', name: 'Gary', admin: true, gold: true },
  subreddit: 'WTF',
  subdomain: 'Beta',
  oauthClient: 'xyzABC',
  loid: 'abcZ',
  urlFeatures: ['B', 'a', 'B'],
  page: { id: 't3_abc', type: 'link' },
}

const askerOf = (world: World, options: Partial<AskerOptions> = {}): Asker =>
  new Asker(world, { forceByUrl: true, ...options })

/** Every question, and what it comes to. */
const askAll = (asker: Asker): Record<string, unknown> => ({
  user: asker.user(),
  isLoggedIn: asker.isLoggedIn(),
  isAdmin: asker.isAdmin(),
  isEmployee: asker.isEmployee(),
  hasBeta: asker.hasBeta(),
  hasGold: asker.hasGold(),
  userId: asker.userId(),
  userName: asker.userName(),
  subreddit: asker.subreddit(),
  subdomain: asker.subdomain(),
  oauthClient: asker.oauthClient(),
  loid: asker.loid(),
  urlFeatures: asker.urlFeatures(),
  page: asker.page(),
})

const NOTHING = {
  user: null,
  isLoggedIn: false,
  isAdmin: false,
  isEmployee: false,
  hasBeta: false,
  hasGold: false,
  userId: null,
  userName: null,
  subreddit: null,
  subdomain: null,
  oauthClient: null,
  loid: null,
  urlFeatures: [],
  page: null,
}

const ONCE = {
  user: 1,
  isLoggedIn: 1,
  isAdmin: 1,
  isEmployee: 1,
  hasBeta: 1,
  hasGold: 1,
  subreddit: 1,
  subdomain: 1,
  oauthClient: 1,
  loid: 1,
  urlFeatures: 1,
  page: 1,
}

test('names that are compared without regard to case are folded; ids, clients and URL features are not', () => {
  expect(askAll(askerOf(worldOf(facts)))).toEqual({
    user: facts.user,
    isLoggedIn: true,
    isAdmin: true,
    isEmployee: false,
    hasBeta: false,
    hasGold: true,
    userId: 't2_beef',
    userName: 'gary',
    subreddit: 'wtf',
    subdomain: 'beta',
    oauthClient: 'xyzABC',
    loid: 'abcZ',
    urlFeatures: ['B', 'a', 'B'],
    page: facts.page,
  })
})

test('a World that knows nothing leaves nothing', () => {
  expect(askAll(askerOf(worldOf()))).toEqual(NOTHING)
})

describe('a question', () => {
  test('is put to the World when it is needed, and not before', () => {
    const world = countingWorld(facts)
    const asker = askerOf(world)
    expect(world.asked).toEqual({})
    asker.subreddit()
    expect(world.asked).toEqual({ subreddit: 1 })
  })

  test.each<[string, Facts]>([
    ['has an answer', facts],
    ['has none', {}],
    [
      'is answered by empty texts',
      { user: {}, subreddit: '', subdomain: '', oauthClient: '', loid: '' },
    ],
  ])('that %s is put once, however often it comes up', (_, known) => {
    const world = countingWorld(known)
    const asker = askerOf(world)
    const first = askAll(asker)
    expect(askAll(asker)).toEqual(first)
    for (const [question, times] of Object.entries(world.asked))
      expect([question, times]).toEqual([question, 1])
  })

  test('about the user asks for the user once in all', () => {
    const world = countingWorld(facts)
    askAll(askerOf(world))
    expect(world.asked).toEqual(ONCE)
  })

  test('about roles is not put at all when there is no user', () => {
    const world = countingWorld()
    askAll(askerOf(world))
    expect(
      Object.keys(world.asked).filter((question) => /^(is(Admin|Employee)|has)/.test(question)),
    ).toEqual([])
  })

  test('is put again after forgetting, which explaining does', () => {
    const world = countingWorld(facts)
    const asker = askerOf(world)
    askAll(asker)
    asker.forget()
    expect(askAll(asker)).toEqual(askAll(askerOf(worldOf(facts))))
    expect(world.asked).toEqual(
      Object.fromEntries(Object.keys(ONCE).map((question) => [question, 2])),
    )
  })
})

describe('what is remembered', () => {
  test('is a World that answers as the World itself, and asks it nothing twice', () => {
    const world = countingWorld(facts)
    const asker = askerOf(world)
    for (const { remembered } of [asker, asker]) {
      expect({
        user: remembered.user(),
        isLoggedIn: remembered.isLoggedIn(remembered.user()),
        isAdmin: remembered.isAdmin(remembered.user()),
        isEmployee: remembered.isEmployee(remembered.user()),
        hasBeta: remembered.hasBeta(remembered.user()),
        hasGold: remembered.hasGold(remembered.user()),
        subreddit: remembered.subreddit(),
        subdomain: remembered.subdomain(),
        oauthClient: remembered.oauthClient(),
        loid: remembered.loid(),
        urlFeatures: remembered.urlFeatures(),
        page: remembered.page(),
        country: remembered.attribute('country'),
      }).toEqual({
        ...facts,
        isLoggedIn: true,
        isAdmin: true,
        isEmployee: false,
        hasBeta: false,
        hasGold: true,
        country: undefined,
      })
    }
    askAll(asker)
    expect(world.asked).toEqual({ ...ONCE, attribute: 1 })
  })

  test('about another account is asked once for each account', () => {
    const hasGold = jest.fn((user?: object) => user === wendy)
    const wendy = { id: 't2_cafe' }
    const { remembered } = askerOf(worldWith({ hasGold }, facts))
    for (const user of [wendy, { id: 't2_other' }, facts.user ?? {}, wendy, facts.user ?? {}])
      expect(remembered.hasGold(user)).toBe(user === wendy)
    expect(hasGold.mock.calls.map(([user]) => user)).toEqual([
      wendy,
      { id: 't2_other' },
      facts.user,
    ])
    expect(hasGold.mock.calls[0]?.[0]).toBe(wendy)
  })

  test('of what was thrown is thrown again, without asking anew', () => {
    const boom = jest.fn((): never => {
      throw new Error('no answer')
    })
    const { remembered } = askerOf(
      worldWith({ subreddit: boom, attribute: boom, isAdmin: boom }, facts),
    )
    const wendy = { id: 't2_cafe' }
    const questions = [
      () => remembered.subreddit(),
      () => remembered.attribute('age'),
      () => remembered.isAdmin(facts.user ?? {}),
      () => remembered.isAdmin(wendy),
    ]
    for (const question of [...questions, ...questions]) expect(question).toThrow('no answer')
    expect(boom).toHaveBeenCalledTimes(4)
  })

  test('about nobody is the World’s own answer, although the visitor is somebody', () => {
    const { remembered } = askerOf(worldOf(facts))
    expect([remembered.isLoggedIn(undefined), remembered.isAdmin(undefined)]).toEqual([true, false])
  })
})

describe('signed out', () => {
  test('is whoever is not signed in', () => {
    expect([askerOf(worldOf(facts)).isLoggedOut(), askerOf(worldOf()).isLoggedOut()]).toEqual([
      false,
      true,
    ])
  })

  test.each(['user', 'isLoggedIn'])(
    'is nobody of whom the World cannot say, throwing when asked for %s',
    (question) => {
      const asker = askerOf(
        worldWith({
          [question]: () => {
            throw new Error('boom')
          },
        }),
      )
      expect([asker.isLoggedIn(), asker.isLoggedOut()]).toEqual([false, false])
    },
  )

  test('is known again after forgetting', () => {
    let broken = true
    const asker = askerOf(
      worldWith({
        user: () => {
          if (broken) throw new Error('boom')
        },
      }),
    )
    expect(asker.isLoggedOut()).toBe(false)
    broken = false
    asker.forget()
    expect(asker.isLoggedOut()).toBe(true)
  })
})

test('attributes are asked as they come up', () => {
  expect(askerOf(worldOf({ attributes: { country: 'KZ' } })).attribute('country')).toBe('KZ')
})

test('nothing is asked about the URL when forcing by URL is switched off', () => {
  const world = countingWorld(facts)
  expect(askerOf(world, { forceByUrl: false }).urlFeatures()).toEqual([])
  expect(world.asked).toEqual({})
})

test.each<[unknown, string | null]>([
  ['t2_beef', 't2_beef'],
  [5, '5'],
  [0, '0'],
  [1.5, '1.5'],
  ['', null],
  [null, null],
  [undefined, null],
  [true, null],
  [{}, null],
  [[], null],
  [['t2_beef'], null],
  [Symbol('s'), null],
  [() => 'id', null],
])('an id that is %p is bucketed as %p', (id, expected) => {
  const world = worldWith({
    user: () => ({ id, name: id }),
    loid: () => id,
    oauthClient: () => id,
    subreddit: () => id,
    subdomain: () => id,
  })
  const asker = askerOf(world)
  expect([
    asker.userId(),
    asker.userName(),
    asker.loid(),
    asker.oauthClient(),
    asker.subreddit(),
    asker.subdomain(),
  ]).toEqual(new Array(6).fill(expected))
})

describe('a World that misbehaves', () => {
  const boom = (): never => {
    throw new Error('boom')
  }
  const throwing = worldWith(
    Object.fromEntries(Object.keys(worldOf()).map((question) => [question, boom])),
  )

  test('by throwing leaves the question unanswered, reports which one, and is not asked again', () => {
    const told: unknown[] = []
    const asker = askerOf(throwing, {
      onThrow: (question, error) => told.push([question, String(error)]),
    })
    expect(askAll(asker)).toEqual(NOTHING)
    expect(askAll(asker)).toEqual(NOTHING)
    expect(told).toEqual(
      [
        'user',
        'isLoggedIn',
        'subreddit',
        'subdomain',
        'oauthClient',
        'loid',
        'urlFeatures',
        'page',
      ].map((question) => [question, 'Error: boom']),
    )
  })

  test('by throwing when asked about roles gives no role', () => {
    const asker = askerOf(
      worldWith({ isAdmin: boom, isEmployee: boom, hasGold: boom, hasBeta: boom }, facts),
    )
    expect([asker.isAdmin(), asker.isEmployee(), asker.hasGold(), asker.hasBeta()]).toEqual([
      false,
      false,
      false,
      false,
    ])
  })

  test('by lacking methods answers nothing', () => {
    expect(askAll(askerOf({} as World))).toEqual(NOTHING)
    expect(askAll(askerOf(undefined as unknown as World))).toEqual(NOTHING)
  })

  test.each([undefined, null, 5, {}])('by answering %p for the URL features has none', (value) => {
    expect(askerOf(worldWith({ urlFeatures: () => value })).urlFeatures()).toEqual([])
  })

  test('by giving the URL features as another iterable is understood', () => {
    expect(askerOf(worldWith({ urlFeatures: () => new Set(['a', 'b']) })).urlFeatures()).toEqual([
      'a',
      'b',
    ])
  })

  test.each([1, 'yes', {}, null, undefined])(
    'by answering %p instead of true or false says false',
    (value) => {
      const answer = (): unknown => value
      const asker = askerOf(
        worldWith({ isLoggedIn: answer, isAdmin: answer, hasGold: answer }, facts),
      )
      expect([asker.isLoggedIn(), asker.isAdmin(), asker.hasGold()]).toEqual([false, false, false])
    },
  )

  test('by handing over an account whose members throw leaves those unanswered', () => {
    const account = {
      get id(): string {
        return boom()
      },
      get name(): string {
        return boom()
      },
    }
    const asker = askerOf(worldWith({ user: () => account }))
    expect([asker.userId(), asker.userName()]).toEqual([null, null])
  })
})
