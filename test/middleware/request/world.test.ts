import { type Account, memory, openFeatures, worldOf } from '../../../src'
import { Asker } from '../../../src/core/asker'
import {
  type Answers,
  loidOf,
  type RequestReader,
  requestWorld,
  subdomainOf,
  urlFeaturesOf,
} from '../../../src/middleware/request/world'

interface Req {
  readonly url: string
  readonly cookies?: string
  readonly hostname?: string
}

const read: RequestReader<Req> = {
  url: (req) => req.url,
  cookies: (req) => req.cookies,
  hostname: (req) => req.hostname,
}
const req: Req = { url: '/?feature=a', cookies: 'loid=abc', hostname: 'beta.example.com' }
const worldFor = (answers: Answers<Req>) => requestWorld(req, answers, read)
/** As a request asks it. */
const askedOnce = (answers: Answers<Req>) =>
  new Asker(worldFor(answers), { forceByUrl: true }).remembered
const gary: Account = { id: 't2_beef', name: 'gary' }

describe('without answers from the application', () => {
  const world = worldFor({})

  test('is read from the request itself, and has nothing else', () => {
    expect({ loid: world.loid(), urlFeatures: world.urlFeatures() }).toEqual({
      loid: 'abc',
      urlFeatures: ['a'],
    })
    expect([
      world.user(),
      world.subreddit(),
      world.oauthClient(),
      world.page(),
      world.attribute('country'),
    ]).toEqual(Array(5).fill(undefined))
  })

  test('nobody is signed in, and nobody has a role', () => {
    expect([
      world.isLoggedIn(),
      world.isAdmin(),
      world.isEmployee(),
      world.hasGold(),
      world.hasBeta(),
    ]).toEqual(Array(5).fill(false))
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
    const world = worldFor({
      loid: () => 'mine',
      subdomain: () => 'www',
      urlFeatures: () => new Set(['b']),
      domain: 'example.com',
    })
    expect([world.loid(), world.subdomain(), [...world.urlFeatures()]]).toEqual([
      'mine',
      'www',
      ['b'],
    ])
  })

  test('may be null for unknown', () => {
    const none = () => null
    const world = worldFor({
      user: none,
      subreddit: none,
      subdomain: none,
      oauthClient: none,
      loid: none,
      page: none,
      domain: 'example.com',
    })
    const all = [
      world.user(),
      world.subreddit(),
      world.subdomain(),
      world.oauthClient(),
      world.loid(),
      world.page(),
    ]
    expect(all).toEqual(Array(6).fill(undefined))
  })

  test('is given once, however often the question comes', () => {
    const user = jest.fn(() => gary)
    const isAdmin = jest.fn(() => true)
    const country = jest.fn(() => undefined)
    const world = askedOnce({ user, isAdmin, attributes: { country } })
    for (let i = 0; i < 3; i++)
      expect([
        world.isLoggedIn(world.user()),
        world.isAdmin(world.user()),
        world.attribute('country'),
      ]).toEqual([true, true, undefined])
    expect([user, isAdmin, country].map((answer) => answer.mock.calls.length)).toEqual([1, 1, 1])
  })

  test('is given once also when it throws', () => {
    const subreddit = jest.fn(() => {
      throw new Error('no such place')
    })
    const world = askedOnce({ subreddit })
    for (let i = 0; i < 3; i++) expect(() => world.subreddit()).toThrow('no such place')
    expect(subreddit).toHaveBeenCalledTimes(1)
  })

  test('about a role is given for each account anew, and about nobody not at all', () => {
    const hasGold = jest.fn((user: Account) => user === gary)
    const world = worldFor({ hasGold })
    expect([world.hasGold(gary), world.hasGold({ id: 't2_other' }), world.hasGold()]).toEqual([
      true,
      false,
      false,
    ])
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
    expect([world.attribute('country'), world.attribute('path'), world.attribute('age')]).toEqual([
      'KZ',
      '/?feature=a',
      undefined,
    ])
  })

  test('are never what every object has', () => {
    const world = worldFor({ attributes: {} })
    expect([world.attribute('constructor'), world.attribute('__proto__')]).toEqual([
      undefined,
      undefined,
    ])
  })

  test('may all be answered by one function', () => {
    const world = worldFor({ attributes: (name, { url }) => `${name} at ${url}` })
    expect(world.attribute('country')).toBe('country at /?feature=a')
  })

  test('may be returned together by a function of the request, which is called once', () => {
    const attributes = jest.fn(({ url }: Req) => ({ country: 'KZ', path: url, none: null }))
    // A mock has no parameters of its own.
    const world = worldFor({ attributes: (request) => attributes(request) })
    const names = ['country', 'path', 'none', 'age', 'constructor', '__proto__']
    expect(names.map((name) => world.attribute(name))).toEqual([
      'KZ',
      '/?feature=a',
      null,
      ...Array(3).fill(undefined),
    ])
    expect(attributes).toHaveBeenCalledTimes(1)
  })

  test.each<[string, NonNullable<Answers<Req>['attributes']>]>([
    ['without parameters', () => ({ country: 'KZ' })],
    [
      'with a parameter that has a default',
      (request = undefined as never) => ({ country: request && 'KZ' }),
    ],
    ['with a parameter that is taken apart', ({ url }) => ({ country: url && 'KZ' })],
    ['of the name alone', (name: string) => ({ country: 'KZ' })[name]],
  ])('a function %s', (_, attributes) => {
    expect(worldFor({ attributes }).attribute('country')).toBe('KZ')
  })

  test.each<[string, NonNullable<Answers<Req>['attributes']>]>([
    ['nothing', () => undefined],
    ['null', () => null],
    ['a text', () => 'KZ'],
  ])('a function of the request that returns %s breaks nothing', (returned, attributes) => {
    expect(worldFor({ attributes }).attribute('country')).toBe(
      returned === 'a text' ? 'KZ' : returned === 'null' ? null : undefined,
    )
  })

  test('a promise is none, and says so', () => {
    const world = worldFor({ attributes: async () => ({ country: 'KZ' }) })
    expect(() => world.attribute('country')).toThrow('it returned a promise')
  })
})

