import { type Compat, type Facts, worldOf } from '../../src/index'
import {
  closeEngines,
  decisionOn,
  entryText,
  problemsOf,
  messagesOf,
  openEngine,
} from '../support/engine'

afterEach(closeEngines)

const VARIANTS = 'variants: {blue: 25, green: 25, control_1: 25, control_2: 25}'
const gary: Facts = {
  user: { id: 't2_beef', name: 'gary', admin: true, employee: true, gold: true, beta: true },
  subreddit: 'wtf',
  subdomain: 'beta',
  oauthClient: 'xyz',
  urlFeatures: ['a'],
  loid: 'abc',
}
const visitor: Facts = { loid: 'abcd' }

describe.each<Compat>(['liveflag', 'r2'])('who is eligible, in the semantics of %s', (compat) => {
  const isDrawn = async (experiment: string, facts: Facts): Promise<boolean> =>
    (await decisionOn(`{experiment: {${experiment}, ${VARIANTS}}}`, facts, { compat }))
      .assignment !== undefined

  test.each([
    'admin: true',
    'employee: true',
    'beta: true',
    'gold: true',
    'loggedin: true',
    'users: [Gary]',
    'subreddits: [WTF]',
    'subdomains: [beta]',
    'oauth_clients: [xyz]',
    'url: a',
    'url: {a: blue}',
  ])('{%s}: whom the selector knows, and nobody else', async (selector) => {
    expect([await isDrawn(selector, gary), await isDrawn(selector, visitor)]).toEqual([true, false])
  })

  test.each<[string, boolean, boolean]>([
    ['loggedout: true', false, true],
    ['enabled: on', true, true],
    ['enabled: on, admin: false', true, true],
    ['enabled: true, loggedin: true', true, false],
    ['enabled: true', false, false],
    ['loggedin: true, loggedout: true', true, true],
    ['enabled: off, loggedin: true', false, false],
    ['enabled: false, loggedin: true', false, false],
    ['users: []', false, false],
    ['admin: false', false, false],
    ['url: {a: control_1}, admin: true', false, false],
    ['url: {a: null}, loggedin: true', false, false],
  ])('{%s}: a user %p, a logged-out visitor %p', async (selectors, user, loggedOut) => {
    expect([await isDrawn(selectors, gary), await isDrawn(selectors, visitor)]).toEqual([
      user,
      loggedOut,
    ])
  })

  test('is nobody without a selector', async () => {
    expect(await decisionOn(`{experiment: {${VARIANTS}}}`, gary, { compat })).toMatchObject({
      enabled: false,
      reason: 'DEFAULT',
    })
  })
})

describe('what a Decision says', () => {
  const drawnBy = async (entry: string, facts: Facts): Promise<unknown> => {
    const { enabled, variant, reason, selector, assignment } = await decisionOn(entry, facts)
    return { enabled, variant, reason, selector, assignment }
  }

  test('of a variant: the assignment, with unit, bucket and the id as the entry states it', async () => {
    const decision = await decisionOn(
      `{experiment: {experiment_id: 4711, loggedin: true, ${VARIANTS}}}`,
      gary,
    )
    expect(decision).toMatchObject({ reason: 'SPLIT', selector: 'experiment' })
    expect(decision.assignment).toEqual({
      kind: 'user',
      experimentId: 4711,
      experiment: 'x',
      variant: decision.variant,
      unit: 't2_beef',
      bucket: expect.any(Number),
    })
  })

  test.each([
    ['4711', 4711],
    ['"a-b"', 'a-b'],
    ['0', 0],
    ['1.5', 1.5],
    ['""', ''],
    ['false', false],
    ['[1, {a: 2}]', [1, { a: 2 }]],
  ])('an experiment_id of %s is passed on as it is written', async (written, id) => {
    expect(
      (
        await decisionOn(
          `{experiment: {experiment_id: ${written}, loggedin: true, ${VARIANTS}}}`,
          gary,
        )
      ).assignment?.experimentId,
    ).toEqual(id)
  })

  test.each(['', 'experiment_id: null, '])('without an id there is none: {%s…}', async (id) => {
    expect(
      (await decisionOn(`{experiment: {${id}loggedin: true, ${VARIANTS}}}`, gary)).assignment,
    ).not.toHaveProperty('experimentId')
  })

  test('of somebody excluded: off, no variant, no assignment', async () => {
    expect(
      await drawnBy('{experiment: {loggedin: true, variants: {control_1: 0, control_2: 0}}}', gary),
    ).toEqual({ enabled: false, reason: 'SPLIT', selector: 'experiment' })
  })

  test('of somebody not eligible: nobody has claimed them', async () => {
    expect(await drawnBy(`{experiment: {loggedin: true, ${VARIANTS}}}`, visitor)).toEqual({
      enabled: false,
      reason: 'DEFAULT',
    })
  })

  test.each(['off', 'false'])(
    'of an experiment that is stopped with %s: disabled',
    async (enabled) => {
      expect(
        await drawnBy(`{experiment: {enabled: ${enabled}, loggedin: true, ${VARIANTS}}}`, gary),
      ).toEqual({ enabled: false, reason: 'DISABLED', selector: 'experiment' })
    },
  )

  test('experiment_seed has no effect', async () => {
    const [without, seeded] = [
      `{experiment: {loggedin: true, ${VARIANTS}}}`,
      `{experiment: {experiment_seed: other, loggedin: true, ${VARIANTS}}}`,
    ]
    expect(await drawnBy(seeded, gary)).toEqual(await drawnBy(without, gary))
  })
})

