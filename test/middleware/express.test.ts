/**
 * A real Express app behind a real socket: what a visitor sends is what the engine is asked with.
 */
import { once } from 'node:events'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { setImmediate, setTimeout } from 'node:timers/promises'
import ejs from 'ejs'
import express, { type Express, type Request } from 'express'
import {
  type Exposure,
  type Features,
  memory,
  openFeatures,
  type Problem,
  type Questions,
} from '../../src/index'
import { type ExpressAnswers, expressFeatures } from '../../src/middleware/express'
import { expressFeaturesAs } from '../../src/middleware/express-named'
import { OF_SERVER } from '../support/listening'

interface Asking {
  readonly answers?: ExpressAnswers
  /** What stands before the features. */
  readonly before?: (app: Express) => void
  /** Default: a page that tells whether the visitor has `x`. */
  readonly routes?: (app: Express, features: Features) => void
}

const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function listen(app: Express): Promise<string> {
  // Room for 10,000 parameters, so that Node is not the one to refuse them.
  const server: Server = createServer({ ...OF_SERVER, maxHeaderSize: 1 << 20 }, app).listen(
    0,
    '127.0.0.1',
  )
  await once(server, 'listening')
  ends.push(() => new Promise((resolve) => server.close(resolve)))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const tellsX = (app: Express): void =>
  void app.use((req, res) => void res.json(req.features.decide('x').enabled))

/** A site with this live config, and `ask`: the JSON it answers with. */
async function site(config: string, { answers, before, routes = tellsX }: Asking = {}) {
  const source = memory(config)
  const exposures: Exposure[] = []
  const problems: Problem[] = []
  const features = await openFeatures({
    source,
    onExposure: (exposure) => exposures.push(exposure),
  })
  ends.push(() => features.close())
  features.on('problem', (problem) => problems.push(problem))
  const app = express()
  before?.(app)
  app.use(expressFeatures(features, answers))
  routes(app, features)
  const url = await listen(app)
  const ask = async <T = unknown>(path = '/', init?: RequestInit) =>
    (await (await fetch(url + path, init)).json()) as T
  return {
    ask,
    askHost: (host: string) => askHost(url, host),
    source,
    features,
    exposures,
    problems,
  }
}

/** fetch lets nobody choose the Host header. */
const askHost = (url: string, host: string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (response) => resolve(json(response)))
      .on('error', reject)
      .end()
  })

const userOfHeader = (req: Request) => {
  const name = req.get('x-user')
  return name === undefined ? undefined : { id: `t2_${name}`, name }
}
const as = (name: string): RequestInit => ({ headers: { 'x-user': name } })

