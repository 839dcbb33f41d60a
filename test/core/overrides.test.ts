import { memory, openFeatures, type Overrides, type World, worldOf } from '../../src'
import { type EmptyOverride, override } from '../../src/core/overrides'
import { countingWorld, worldWith } from '../support/counting-world'

const gary = { id: 't2_beef', name: 'gary', gold: true }
const wendy = { id: 't2_cafe', name: 'wendy', beta: true }
const facts = {
  user: gary,
  subreddit: 'wtf',
  subdomain: 'beta',
  oauthClient: 'xyz',
  loid: 'abc',
  urlFeatures: ['a'],
  page: { id: 't3_abc', type: 'link' },
  attributes: { country: 'KZ', age: 21 },
}

/** Everything that a World says. */
const all = (world: World): Record<string, unknown> => ({
  user: world.user(),
  loggedIn: world.isLoggedIn(world.user()),
  gold: world.hasGold(world.user()),
  beta: world.hasBeta(world.user()),
  subreddit: world.subreddit(),
  subdomain: world.subdomain(),
  oauthClient: world.oauthClient(),
  loid: world.loid(),
  urlFeatures: [...world.urlFeatures()],
  page: world.page(),
  country: world.attribute('country'),
  age: world.attribute('age'),
})

const own = all(worldOf(facts))

describe.each<EmptyOverride>(['none', 'own'])('overrides, an empty one meaning %s', (empty) => {
  const overridden = (overrides: Overrides): Record<string, unknown> =>
    all(override(worldOf(facts), overrides, empty))

  test('that say nothing change nothing', () => {
    expect(overridden({})).toEqual(own)
    expect(
      overridden({
        user: undefined,
        subreddit: undefined,
        urlFeatures: undefined,
        attributes: undefined,
      }),
    ).toEqual(own)
  })

  test.each<[string, Overrides, Record<string, unknown>]>([
    ['user', { user: wendy }, { user: wendy, gold: false, beta: true }],
    ['subreddit', { subreddit: 'pics' }, { subreddit: 'pics' }],
    ['subdomain', { subdomain: 'www' }, { subdomain: 'www' }],
    ['oauthClient', { oauthClient: 'c' }, { oauthClient: 'c' }],
    ['loid', { loid: 'def' }, { loid: 'def' }],
    ['urlFeatures', { urlFeatures: ['b', 'c'] }, { urlFeatures: ['b', 'c'] }],
    [
      'page',
      { page: { id: 't5_x', type: 'subreddit' } },
      { page: { id: 't5_x', type: 'subreddit' } },
    ],
    ['one attribute', { attributes: { country: 'FR' } }, { country: 'FR' }],
  ])('put %s in the place of the own answer, and leave the rest', (_, overrides, changed) => {
    expect(overridden(overrides)).toEqual({ ...own, ...changed })
  })

  test('take nothing from what every object has', () => {
    expect(
      override(worldOf(facts), { attributes: {} }, empty).attribute('constructor'),
    ).toBeUndefined()
  })

  test('ask the World nothing by themselves, and nothing that they answer', () => {
    const world = countingWorld(facts)
    const decorated = override(world, { subreddit: 'pics', user: wendy }, empty)
    expect([decorated.subreddit(), decorated.user()]).toEqual(['pics', wendy])
    expect(world.asked).toEqual({})
  })

  test("keep a World's methods its own", () => {
    class Site {
      private readonly host = 'beta'
      subdomain(): string {
        return this.host
      }
    }
    const site = new Site()
    const world = override(
      { ...worldOf(), subdomain: () => site.subdomain() },
      { user: wendy },
      empty,
    )
    expect(world.subdomain()).toBe('beta')
  })
})

const EMPTY: Overrides = {
  user: null,
  subreddit: '',
  subdomain: '',
  oauthClient: '',
  loid: '',
  urlFeatures: null,
  page: null,
}

test('an empty override says that the visitor has none', () => {
  expect(all(override(worldOf(facts), EMPTY, 'none'))).toEqual({
    ...own,
    user: undefined,
    loggedIn: false,
    gold: false,
    beta: false,
    subreddit: '',
    subdomain: '',
    oauthClient: '',
    loid: '',
    urlFeatures: [],
    page: undefined,
  })
})

test("r2's way: an empty override falls back to the request's own answer", () => {
  expect(all(override(worldOf(facts), EMPTY, 'own'))).toEqual(own)
})

test('the roles of a given user are asked of the World, which knows them better than the caller', () => {
  const world = override(
    worldWith({ isAdmin: (user?: { id?: string }) => user?.id === 't2_cafe' }, facts),
    { user: { id: 't2_cafe' } },
    'none',
  )
  expect(world.isAdmin(world.user())).toBe(true)
})

test('a visitor who is said to be nobody is not signed in, whoever the request belongs to', () => {
  const world = countingWorld(facts)
  const nobody = override(world, { user: null }, 'none')
  expect([nobody.user(), nobody.isLoggedIn(undefined)]).toEqual([undefined, false])
  expect(world.asked).toEqual({})
})

function counting(): { world: World; asked: string[] } {
  const asked: string[] = []
  const plain = worldOf({ user: { id: 't2_beef', name: 'gary' }, loid: 'abcd', subreddit: 'wtf' })
  const noted = Object.entries(plain).map(([name, answer]): [string, unknown] => [
    name,
    (...given: unknown[]) => {
      asked.push(name)
      return (answer as (...given: unknown[]) => unknown)(...given)
    },
  ])
  return { asked, world: Object.fromEntries(noted) as unknown as World }
}

test('ten questions with overrides ask the World what one would', async () => {
  const features = await openFeatures({
    source: memory('feature_x: {employee: true, subreddits: [aww], percent_loggedin: 1}'),
  })
  const { world, asked } = counting()
  const request = features.for(world)
  for (let i = 0; i < 10; i++) request.isEnabled('x', { subreddit: 'pics' })
  request.isEnabled('x')
  expect(asked.toSorted()).toEqual(['isEmployee', 'isLoggedIn', 'subreddit', 'user'])
  await features.close()
})

test('an exposure is judged by the request, whoever an override puts in the visitor’s place', async () => {
  const exposures: unknown[] = []
  const features = await openFeatures({
    source: memory(
      'feature_e: {experiment: {loggedin: true, variants: {control_1: 50, control_2: 50}}}',
    ),
    validExposureRequest: (world) => !world.user()?.id?.startsWith('bot'),
    onExposure: ({ unit }) => exposures.push(unit),
  })
  const request = features.for(worldOf({ user: { id: 't2_1' } }))
  request.isEnabled('e', { user: { id: 'bot1' } })
  request.isEnabled('e')
  expect(exposures).toEqual(['bot1', 't2_1'])
  await features.close()
})

test('JSON nested ten thousand deep is one entry’s problem, and the others load', async () => {
  const text = `{"feature_a": ${'['.repeat(10_000)}${']'.repeat(10_000)}, "feature_b": "on"}`
  const features = await openFeatures({ source: memory(text, { format: 'json' }) })
  expect(features.isEnabled('b')).toBe(true)
  expect(features.snapshot.problems).toContainEqual(
    expect.objectContaining({ code: 'too-deep', feature: 'a' }),
  )
  await features.close()
})
