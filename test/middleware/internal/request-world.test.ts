import { type Account, memory, openFeatures, worldOf } from '../../../src/index'
import { type Answers, requestWorld, type RequestReader } from '../../../src/middleware/internal/request-world'

interface Req {
  readonly url: string
  readonly cookies?: string
  readonly hostname?: string
}

const read: RequestReader<Req> = { url: (req) => req.url, cookies: (req) => req.cookies, hostname: (req) => req.hostname }
const req: Req = { url: '/?feature=a', cookies: 'loid=abc', hostname: 'beta.example.com' }
const worldFor = (answers: Answers<Req>) => requestWorld(req, answers, read)
const gary: Account = { id: 't2_beef', name: 'gary' }

describe('without answers from the application', () => {
  const world = worldFor({})

  test('what any request tells is known, and nothing else', () => {
    expect({ loid: world.loid(), urlFeatures: world.urlFeatures() }).toEqual({ loid: 'abc', urlFeatures: ['a'] })
    expect([world.user(), world.subreddit(), world.oauthClient(), world.page(), world.attribute('country')]).toEqual(Array(5).fill(undefined))
  })

  test('nobody is signed in, and nobody has a role', () => {
    expect([world.isLoggedIn(), world.isAdmin(), world.isEmployee(), world.hasGold(), world.hasBeta()]).toEqual(Array(5).fill(false))
  })

  test('there is no subdomain, because nobody has said which domain is the site', () => {
    expect(world.subdomain()).toBeUndefined()
    expect(worldFor({ domain: 'example.com' }).subdomain()).toBe('beta')
  })

  test('roles are read from the account, as worldOf reads them', () => {
    const world = worldFor({ user: () => ({ ...gary, gold: true }) })
    expect([world.hasGold(world.user()), world.isAdmin(world.user())]).toEqual([true, false])
  })
})

describe('an answer of the application', () => {
  test('is used instead of the default', () => {
    const world = worldFor({ loid: () => 'mine', subdomain: () => 'www', urlFeatures: () => new Set(['b']), domain: 'example.com' })
    expect([world.loid(), world.subdomain(), world.urlFeatures()]).toEqual(['mine', 'www', ['b']])
  })

  test('may be null for unknown', () => {
    const none = () => null
    const world = worldFor({ user: none, subreddit: none, subdomain: none, oauthClient: none, loid: none, page: none, domain: 'example.com' })
    const all = [world.user(), world.subreddit(), world.subdomain(), world.oauthClient(), world.loid(), world.page()]
    expect(all).toEqual(Array(6).fill(undefined))
  })

  test('is given once, however often the question comes', () => {
    const user = jest.fn(() => gary)
    const isAdmin = jest.fn(() => true)
    const country = jest.fn(() => undefined)
    const world = worldFor({ user, isAdmin, attributes: { country } })
    for (let i = 0; i < 3; i++) expect([world.isLoggedIn(), world.isAdmin(world.user()), world.attribute('country')]).toEqual([true, true, undefined])
    expect([user, isAdmin, country].map((answer) => answer.mock.calls.length)).toEqual([1, 1, 1])
  })

  test('is given once also when it throws', () => {
    const subreddit = jest.fn(() => {
      throw new Error('no such place')
    })
    const world = worldFor({ subreddit })
    for (let i = 0; i < 3; i++) expect(() => world.subreddit()).toThrow('no such place')
    expect(subreddit).toHaveBeenCalledTimes(1)
  })

  test('about a role is given for each account anew, and about nobody not at all', () => {
    const hasGold = jest.fn((user: Account) => user === gary)
    const world = worldFor({ hasGold })
    expect([world.hasGold(gary), world.hasGold({ id: 't2_other' }), world.hasGold()]).toEqual([true, false, false])
    expect(hasGold).toHaveBeenCalledTimes(2)
    expect(hasGold).toHaveBeenCalledWith(gary, req)
  })

  test('may come from a method that needs its object', () => {
    class Site {
      private readonly name = 'wtf'
      subreddit(): string {
        return this.name
      }
    }
    expect(worldFor(new Site()).subreddit()).toBe('wtf')
  })
})

describe('attributes', () => {
  test('are answered by a function of their name', () => {
    const world = worldFor({ attributes: { country: () => 'KZ', path: ({ url }) => url } })
    expect([world.attribute('country'), world.attribute('path'), world.attribute('age')]).toEqual(['KZ', '/?feature=a', undefined])
  })

  test('are never what every object has', () => {
    const world = worldFor({ attributes: {} })
    expect([world.attribute('constructor'), world.attribute('__proto__')]).toEqual([undefined, undefined])
  })

  test('may all be answered by one function', () => {
    const world = worldFor({ attributes: (name, { url }) => `${name} at ${url}` })
    expect(world.attribute('country')).toBe('country at /?feature=a')
  })
})

test('overrides and explain ask the application nothing a second time', async () => {
  const user = jest.fn(() => gary)
  const hasGold = jest.fn(() => false)
  const features = await openFeatures({ source: memory('feature_x: { gold: true, users: [gary], subreddits: [wtf] }') })
  const request = features.for(worldFor({ user, hasGold }))
  const answers = [request.isEnabled('x'), request.isEnabled('x', { subreddit: 'wtf' }), request.explain('x').decision.enabled]
  expect(answers).toEqual([true, true, true])
  expect([user, hasGold].map((answer) => answer.mock.calls.length)).toEqual([1, 1])
  await features.close()
})

test('a World from the same facts decides the same', async () => {
  const features = await openFeatures({ source: memory('feature_x: { users: [gary], subdomains: [beta] }\nfeature_y: { url: a }') })
  const facts = worldOf({ user: { id: 't2_beef', name: 'gary' }, subdomain: 'beta', urlFeatures: ['a'], loid: 'abc' })
  const world = worldFor({ user: () => gary, domain: 'example.com' })
  for (const name of ['x', 'y']) expect(features.for(world).decide(name)).toEqual(features.for(facts).decide(name))
  await features.close()
})
