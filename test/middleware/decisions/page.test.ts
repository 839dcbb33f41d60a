/** The page of decisions: who may see it, and what is on it. Each framework tests it over HTTP. */
import { setImmediate } from 'node:timers/promises'
import { memory, openFeatures, type Problem, worldOf } from '../../../src'
import {
  type DecisionsPageOptions,
  decisionsPageFor,
  type PageAnswer,
} from '../../../src/middleware/decisions/page'

interface Asking {
  readonly method?: string
  readonly url?: string
}

async function opened(text: string, options: DecisionsPageOptions<Asking> = { allow: () => true }) {
  const source = memory(text, { format: 'yaml' })
  const features = await openFeatures({ source })
  const problems: Problem[] = []
  features.on('problem', (problem) => problems.push(problem))
  // Until then, what is reported waits for listeners.
  await setImmediate()
  const world = worldOf({ user: { id: 't2_1im', name: 'walter' } })
  const answer = decisionsPageFor(features, options, ({ method = 'GET', url = '/' }: Asking) => ({
    method,
    url,
    questions: features.for(world),
  }))
  return {
    source,
    features,
    problems,
    ask: (url = '/', method = 'GET'): Promise<PageAnswer> => answer({ url, method }),
  }
}

/** What a reader sees of some HTML. */
const seen = (html: string): string =>
  html
    .replace(/<style>[^]*<\/style>/, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/\s+/g, ' ')

const namesOn = (html: string): (string | undefined)[] =>
  [...html.matchAll(/<details id="([^"]*)"/g)].map(([, name]) => name)

describe('who may see it', () => {
  const env = process.env['NODE_ENV']
  afterEach(() => {
    process.env['NODE_ENV'] = env
  })

  const no = (answer: unknown) => (() => answer) as () => boolean
  test.each<[string, () => unknown, number, RegExp | undefined]>([
    ['true', () => true, 200, undefined],
    ['a promise of true', async () => true, 200, undefined],
    ['false', () => false, 404, undefined],
    ['a promise of false', async () => false, 404, undefined],
    ['nothing', () => undefined, 404, undefined],
    ['null', () => null, 404, undefined],
    ['1', no(1), 404, /allow returned 1, which is not true/],
    ['"true"', no('true'), 404, /allow returned "?true"?, which is not true/],
    ['an account', no({ id: 7 }), 404, /which is not true/],
    ['a promise of 1', async () => 1, 404, /allow returned 1/],
  ])('allow returned %s', async (_, allow, status, problem) => {
    const { ask, problems, features } = await opened('{}', { allow: allow as () => boolean })
    expect((await ask()).status).toBe(status)
    expect((await ask()).status).toBe(status)
    expect(problems.map(({ code, message }) => `${code} ${message}`)).toEqual(
      problem === undefined ? [] : [expect.stringMatching(problem)],
    )
    await features.close()
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('no session')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no session'))],
  ])(
    'when allow %s nobody does, and it is reported',
    async (_, allow: () => boolean | Promise<boolean>) => {
      const { ask, problems, features } = await opened('{}', { allow })
      expect((await ask()).status).toBe(404)
      expect(problems).toEqual([
        expect.objectContaining({
          code: 'page-not-allowed',
          message: expect.stringContaining('allow threw: no session') as string,
        }),
      ])
      await features.close()
    },
  )

  test.each<[string | undefined, number]>([
    ['development', 200],
    ['production', 404],
    ['Development', 404],
    ['test', 404],
    [undefined, 404],
  ])('without allow, NODE_ENV=%s answers %d', async (value, status) => {
    if (value === undefined) delete process.env['NODE_ENV']
    else process.env['NODE_ENV'] = value
    const { ask, features } = await opened('{}', {})
    expect((await ask()).status).toBe(status)
    await features.close()
  })

  test('a page that is not allowed reads nothing of the request, and says nothing', async () => {
    const features = await openFeatures({ source: memory('feature_x: on', { format: 'yaml' }) })
    const answer = decisionsPageFor(features, { allow: () => false }, () => {
      throw new Error('was read')
    })
    expect(await answer({})).toEqual({
      status: 404,
      headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' },
      body: 'Not Found\n',
    })
    await features.close()
  })

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s is answered 405', async (method) => {
    const { ask, features } = await opened('{}')
    const { status, headers } = await ask('/', method)
    expect([status, headers['Allow']]).toEqual([405, 'GET, HEAD'])
    await features.close()
  })

  test('features that were not awaited are refused at once', () => {
    const opening = openFeatures({ source: memory('{}') })
    const call = () => decisionsPageFor(opening as never, {}, () => ({}) as never)
    expect(call).toThrow(
      'decisionsPage: the first argument is [object Promise]; give what openFeatures resolved to',
    )
    return opening.then((features) => features.close())
  })
})

const TEXT = `
feature_plain: on
feature_search_v2: { percent_loggedin: 25 }
feature_theme: { default: dark, rules: [{ key: t, variations: [dark, light] }] }
feature_checkout:
  users: [gary]
  experiment: { experiment_id: 7, loggedin: true, variants: { old: 25, new: 25 } }
feature_life:
  default: 1
  experiment: { experiment_id: e, status: running, variants: [{ name: a, weight: 100, value: 5 }] }
feature_logged_out: { percent_loggedout: 10, employee: true }
`

