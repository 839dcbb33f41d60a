/** expressFeatures with a sticky store: a real Express app, and stores that do what stores do. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { type FeaturesOptions, memory, openFeatures } from '../../src'
import {
  memoryStickyService,
  type StickyDocument,
  stickySaved,
  type StickyService,
} from '../../src/growthbook/growthbook'
import {
  type ExpressAnswers,
  expressFeatures,
  type ExpressSticky,
} from '../../src/middleware/express'
import { expressStickyService } from '../../src/middleware/express-sticky'

const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const experiment = (weights: readonly number[], also: object = {}) =>
  JSON.stringify({
    features: {
      f: {
        defaultValue: '-',
        rules: [
          {
            key: 'e',
            variations: ['a', 'b'],
            weights,
            meta: [{ key: 'a' }, { key: 'b' }],
            ...also,
          },
        ],
      },
    },
  })

interface Site {
  readonly sticky: ExpressSticky
  readonly answers?: ExpressAnswers
  readonly text?: string
  readonly options?: Partial<FeaturesOptions>
}

/** A page that says what the visitor has; the visitor is `?id=`, their device `?device=`. */
async function site({ sticky, answers, text = experiment([1, 0]), options = {} }: Site) {
  const source = memory(text, { format: 'json' })
  const features = await openFeatures({ source, ...options })
  ends.push(() => features.close())
  const app = express()
  const user: ExpressAnswers['user'] = (req) =>
    typeof req.query['id'] === 'string' ? { id: req.query['id'] } : undefined
  app.use(
    expressFeatures(features, {
      user,
      attributes: { device: (req) => req.query['device'] },
      ...answers,
      sticky,
    }),
  )
  app.get(
    '/',
    (req, res) =>
      void res.end(`${req.features.getStringValue('f', '?')} ${features.getStringValue('f', '?')}`),
  )
  app.use(
    ((error, _req, res, _next) =>
      void res.status(500).end(String(error))) as express.ErrorRequestHandler,
  )
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  ends.push(() => new Promise((resolve) => server.close(resolve)))
  const jar = new Map<string, string>()
  const ask = async (query: string): Promise<string> => {
    const answer = await fetch(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}/?${query}`,
      { headers: { cookie: [...jar].map((pair) => pair.join('=')).join('; ') } },
    )
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      jar.set(name, value)
    }
    return answer.text()
  }
  return { ask, source, features, jar }
}

/** A store that notes what it is asked, and waits for `gate` before it answers. */
function recorded(): StickyService & {
  readonly asked: string[]
  gate: () => unknown
  write: () => unknown
} {
  const store = memoryStickyService()
  const asked: string[] = []
  const service = {
    asked,
    gate: (): unknown => undefined,
    write: (): unknown => undefined,
    async getAssignments(name: string, value: string) {
      asked.push(`${name}||${value}`)
      await service.gate()
      return store.getAssignments(name, value)
    },
    async saveAssignments(document: StickyDocument) {
      await service.write()
      return store.saveAssignments(document)
    },
  }
  return service
}

const never = (): Promise<never> => new Promise(() => undefined)
const fails = (): never => {
  throw new Error('the store is away')
}

test('a visitor keeps their variation when the weights change, a new one gets the new one, wherever it is asked', async () => {
  const service = recorded()
  const { ask, source } = await site({ sticky: { service } })
  expect(await ask('id=u1')).toBe('a a')
  await stickySaved(service)
  await source.set(experiment([0, 1]))
  expect([await ask('id=u1'), await ask('id=u2')]).toEqual(['a a', 'b b'])
})

test('keeps it in cookies of the response, too', async () => {
  const { ask, source, jar } = await site({
    sticky: { service: (req, res) => expressStickyService(req, res, { secret: 's' }) },
  })
  expect(await ask('id=u1')).toBe('a a')
  await source.set(experiment([0, 1]))
  expect([await ask('id=u1'), [...jar.keys()]]).toEqual(['a a', ['gbStickyBuckets__id%7C%7Cu1']])
})

describe('loads', () => {
  test('the documents of the attributes that rules in force name, as far as the visitor has them', async () => {
    const service = recorded()
    const { ask, features, source } = await site({
      sticky: { service },
      text: experiment([1, 0], { hashAttribute: 'device', fallbackAttribute: 'id' }),
    })
    expect(features.stickyAttributes).toEqual(['device', 'id'])
    await ask('id=u1&device=d1')
    await ask('id=u2')
    await source.set(experiment([1, 0]))
    await ask('id=u3&device=d3')
    expect(service.asked).toEqual(['device||d1', 'id||u1', 'id||u2', 'id||u3'])
  })

  test('nothing while no rule keeps assignments, and what the code names in any case', async () => {
    const [none, named] = [recorded(), recorded()]
    const text = JSON.stringify({ features: { f: { defaultValue: 'a' } } })
    expect(await (await site({ sticky: { service: none }, text })).ask('id=u1')).toBe('a a')
    await (
      await site({ sticky: { service: named, attributes: ['device'] }, text })
    ).ask('device=d1')
    expect([none.asked, named.asked]).toEqual([[], ['device||d1']])
  })

  test('once for requests of one visitor that come together', async () => {
    const service = recorded()
    const arrived: (() => void)[] = []
    // Both requests wait for each other before they ask, so that they ask in one turn.
    const together = (): Promise<void> =>
      new Promise((resolve) => {
        arrived.push(resolve)
        if (arrived.length === 2) for (const go of arrived) go()
      })
    const features = await openFeatures({ source: memory(experiment([1, 0]), { format: 'json' }) })
    ends.push(() => features.close())
    const app = express()
    app.use((_req, _res, next) => void together().then(() => next()))
    app.use(expressFeatures(features, { user: () => ({ id: 'u1' }), sticky: { service } }))
    app.get('/', (req, res) => void res.end(req.features.getStringValue('f', '?')))
    const server = createServer(app).listen(0, '127.0.0.1')
    await once(server, 'listening')
    ends.push(() => new Promise((resolve) => server.close(resolve)))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const texts = await Promise.all(
      [fetch(url), fetch(url)].map(async (answer) => (await answer).text()),
    )
    expect([texts, service.asked]).toEqual([['a', 'a'], ['id||u1']])
  })

  test('by what the World says: an attribute that throws is not there', async () => {
    const service = recorded()
    const { ask } = await site({
      sticky: { service },
      answers: { attributes: { device: fails } },
      text: experiment([1, 0], { hashAttribute: 'device', fallbackAttribute: 'id' }),
    })
    expect(await ask('id=u1')).toBe('a a')
    expect(service.asked).toEqual(['id||u1'])
  })
})

describe('a request goes on', () => {
  test.each<[string, () => unknown]>([
    ['hangs', never],
    ['throws', fails],
    ['rejects', () => Promise.reject(new Error('the store is away'))],
  ])('after timeoutMs at the latest when loading %s', async (_, gate) => {
    const service = recorded()
    service.gate = gate
    const errors: unknown[] = []
    const { ask } = await site({
      sticky: { service, timeoutMs: 20, onError: (error) => errors.push(error) },
    })
    expect(await ask('id=u1')).toBe('a a')
    expect(errors).toEqual([expect.any(Error)])
  })

  test.each<[string, () => unknown]>([
    ['hangs', never],
    ['throws', fails],
  ])('at once when saving %s', async (_, write) => {
    const service = recorded()
    service.write = write
    const { ask } = await site({ sticky: { service } })
    expect(await ask('id=u1')).toBe('a a')
  })

  test('when no store could be made for it', async () => {
    const errors: unknown[] = []
    const { ask } = await site({
      sticky: { service: fails, onError: (error) => errors.push(error) },
    })
    expect([await ask('id=u1'), errors]).toEqual([
      'a a',
      [
        expect.objectContaining({
          code: 'LIVEFLAG_STORE_UNAVAILABLE',
          message: expect.stringContaining('the store is away'),
          cause: new Error('the store is away'),
        }),
      ],
    ])
  })

  test.each<[what: string, store: unknown]>([
    ['null', null],
    ['nothing', undefined],
    ['a number', 5],
    ['a promise', Promise.resolve(memoryStickyService())],
    ['an empty object', {}],
  ])('when the store made for it is %s', async (_, store) => {
    const errors: unknown[] = []
    const { ask } = await site({
      sticky: { service: () => store as StickyService, onError: (error) => errors.push(error) },
    })
    expect([await ask('id=u1'), errors]).toEqual(['a a', [expect.any(Error)]])
  })

  test('when onError throws, too', async () => {
    expect(await (await site({ sticky: { service: fails, onError: fails } })).ask('id=u1')).toBe(
      'a a',
    )
  })
})

describe('is refused when the middleware is made', () => {
  const service = memoryStickyService()
  test.each<[what: string, sticky: unknown, says: string]>([
    [
      'an empty object',
      {},
      'expressFeatures: sticky: service is undefined; give an object with getAssignments',
    ],
    ['a number', 5, 'expressFeatures: sticky is 5; give an object with a service'],
    ['null', null, 'expressFeatures: sticky is null; give an object with a service'],
    [
      'a service that is none',
      { service: null },
      'expressFeatures: sticky: service is null; give an object with getAssignments',
    ],
    [
      'a service that cannot save',
      { service: { getAssignments: never } },
      'expressFeatures: sticky: service is [object Object]; give',
    ],
    [
      'an option that there is not',
      { service, timeout: 5 },
      'expressFeatures: sticky: there is no option timeout; there are service, attributes, timeoutMs, onError',
    ],
    [
      'attributes that are no list',
      { service, attributes: 'id' },
      'expressFeatures: sticky: attributes is "id"; give a list of names',
    ],
    [
      'an onError that is no function',
      { service, onError: true },
      'expressFeatures: sticky: onError is true; give a function',
    ],
    ...[0, -1, NaN, Infinity, '5'].map((timeoutMs): [string, unknown, string] => [
      `a timeoutMs of ${JSON.stringify(timeoutMs)}`,
      { service, timeoutMs },
      'expressFeatures: sticky: timeoutMs is ',
    ]),
  ])('%s', async (_, sticky, says) => {
    // As from JavaScript, which checks no types.
    await expect(site({ sticky: sticky as ExpressSticky })).rejects.toMatchObject({
      code: 'LIVEFLAG_BAD_OPTION',
      message: expect.stringContaining(says),
    })
  })
})

test('without a store the attributes to load are not worked out', async () => {
  const features = await openFeatures({ source: memory('feature_a: on\n') })
  ends.push(() => features.close())
  const worked = jest.spyOn(features, 'stickyAttributes', 'get')
  await new Promise<void>(
    (resolve) =>
      void expressFeatures(features)(
        { headers: {}, originalUrl: '/' } as express.Request,
        { locals: {} } as express.Response,
        () => resolve(),
      ),
  )
  expect(worked).not.toHaveBeenCalled()
})

test('stickyAttributes knows rules of both dialects, and none in r2', async () => {
  const rule = '{variations: [a, b], hashAttribute: company}'
  const open = async (text: string, compat?: 'r2') => {
    const features = await openFeatures({
      source: memory(text, { format: 'yaml' }),
      ...(compat && { compat }),
    })
    ends.push(() => features.close())
    return features.stickyAttributes
  }
  const text = `feature_a: {default: a, rules: [${rule}]}\nfeature_b: '{"rules": [{"variations": [1, 2]}]}'\nfeature_c: on\nfeature_d: {enabled: off, rules: [{variations: [1, 2], hashAttribute: off}]}\n`
  expect([await open(text), await open(text, 'r2'), await open('feature_a: on\n')]).toEqual([
    ['company', 'id'],
    [],
    [],
  ])
})