describe('req.features, the templates and the ambient request', () => {
  const EXPERIMENT =
    'feature_x: { experiment: { experiment_id: 7, loggedin: true, variants: { a: 25, b: 25, control_1: 25, control_2: 25 } } }'

  test('are one request, so that an exposure is recorded once', async () => {
    const { ask, exposures } = await site(EXPERIMENT, {
      answers: { user: userOfHeader },
      routes: (app, features) =>
        app.use((req, res) => {
          const inTemplate = ejs.render(
            "<%= features.isEnabled('x') %> <%= features.variant('x') %>",
            res.locals,
          )
          res.json([
            features.isEnabled('x'),
            req.features.isEnabled('x'),
            inTemplate,
            features.variant('x'),
            res.locals['features'] === req.features,
          ])
        }),
    })
    const [ambient, request, template, variant, same] = await ask<
      [boolean, boolean, string, string, boolean]
    >('/', as('gary'))
    expect({ request, template, same }).toEqual({
      request: ambient,
      template: `${ambient} ${variant}`,
      same: true,
    })
    expect(exposures).toEqual([
      expect.objectContaining({ feature: 'x', experimentId: 7, user: 't2_gary', variant }),
    ])
  })

  test('hold one snapshot to the end, while the next request has the new one', async () => {
    const { ask, source } = await site('feature_x: on', {
      routes: (app, features) =>
        app.use(async (req, res) => {
          const before = [features.isEnabled('x'), features.isEnabled('y')]
          await source.set('feature_y: on')
          res.json([before, [features.isEnabled('x'), req.features.isEnabled('y')]])
        }),
    })
    expect(await ask()).toEqual([
      [true, false],
      [true, false],
    ])
    expect(await ask()).toEqual([
      [false, true],
      [false, true],
    ])
  })

  test.each([
    ['a promise', () => Promise.resolve()],
    ['a timer', () => setTimeout(1)],
    ['setImmediate', () => setImmediate()],
    [
      'a callback of process.nextTick',
      () => new Promise<void>((resolve) => process.nextTick(resolve)),
    ],
  ])('are still the same behind %s', async (_, wait) => {
    const { ask } = await site('feature_x: { users: [gary] }', {
      answers: { user: userOfHeader },
      routes: (app, features) =>
        app.use(async (_req, res) => {
          await wait()
          res.json(features.isEnabled('x'))
        }),
    })
    expect([await ask('/', as('gary')), await ask('/', as('wendy'))]).toEqual([true, false])
  })

  test('are still the same behind body parsers that stand after them', async () => {
    const { ask } = await site('feature_x: { users: [gary] }', {
      answers: { user: userOfHeader },
      routes: (app, features) =>
        app.use(express.json(), (req, res) => void res.json([req.body, features.isEnabled('x')])),
    })
    const body = JSON.stringify({ text: 'x'.repeat(50_000) })
    const init = {
      method: 'POST',
      body,
      headers: { 'x-user': 'gary', 'content-type': 'application/json' },
    }
    expect(await ask('/', init)).toEqual([JSON.parse(body), true])
  })

  test('reach the handler of an error', async () => {
    const { ask } = await site('feature_x: { users: [gary] }', {
      answers: { user: userOfHeader },
      routes: (app, features) => {
        app.use(() => {
          throw new Error('a page that fails')
        })
        app.use(
          (_error: Error, _req: Request, res: express.Response, _next: express.NextFunction) =>
            void res.json(features.isEnabled('x')),
        )
      },
    })
    expect(await ask('/', as('gary'))).toBe(true)
  })

  test('of 50 interleaved requests are 50 different ones', async () => {
    const names = Array.from({ length: 50 }, (_, i) => `user${i}`)
    let arrived = 0
    let open: () => void = () => undefined
    const all = new Promise<void>((resolve) => (open = resolve))
    const { ask } = await site(
      names.map((name) => `feature_${name}: { users: [${name}] }`).join('\n'),
      {
        answers: { user: userOfHeader },
        routes: (app, features) =>
          app.use(async (req, res) => {
            const before = names.filter((name) => features.isEnabled(name))
            if (++arrived === names.length) open()
            await all
            await setImmediate()
            res.json([
              before,
              names.filter((name) => features.isEnabled(name)),
              names.filter((name) => req.features.isEnabled(name)),
            ])
          }),
      },
    )
    expect(await Promise.all(names.map((name) => ask('/', as(name))))).toEqual(
      names.map((name) => [[name], [name], [name]]),
    )
  })

  test('end with the request: code outside has an anonymous visitor', async () => {
    const { ask, features } = await site('feature_x: { loggedin: true }', {
      answers: { user: userOfHeader },
    })
    expect([await ask('/', as('gary')), features.isEnabled('x')]).toEqual([true, false])
  })
})

describe('the application is asked', () => {
  const answers = () => ({
    user: jest.fn(userOfHeader),
    isAdmin: jest.fn(() => false),
    subreddit: jest.fn(() => 'wtf'),
    urlFeatures: jest.fn(() => ['a']),
    page: jest.fn(() => undefined),
  })
  const calls = (asked: ReturnType<typeof answers>) =>
    Object.fromEntries(
      Object.entries(asked).map(([name, answer]) => [name, answer.mock.calls.length]),
    )

  test.each([
    ['nothing when the answer does not depend on the visitor', 'feature_x: on', {}],
    ['nothing when the feature is unknown', '{}', {}],
    ['who it is when that decides, and nothing else', 'feature_x: { users: [gary] }', { user: 1 }],
    [
      'nothing after the selector that decides',
      'feature_x: { url: a, admin: true, subreddits: [wtf] }',
      { urlFeatures: 1 },
    ],
    [
      'each question once when all must be asked',
      'feature_x: { url: b, admin: true, users: [wendy], subreddits: [aww] }',
      { user: 1, isAdmin: 1, subreddit: 1, urlFeatures: 1 },
    ],
  ])('%s', async (_, config, expected) => {
    const asked = answers()
    const { ask } = await site(config, {
      answers: asked,
      routes: (app, features) =>
        app.use((req, res) => {
          const all = [1, 2, 3].map(() => [
            features.isEnabled('x'),
            req.features.variant('x'),
            features.explain('x'),
          ])
          res.json([all, features.isEnabled('x', { subreddit: 'aww' })])
        }),
    })
    await ask('/', as('gary'))
    expect(calls(asked)).toEqual({
      user: 0,
      isAdmin: 0,
      subreddit: 0,
      urlFeatures: 0,
      page: 0,
      ...expected,
    })
  })

  test('anew for the next request', async () => {
    const asked = answers()
    const { ask } = await site('feature_x: { users: [gary] }', { answers: asked })
    expect([await ask('/', as('gary')), await ask('/', as('wendy')), await ask()]).toEqual([
      true,
      false,
      false,
    ])
    expect(asked.user).toHaveBeenCalledTimes(3)
  })
})