describe("experiment.enabled in r2's semantics", () => {
  test.each<[string, boolean]>([
    ['true', true],
    ['1', true],
    ['"false"', true],
    ['"ON"', true],
    ['[0]', true],
    ['false', false],
    ['0', false],
    ['null', false],
    ['""', false],
    ['{}', false],
    ['"off"', false],
  ])('%s runs the experiment: %p', async (enabled, runs) => {
    const { assignment } = await decisionOn(
      `{experiment: {enabled: ${enabled}, loggedin: true, ${VARIANTS}}}`,
      gary,
      { compat: 'r2' },
    )
    expect(assignment !== undefined).toBe(runs)
  })
})

describe('what is wrong with an experiment', () => {
  test.each(['1', '"yes"', 'null', '[]', 'ON'])('enabled: %s is refused, at its place', (value) => {
    expect(problemsOf(`\n  experiment:\n    loggedin: true\n    enabled: ${value}`)).toEqual([
      { code: 'bad-type', severity: 'error', at: '4:14', path: 'experiment.enabled' },
    ])
  })

  test.each(['7', 'week', '0d', '[7d]'])(
    'window: %s is refused: nobody converts in no time',
    (value) => {
      expect(problemsOf(`\n  experiment:\n    loggedin: true\n    window: ${value}`)).toEqual([
        { code: 'bad-type', severity: 'error', at: '4:13', path: 'experiment.window' },
      ])
    },
  )

  test.each(['page', 'subreddit_only', 'link_only'])('%s must be true or false', (key) => {
    for (const value of ['1', '"yes"', 'null', '[]']) {
      expect(problemsOf(`\n  experiment:\n    loggedin: true\n    ${key}: ${value}`)).toEqual([
        {
          code: 'bad-type',
          severity: 'error',
          at: `4:${key.length + 7}`,
          path: `experiment.${key}`,
        },
      ])
    }
    expect(problemsOf(`{experiment: {loggedin: true, ${key}: [0]}}`, 'r2')).toEqual([])
  })

  test('subreddit_only and link_only fit no page together, which is a warning', () => {
    expect(
      problemsOf(
        `\n  experiment:\n    enabled: on\n    page: true\n    subreddit_only: true\n    link_only: true`,
      ),
    ).toEqual([
      { code: 'nobody-eligible', severity: 'warning', at: '6:5', path: 'experiment.link_only' },
    ])
  })

  test.each(['', 'enabled: true', 'url: {}'])(
    'nobody is eligible without a selector, which is a warning: {%s}',
    (rest) => {
      for (const compat of ['liveflag', 'r2'] as const) {
        expect(problemsOf(`\n  experiment:\n    ${VARIANTS}\n    ${rest}`, compat)).toEqual([
          { code: 'nobody-eligible', severity: 'warning', at: '2:3', path: 'experiment' },
        ])
      }
    },
  )

  test.each(['loggedin: false', 'users: []', 'owner: growth'])(
    'nobody is eligible with selectors that can let in nobody either: {%s}',
    (rest) => {
      for (const compat of ['liveflag', 'r2'] as const) {
        expect(problemsOf(`\n  experiment: {${rest}, ${VARIANTS}}`, compat)).toMatchObject([
          { code: 'nobody-eligible', severity: 'warning' },
        ])
      }
    },
  )

  test('an experiment that is stopped with off needs no selector, and no warning', () => {
    expect(problemsOf(`{experiment: {enabled: off, ${VARIANTS}}}`)).toEqual([])
  })

  test('nor does one that is stopped with false', () => {
    expect(problemsOf(`{experiment: {enabled: false, ${VARIANTS}}}`)).toEqual([])
  })

  test('a selector of the wrong type is refused at its place, as outside', () => {
    expect(problemsOf('\n  experiment:\n    users: gary\n    admin: 1')).toEqual([
      { code: 'bad-type', severity: 'error', at: '4:12', path: 'experiment.admin' },
      { code: 'bad-type', severity: 'error', at: '3:12', path: 'experiment.users' },
      { code: 'nobody-eligible', severity: 'warning', at: '2:3', path: 'experiment' },
    ])
  })

  test('a key that nobody knows is refused, with the one that was probably meant; r2 warns', () => {
    expect(problemsOf('\n  experiment:\n    logedin: true\n    enabled: on')).toEqual([
      { code: 'unknown-key', severity: 'error', at: '3:5', path: 'experiment.logedin' },
    ])
    expect(messagesOf('{experiment: {enabled: on, logedin: true}}')).toEqual([
      '"logedin" is not a key that experiment knows; did you mean loggedin?',
    ])
    expect(problemsOf('{experiment: {enabled: on, logedin: true}}', 'r2')).toMatchObject([
      { code: 'unknown-key', severity: 'warning' },
    ])
  })

  test('notes of your own are none', () => {
    expect(
      problemsOf(`{experiment: {loggedin: true, owner: growth, x-dashboard: 5, ${VARIANTS}}}`),
    ).toEqual([])
  })
})