test('each feature has its answer, with the reason and the place in its buckets', async () => {
  const { ask, features } = await opened(TEXT)
  const { body } = await ask()
  expect(namesOn(body)).toEqual(['checkout', 'life', 'logged_out', 'plain', 'search_v2', 'theme'])
  const row = (name: string) =>
    seen(new RegExp(`<details id="${name}"[^]*?</summary>`).exec(body)?.[0] ?? '').trim()
  expect(row('checkout')).toMatch(/^checkout (on|off) (\w+ )?SPLIT experiment \d+ of 1000$/)
  expect(row('life')).toMatch(/^life on a 5 SPLIT experiment \d+ of 10000$/)
  expect(row('plain')).toBe('plain on STATIC')
  expect(row('search_v2')).toMatch(/^search_v2 (on|off) .* \d+ of 1000$/)
  expect(row('theme')).toMatch(/^theme on \w+ "(dark|light)" SPLIT rules\S* 0\.\d+ of 1$/)
  await features.close()
})

test('of the stable scheme the place is a point of a million', async () => {
  const { ask, features } = await opened(`
feature_sorted: { bucketing: stable, experiment: { loggedin: true, variants: { a: 50, b: 50 } } }
feature_wide: { bucketing: stable, percent_loggedin: 25 }
`)
  const text = seen((await ask()).body)
  expect(text).toMatch(/sorted on [ab] SPLIT experiment \d+ of 1000000/)
  expect(text).toMatch(/wide (on|off) .*\d+ of 1000000/)
  await features.close()
})

test.each([
  ['search', ['search_v2']],
  ['SEARCH', ['search_v2']],
  ['off', ['logged_out']],
  ['static', ['plain']],
  ['on experiment', ['life']],
  ['  ', ['checkout', 'life', 'logged_out', 'plain', 'search_v2', 'theme']],
  ['nowhere', []],
])('a search for %j finds what has every word', async (search, expected) => {
  const { ask, features } = await opened(TEXT)
  const { body } = await ask(`/?q=${encodeURIComponent(search)}`)
  const found = namesOn(body)
  // Which bucket walter falls into decides these.
  expect(
    found.filter(
      (name) => !['checkout', 'search_v2'].includes(name ?? '') || expected.includes(name ?? ''),
    ),
  ).toEqual(expected)
  expect(body).toContain(`value="${search}"`)
  await features.close()
})

test('of many features the first 200 are listed, and the one that is asked for', async () => {
  const names = Array.from({ length: 250 }, (_, i) => `f${String(i).padStart(3, '0')}`)
  const { ask, features } = await opened(names.map((name) => `feature_${name}: on`).join('\n'))
  const { body } = await ask('/?why=f249')
  expect(namesOn(body)).toHaveLength(200)
  expect(body).toContain('<details id="f249" open>')
  expect(seen(body)).toContain('250 features, of which the first 200 are listed')
  await features.close()
})

test('says who is asking, and when nobody is', async () => {
  const { ask, features } = await opened('{}')
  expect(seen((await ask()).body)).toContain(
    'Decisions for walter id t2_1im Looking records nothing.',
  )
  const bare = decisionsPageFor(features, { allow: () => true }, () => ({
    method: 'GET',
    url: '/',
    questions: undefined,
  }))
  expect(seen((await bare({})).body)).toContain(
    'Decisions for a visitor who is signed out Looking records nothing. This page is not behind liveflag’s middleware',
  )
  await features.close()
})

test('of an account nothing is shown but what liveflag reads', async () => {
  const features = await openFeatures({
    source: memory('feature_x: { users: [gary] }', { format: 'yaml' }),
  })
  const user = { id: 't2_18c', name: 'gary', gold: true, password: 'hunter2', sessions: ['s3cret'] }
  const answer = decisionsPageFor(features, { allow: () => true }, () => ({
    method: 'GET',
    url: '/',
    questions: features.for(worldOf({ user })),
  }))
  const { body } = await answer({})
  expect(seen(body)).toContain('user: {"id":"t2_18c","name":"gary","gold":true}')
  expect(body).not.toMatch(/hunter2|s3cret|password|sessions/)
  await features.close()
})

test('problems are shown with their place and what they change', async () => {
  const { ask, source, features } = await opened('feature_a: { gold: true }')
  await source.set('feature_a: { gold: yes please }\nfeature_b: { gold: 7 }')
  const page = seen((await ask()).body)
  expect(page).toMatch(/problems 2/)
  expect(page).toMatch(/error bad-type in a gold is text .* · its last good version is in force/)
  expect(page).toMatch(/error bad-type in b gold is .* · it never had a good version, so it is off/)
  await features.close()
})

const HOSTILE = `"'><script>alert(1)</script><img src=x onerror=alert(1)>`
test.each([
  ['a search', '{}', `/?q=${encodeURIComponent(HOSTILE)}`],
  ['a forced name', '{}', `/?feature=${encodeURIComponent(HOSTILE)}`],
  ['an opened name', '{}', `/?why=${encodeURIComponent(HOSTILE)}`],
  ['a name', `${JSON.stringify(`feature_${HOSTILE}`)}: on`, '/'],
  ['a value', `feature_x: { default: ${JSON.stringify(HOSTILE)} }`, '/'],
  ['a problem', `feature_x: { gold: ${JSON.stringify(HOSTILE)} }`, '/'],
  ['a key', `feature_x: { ${JSON.stringify(HOSTILE)}: true }`, '/'],
])('%s is shown as text', async (_, text, url) => {
  const { ask, features } = await opened(text)
  const { status, body } = await ask(url)
  expect(status).toBe(200)
  expect(body).not.toMatch(/<script|<img|"'>|\son\w+="|\sstyle=/i)
  if (url === '/') expect(seen(body)).toContain('alert(1)')
  await features.close()
})