test("roles are asked of the application's own kind of user", async () => {
  interface Member {
    readonly id: string
    readonly team: string
  }
  const { ask } = await site('feature_x: { employee: true }', {
    routes: (app, features) => {
      const user = (req: Request): Member | undefined =>
        req.get('x-user') ? { id: 't2_1', team: req.get('x-user') ?? '' } : undefined
      app.use(expressFeatures(features, { user, isEmployee: (member) => member.team === 'staff' }))
      tellsX(app)
    },
  })
  expect([await ask('/', as('staff')), await ask('/', as('guest')), await ask()]).toEqual([
    true,
    false,
    false,
  ])
})

test('no answer that throws breaks a request; each is reported', async () => {
  const fails = (name: string) => () => {
    throw new Error(`${name} fails`)
  }
  const named = ['subreddit', 'subdomain', 'oauthClient', 'loid', 'urlFeatures', 'page'] as const
  const { ask, problems } = await site(
    'feature_x: { url: a, admin: true, employee: true, beta: true, gold: true, subreddits: [b], subdomains: [b], oauth_clients: [b] }\n' +
      'feature_p: { percent_loggedout: 100 }\nfeature_q: { experiment: { page: true, loggedout: true, enabled: on, variants: { a: 33 } } }\nfeature_good: on',
    {
      answers: {
        ...Object.fromEntries(named.map((name) => [name, fails(name)])),
        user: (req) => userOfHeader(req) ?? fails('user')(),
        ...Object.fromEntries(
          ['isAdmin', 'isEmployee', 'hasBeta', 'hasGold'].map((name) => [name, fails(name)]),
        ),
      },
      routes: (app, features) =>
        app.use(
          (_req, res) =>
            void res.json(['x', 'p', 'q', 'good'].map((name) => features.isEnabled(name))),
        ),
    },
  )
  expect([await ask(), await ask('/', as('gary'))]).toEqual(
    Array(2).fill([false, false, false, true]),
  )
  const reported = problems.map(
    ({ code, message }) => `${code} ${/World\.(\w+) threw/.exec(message)?.[1]}`,
  )
  const roles = ['isAdmin', 'isEmployee', 'hasBeta', 'hasGold']
  // Who cannot be told is not taken for signed out, so nobody asks for a loid.
  const asked = named.filter((name) => name !== 'loid')
  // Whether somebody is signed in cannot be told either, when nobody knows who it is.
  expect(reported.sort()).toEqual(
    ['user', 'isLoggedIn', ...roles, ...asked].map((name) => `world-threw ${name}`).sort(),
  )
})

describe('?feature=', () => {
  const FORCED =
    'feature_x: { url: { a: cards, b: compact, c: control_1 } }\nfeature_y: { url: __proto__ }\nfeature_z: { url: "a b" }'
  const routes = (app: Express, features: Features) =>
    app.use(
      '/r/:name',
      (_req, res) =>
        void res.json([
          features.variant('x') ?? null,
          features.isEnabled('y'),
          features.isEnabled('z'),
        ]),
    )
  const many = Array.from({ length: 10_000 }, (_, i) => `feature=f${i}`).join('&')

  test.each([
    ['forces a variant', '?feature=a', ['cards', false, false]],
    [
      'the first known name wins, in URL order',
      '?feature=no&feature=b&feature=a',
      ['compact', false, false],
    ],
    ['a repeated name is one name', '?feature=b&feature=b', ['compact', false, false]],
    ['a control can be forced', '?feature=c', ['control_1', false, false]],
    ['is decoded', '?feature=a+b', [null, false, true]],
    ['commas are not split', '?feature=a,b', [null, false, false]],
    ['names of Object.prototype are names like others', '?feature=__proto__', [null, true, false]],
    [
      'and are not found in a mapping that has them not',
      '?feature=constructor&feature=toString',
      [null, false, false],
    ],
    [
      'lists of other query parsers are not read',
      '?feature[]=a&feature[a]=b&feature.a=b',
      [null, false, false],
    ],
    ['a broken escape is text', '?feature=%E0%A4%A&feature=a', ['cards', false, false]],
    ['what comes after 50 names is not read', `?${many}&feature=a`, [null, false, false]],
    ['what comes before 10,000 names is', `?feature=a&${many}`, ['cards', false, false]],
    [
      'a name of 10,000 characters is left out',
      `?feature=${'a'.repeat(10_000)}&feature=a`,
      ['cards', false, false],
    ],
  ])('%s', async (_, query, expected) => {
    const { ask } = await site(FORCED, { routes })
    expect(await ask(`/r/wtf${query}`)).toEqual(expected)
  })

  test('is what the visitor asked for, also after a rewrite', async () => {
    const { ask } = await site(FORCED, {
      routes: (app, features) => {
        app.use((req, _res, next) => {
          req.url = '/r/wtf?feature=b'
          next()
        })
        routes(app, features)
      },
    })
    expect(await ask('/?feature=a')).toEqual(['cards', false, false])
  })
})