describe('exposures', () => {
  const engine = (entry: string) => openEngine(entryText(entry), { now: () => 1234 })

  test('of a user name the user and, when there is one, the logged-out id', async () => {
    const { features, exposures } = await engine(
      `{experiment: {experiment_id: 7, loggedin: true, ${VARIANTS}}}`,
    )
    const { variant, assignment } = features.for(worldOf(gary)).decide('x')
    features.for(worldOf(gary)).isEnabled('x')
    expect(exposures).toEqual([
      {
        kind: 'user',
        feature: 'x',
        experimentId: 7,
        variant,
        unit: 't2_beef',
        user: 't2_beef',
        loid: 'abc',
        bucket: assignment?.bucket,
        revision: features.revision('x'),
        config: features.snapshot.hash,
        generation: 1,
        at: 1234,
      },
    ])
  })

  test('of a logged-out visitor name the logged-out id alone', async () => {
    const { features, exposures } = await engine(`{experiment: {loggedout: true, ${VARIANTS}}}`)
    features.for(worldOf(visitor)).isEnabled('x')
    const [exposure] = exposures
    expect(exposure).toMatchObject({ kind: 'user', unit: 'abcd', loid: 'abcd' })
    expect([exposure && 'user' in exposure, exposure && 'experimentId' in exposure]).toEqual([
      false,
      false,
    ])
  })

  test('of a page name the page and no visitor', async () => {
    const { features, exposures } = await engine(
      `{experiment: {page: true, enabled: on, ${VARIANTS}}}`,
    )
    features.for(worldOf({ ...gary, page: { id: 't3_abc', type: 'link' } })).isEnabled('x')
    const [exposure] = exposures
    expect(exposure).toMatchObject({ kind: 'page', unit: 't3_abc', page: 't3_abc' })
    expect([exposure && 'user' in exposure, exposure && 'loid' in exposure]).toEqual([false, false])
  })

  test('are owed for controls as for any variant', async () => {
    const { features, exposures } = await engine(`{experiment: {loggedin: true, ${VARIANTS}}}`)
    for (let n = 0; n < 60; n++) features.for(worldOf({ user: { id: `t2_${n}` } })).isEnabled('x')
    expect(new Set(exposures.map(({ variant }) => variant))).toEqual(
      new Set(['blue', 'green', 'control_1', 'control_2']),
    )
    expect(exposures).toHaveLength(60)
  })

  test('are not owed by the excluded, the ineligible, or when the experiment is stopped', async () => {
    for (const entry of [
      '{experiment: {loggedin: true, variants: {control_1: 0, control_2: 0}}}',
      `{experiment: {loggedout: true, ${VARIANTS}}}`,
      `{experiment: {enabled: off, loggedin: true, ${VARIANTS}}}`,
    ]) {
      const { features, exposures } = await engine(entry)
      features.for(worldOf(gary)).isEnabled('x')
      features.for(worldOf(gary)).variant('x')
      expect(exposures).toEqual([])
    }
  })
})