test('overrides and explain ask the application nothing a second time', async () => {
  const user = jest.fn(() => gary)
  const hasGold = jest.fn(() => false)
  const features = await openFeatures({
    source: memory('feature_x: { gold: true, users: [gary], subreddits: [wtf] }'),
  })
  const request = features.for(worldFor({ user, hasGold }))
  const answers = [
    request.isEnabled('x'),
    request.isEnabled('x', { subreddit: 'wtf' }),
    request.explain('x').decision.enabled,
  ]
  expect(answers).toEqual([true, true, true])
  expect([user, hasGold].map((answer) => answer.mock.calls.length)).toEqual([1, 1])
  await features.close()
})

test('a World from the same facts decides the same', async () => {
  const features = await openFeatures({
    source: memory('feature_x: { users: [gary], subdomains: [beta] }\nfeature_y: { url: a }'),
  })
  const facts = worldOf({
    user: { id: 't2_beef', name: 'gary' },
    subdomain: 'beta',
    urlFeatures: ['a'],
    loid: 'abc',
  })
  const world = worldFor({ user: () => gary, domain: 'example.com' })
  for (const name of ['x', 'y'])
    expect(features.for(world).decide(name)).toEqual(features.for(facts).decide(name))
  await features.close()
})

describe('the loid is', () => {
  test.each([
    ['the cookie of that name', 'loid=abcdEFGH12345678zz', 'abcdEFGH12345678zz'],
    ['found among others, whatever the spaces', 'a=1;loid=abc ;  b=2', 'abc'],
    ['cut at its first dot', 'loid=abc.2017-10-01.extra', 'abc'],
    ['decoded before it is cut', 'loid=a%62c%2E2017', 'abc'],
    ['taken as it is written when it cannot be decoded', 'loid=100%', '100%'],
    ['freed from quotes', 'loid="abc"', 'abc'],
    ['the first of several', 'loid=first; loid=second', 'first'],
    ['kept with the equals signs in it', 'loid=ab==', 'ab=='],
    ['missing without a Cookie header', undefined, undefined],
    ['missing when the header is empty', '', undefined],
    ['missing when the cookie is empty', 'loid=', undefined],
    ['missing when nothing is before the dot', 'loid=.2017', undefined],
    ['not a cookie whose name only ends so', 'xloid=abc', undefined],
    ['not a cookie whose name is spelled with another case', 'LOID=abc', undefined],
    ['not another cookie, whose value contains it', 'a="loid=abc"', undefined],
    ['not a name without a value', 'loid', undefined],
  ])('%s', (_, header, loid) => {
    expect(loidOf(header)).toBe(loid)
  })
})