describe('by default', () => {
  test('the loid is that of the cookie', async () => {
    const { ask } = await site('feature_x: { experiment: { loggedout: true } }', {
      routes: (app, features) =>
        app.use((_req, res) => void res.json(features.explain('x').steps[0]?.draw?.unit ?? null)),
    })
    const cookie = 'session=1; loid=abcdEFGH12345678zz%2E2017; loid=other'
    expect([await ask('/', { headers: { cookie } }), await ask()]).toEqual([
      'abcdEFGH12345678zz',
      null,
    ])
  })

  const onSubdomain = 'feature_x: { subdomains: [beta] }'
  const answers = { domain: 'example.com' }

  test('the subdomain is what is before the domain', async () => {
    const { askHost } = await site(onSubdomain, { answers })
    const asked = [
      'beta.example.com:8080',
      'BETA.example.com',
      'example.com',
      'beta.example.com.evil.net',
      'beta.notexample.com',
    ]
    expect(await Promise.all(asked.map(askHost))).toEqual([true, true, false, false, false])
  })

  test('a forwarded host counts only from a proxy that the app trusts', async () => {
    const init = { headers: { 'x-forwarded-host': 'beta.example.com' } }
    const { ask } = await site(onSubdomain, { answers })
    const trusting = await site(onSubdomain, {
      answers,
      before: (app) => app.set('trust proxy', 'loopback'),
    })
    expect([await ask('/', init), await trusting.ask('/', init)]).toEqual([false, true])
  })
})

test('another name than features may be given, for requests and templates', async () => {
  const features = await openFeatures({ source: memory('feature_x: on\n') })
  ends.push(() => features.close())
  const app = express().use(expressFeaturesAs('flags', features), (req, res) => {
    const { flags } = res.locals as { flags: Questions }
    res.json([
      Reflect.get(req, 'flags') === flags,
      flags.isEnabled('x'),
      'features' in req,
      features.isEnabled('x'),
    ])
  })
  expect(await (await fetch(await listen(app))).json()).toEqual([true, true, false, true])
  for (const name of ['', 'url', 'headers', 'query', 'body', '  ', 5])
    expect(() => expressFeaturesAs(name as string, features)).toThrow(
      'give one that a request does not have',
    )
})

test('attributes may come from one function of the request, with its type', async () => {
  const { ask } = await site(
    'feature_x: { default: false, rules: [{ condition: { country: KZ }, force: true }] }\n',
    { answers: { attributes: (req) => ({ country: req.get('x-country')?.toUpperCase() }) } },
  )
  expect(await ask('/', { headers: { 'x-country': 'kz' } })).toBe(true)
  expect(await ask('/', { headers: { 'x-country': 'nz' } })).toBe(false)
})

test.each<[what: string, answers: unknown, says: string]>([
  [
    'an option that there is not',
    { stikcy: {} },
    'expressFeatures: there is no option stikcy; there are user, isAdmin,',
  ],
  [
    'an answer that is no function',
    { user: { id: 'u1' } },
    'expressFeatures: user is [object Object]; give a function',
  ],
  ['a domain that is no text', { domain: 5 }, 'expressFeatures: domain is 5; give a text'],
  [
    'attributes that cannot be asked',
    { attributes: 'country' },
    'expressFeatures: attributes is "country"; give functions by name',
  ],
  ['what is no object', null, 'expressFeatures: the second argument is null; give an object'],
])('%s is refused when the middleware is made', async (_, answers, says) => {
  await expect(
    site('feature_x: on\n', { answers: answers as ExpressAnswers }),
  ).rejects.toMatchObject({ code: 'LIVEFLAG_BAD_OPTION', message: expect.stringContaining(says) })
})
