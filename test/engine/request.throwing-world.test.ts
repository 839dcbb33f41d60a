import { type Facts, worldOf } from '../../src'
import { worldWith } from '../support/counting-world'
import { closeEngines, entryText, openEngine } from '../support/engine'

afterEach(closeEngines)

const ARMS = 'variants: {blue: 25, green: 25, control_1: 25, control_2: 25}'
const EXPERIMENT = `{experiment: {experiment_id: 7, loggedin: true, loggedout: true, ${ARMS}}}`
const gary: Facts = { user: { id: 't2_beef', name: 'gary', gold: true }, loid: 'abcd' }

const everySelector = [
  ...['admin', 'employee', 'beta', 'gold', 'loggedin', 'loggedout'].map(
    (role) => `feature_${role}: {${role}: true}`,
  ),
  ...['users', 'subreddits', 'subdomains', 'oauth_clients'].map(
    (key) => `feature_${key}: {${key}: [gary, a, b, c]}`,
  ),
  'feature_share: {percent_loggedin: 50.5}',
  'feature_outshare: {percent_loggedout: 50.5}',
  'feature_url: {url: q}',
  'feature_map: {url: {q: blue, a: null, constructor: control_1}}',
  'feature_gate: {url: q, url_for: [admin, loggedout]}',
  `feature_x: ${EXPERIMENT}`,
  `feature_page: {experiment: {page: true, link_only: true, enabled: on, ${ARMS}}}`,
  `feature_named: {enabled: on, ${EXPERIMENT.slice(1)}`,
  `feature_eligible: {experiment: {users: [gary], url: {q: blue}, ${ARMS}}}`,
].join('\n')

describe('a World that throws', () => {
  const boom = (): never => {
    throw new Error('boom')
  }

  test('leaves its question unanswered: the walk goes on, and the problem is reported once', async () => {
    const { features, problems } = await openEngine(
      'feature_x: {gold: true, subreddits: [wtf]}\nfeature_y: {gold: true}\n',
    )
    for (let request = 0; request < 3; request++) {
      const asked = features.for(worldWith({ hasGold: boom, subreddit: () => 'wtf' }, gary))
      expect([asked.isEnabled('x'), asked.isEnabled('y')]).toEqual([true, false])
    }
    expect(problems).toMatchObject([
      {
        code: 'world-threw',
        severity: 'error',
        message: 'World.hasGold threw: boom; it must not throw',
      },
    ])
  })

  test.each(['user', 'isLoggedIn'])(
    'when asked for %s, takes nobody for a signed-out visitor',
    async (question) => {
      const { features } = await openEngine(
        `feature_out: {loggedout: true}\nfeature_share: {percent_loggedout: 100}\nfeature_x: {experiment: {enabled: on, ${ARMS}}}\nfeature_gate: {url: q, url_for: loggedout}\nfeature_in: {loggedin: true}\n`,
      )
      const world = worldWith(
        { [question]: boom, ...(question === 'user' && { isLoggedIn: () => false }) },
        { loid: 'abcd', urlFeatures: ['q'] },
      )
      const request = features.for(world)
      expect(['out', 'share', 'x', 'gate', 'in'].filter((name) => request.isEnabled(name))).toEqual(
        [],
      )
      expect(request.decide('x').assignment).toBeUndefined()
    },
  )

  test.each(Object.keys(worldOf()))('from %s never throws out of a question', async (question) => {
    const { features } = await openEngine(everySelector)
    const request = features.for(
      worldWith(
        { [question]: boom },
        {
          ...gary,
          subreddit: 'a',
          subdomain: 'b',
          oauthClient: 'c',
          urlFeatures: ['q'],
          page: { id: 't3_a', type: 'link' },
        },
      ),
    )
    for (const name of features.snapshot.names) {
      expect(typeof request.isEnabled(name)).toBe('boolean')
      expect(request.explain(name).decision).toEqual(request.decide(name))
    }
  })

  test.each<[string, unknown]>([
    ['an object without a prototype', Object.create(null)],
    ['an error whose message is a symbol', Object.assign(new Error(), { message: Symbol('s') })],
  ])('something that makes no text, %s, is told about like anything else', async (_, thrown) => {
    const { features, problems } = await openEngine(entryText('{gold: true}'))
    const world = worldWith(
      {
        hasGold: () => {
          throw thrown
        },
      },
      gary,
    )
    expect(features.for(world).isEnabled('x')).toBe(false)
    expect(problems).toMatchObject([{ code: 'world-threw' }])
  })

  test.each<[string, object]>([
    [
      'the account',
      {
        user: () => ({
          get id(): string {
            return boom()
          },
          get name(): string {
            return boom()
          },
        }),
      },
    ],
    [
      'the page',
      {
        page: () => ({
          get id(): string {
            return boom()
          },
          type: 'link',
        }),
      },
    ],
  ])('from a member of %s never throws out of a question', async (_, answers) => {
    const { features } = await openEngine(everySelector)
    const request = features.for(worldWith(answers, {}))
    for (const name of features.snapshot.names)
      expect(typeof request.isEnabled(name)).toBe('boolean')
  })

  test('a hundred thousand different ways is reported of a bounded number of times', async () => {
    const { features, problems } = await openEngine(entryText('{gold: true}'))
    for (let n = 0; n < 1000; n++)
      features
        .for(
          worldWith(
            {
              hasGold: () => {
                throw new Error(`boom ${n}`)
              },
            },
            gary,
          ),
        )
        .isEnabled('x')
    expect(problems.length).toBeGreaterThan(0)
    expect(problems.length).toBeLessThanOrEqual(100)
  })
})