describe('the URL asks for', () => {
  test.each([
    ['nothing without a query', '/r/wtf', []],
    ['nothing with an empty query', '/?', []],
    [
      'every feature parameter, in URL order, repeats included',
      '/?feature=b&x=1&feature=a&feature=b',
      ['b', 'a', 'b'],
    ],
    ['names that are decoded', '/?feature=a%20b+c&%66eature=d', ['a b c', 'd']],
    ['commas unsplit', '/?feature=a,b', ['a,b']],
    ['an empty name, which no entry has', '/?feature=&feature', ['', '']],
    [
      'no lists that only other servers know',
      '/?feature[]=a&feature%5B%5D=b&feature.x=c&features=d',
      [],
    ],
    [
      'names that other objects inherit, as plain text',
      '/?feature=__proto__&feature=constructor',
      ['__proto__', 'constructor'],
    ],
    ['what a broken escape leaves', '/?feature=%&feature=%zz', ['%', '%zz']],
    ['what a second question mark leaves', '/?a=1?feature=x&feature=y?', ['y?']],
  ])('%s', (_, url, names) => {
    expect(urlFeaturesOf(url)).toEqual(names)
  })

  test('at most 50 names', () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `f${i}`)
    expect(urlFeaturesOf(`/?feature=${names.join('&feature=')}`)).toEqual(names.slice(0, 50))
  })

  test('no name of more than 200 characters, and none made by cutting one', () => {
    expect(urlFeaturesOf(`/?feature=${'x'.repeat(201)}&feature=${'y'.repeat(200)}`)).toEqual([
      'y'.repeat(200),
    ])
  })
})

describe('the subdomain is', () => {
  test.each([
    ['what is before the domain', 'beta.example.com', 'beta'],
    ['all of what is before it', 'a.beta.example.com', 'a.beta'],
    ['lower-cased', 'BETA.Example.COM', 'beta'],
    ['found in a host that ends with the root', 'beta.example.com.', 'beta'],
    ['missing at the domain itself', 'example.com', undefined],
    ['empty when nothing is before the dot', '.example.com', ''],
    ['missing at a domain that only ends alike', 'notexample.com', undefined],
    ['missing at another domain that begins alike', 'beta.example.com.evil.net', undefined],
    ['missing without a host', undefined, undefined],
  ])('%s', (_, host, subdomain) => {
    expect(subdomainOf(host, 'example.com')).toBe(subdomain)
  })
})

test('a promise that rejects ends no process, whoever is asked', async () => {
  const promises: { readonly then: jest.Mock }[] = []
  const promised = (): never => {
    const promise = { then: jest.fn() }
    promises.push(promise)
    return promise as never
  }
  const features = await openFeatures({
    source: memory(
      'feature_a: {loggedin: true}\nfeature_b: {gold: true, subreddits: [a]}\nfeature_c: {url: x}\nfeature_d: {percent_loggedout: 50}\nfeature_e: {segments: [s]}\nsegments: {s: {country: NZ}}\n',
    ),
  })
  const problems: string[] = []
  features.on('problem', ({ message }) => problems.push(message))
  const questions = ['user', 'hasGold', 'subreddit', 'urlFeatures', 'attributes'] as const
  for (const question of questions) {
    const answers = { ...(question !== 'user' && { user: () => gary }), [question]: promised }
    const request = features.for(worldFor(answers))
    request.allEnabled()
    expect(request.isEnabled('a')).toBe(question !== 'user')
  }
  const isHandled = ({ then }: { readonly then: jest.Mock }): boolean =>
    then.mock.calls.some(([, failed]: readonly unknown[]) => typeof failed === 'function')
  expect(promises.length).toBeGreaterThanOrEqual(questions.length)
  expect(promises.map(isHandled)).toEqual(promises.map(() => true))
  await new Promise((resolve) => setImmediate(resolve))
  expect(problems.every((message) => message.includes('returned a promise'))).toBe(true)
  await features.close()
})
