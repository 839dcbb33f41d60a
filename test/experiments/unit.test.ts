import { type Compat, type Facts, worldOf } from '../../src/index'
import { countingWorld } from '../support/counting-world'
import { closeEngines, decisionOn, entryText, openEngine } from '../support/engine'
import { bucketFor } from '../support/model'

afterEach(closeEngines)

const EVERYONE = 'enabled: on, variants: {blue: 25, green: 25, control_1: 25, control_2: 25}'
const user = { id: 't2_beef', name: 'gary' }

describe.each<Compat>(['liveflag', 'r2'])(
  'what a user experiment buckets, in the semantics of %s',
  (compat) => {
    const drawn = async (facts: Facts, loggedOutExperiments = true): Promise<unknown> =>
      (await decisionOn(`{experiment: {${EVERYONE}}}`, facts, { compat, loggedOutExperiments }))
        .assignment

    test.each<[string, Facts, string]>([
      ["a signed-in user's id", { user }, 't2_beef'],
      [
        "a signed-in user's id, also with a logged-out id beside it",
        { user, loid: 'abcd' },
        't2_beef',
      ],
      [
        'a logged-out id, whole and with its case',
        { loid: 'abcdEFGH12345678zz' },
        'abcdEFGH12345678zz',
      ],
      ['a logged-out id that is no base-36 number', { loid: 'é.!' }, 'é.!'],
    ])('is %s', async (_, facts, unit) => {
      expect(await drawn(facts)).toMatchObject({ kind: 'user', unit, bucket: bucketFor('x', unit) })
    })

    test.each<[string, Facts]>([
      ['without a logged-out id', {}],
      ['with an empty logged-out id', { loid: '' }],
    ])('is nothing for a visitor %s', async (_, facts) => {
      expect(await decisionOn(`{experiment: {${EVERYONE}}}`, facts, { compat })).toEqual({
        feature: 'x',
        enabled: false,
        reason: 'DEFAULT',
        selector: 'experiment',
        generation: 1,
      })
    })

    test('is nothing for logged-out visitors when logged-out experiments are switched off', async () => {
      expect(await drawn({ loid: 'abcd' }, false)).toBeUndefined()
      expect(await drawn({ user, loid: 'abcd' }, false)).toMatchObject({ unit: 't2_beef' })
    })

    test('is not asked of the World for a logged-out id that would not count', async () => {
      const { features } = await openEngine(entryText(`{experiment: {${EVERYONE}}}`), {
        compat,
        loggedOutExperiments: false,
      })
      const world = countingWorld({ loid: 'abcd' })
      features.for(world).isEnabled('x')
      expect(world.asked).toEqual({ user: 1, isLoggedIn: 1 })
    })
  },
)

describe('a signed-in user without an id', () => {
  test.each<Facts>([{ user: {} }, { user: { id: '' } }, { user: { name: 'gary' }, loid: 'abcd' }])(
    'such as %j is in no variant',
    async (facts) => {
      expect(await decisionOn(`{experiment: {${EVERYONE}}}`, facts)).toMatchObject({
        enabled: false,
        reason: 'DEFAULT',
        selector: 'experiment',
      })
    },
  )

  test('is an error to r2, and never an answer', async () => {
    const decision = await decisionOn(
      `{experiment: {${EVERYONE}}}`,
      { user: { name: 'gary' } },
      { compat: 'r2' },
    )
    expect(decision).toMatchObject({
      enabled: false,
      reason: 'ERROR',
      error: { code: 'TARGETING_KEY_MISSING' },
    })
    expect(decision.variant).toBeUndefined()
  })
})

describe.each<Compat>(['liveflag', 'r2'])(
  'what a page experiment buckets, in the semantics of %s',
  (compat) => {
    const PAGE = `page: true, ${EVERYONE}`
    const drawn = async (
      entry: string,
      facts: Facts,
      loggedOutExperiments = true,
    ): Promise<unknown> =>
      (await decisionOn(`{experiment: {${entry}}}`, facts, { compat, loggedOutExperiments }))
        .assignment

    test.each(['link', 'comment', 'subreddit', 'message', ''])(
      'is the id of a page of type %j',
      async (type) => {
        expect(await drawn(PAGE, { page: { id: 't3_abc', type } })).toMatchObject({
          kind: 'page',
          unit: 't3_abc',
          bucket: bucketFor('x', 't3_abc'),
        })
      },
    )

    test('does not depend on the visitor, nor on the switch for logged-out experiments', async () => {
      const page = { id: 't3_abc', type: 'link' }
      const [first, ...others] = await Promise.all([
        drawn(PAGE, { page }),
        drawn(PAGE, { page, user }),
        drawn(PAGE, { page, loid: 'abcd' }),
        drawn(PAGE, { page }, false),
      ])
      expect(others).toEqual([first, first, first])
    })

    test('is nothing where there is no page', async () => {
      expect(await drawn(PAGE, { user, loid: 'abcd' })).toBeUndefined()
      expect(await drawn(PAGE, { page: { id: '', type: 'link' } })).toBeUndefined()
    })

    test.each<[string, string, boolean]>([
      ['subreddit_only: true', 'subreddit', true],
      ['subreddit_only: true', 'link', false],
      ['subreddit_only: true', 'comment', false],
      ['subreddit_only: true', 'message', false],
      ['link_only: true', 'link', true],
      ['link_only: true', 'comment', true],
      ['link_only: true', 'subreddit', false],
      ['link_only: true', 'message', false],
      ['subreddit_only: false', 'link', true],
      ['link_only: false', 'subreddit', true],
      ['subreddit_only: true, link_only: true', 'subreddit', false],
      ['subreddit_only: true, link_only: true', 'link', false],
    ])('with %s, on a page of type %s: %p', async (only, type, expected) => {
      expect(
        (await drawn(`${only}, ${PAGE}`, { page: { id: 't3_abc', type } })) !== undefined,
      ).toBe(expected)
    })
  },
)

test('a page whose id is a number is the page of that text, as it is with users', async () => {
  const entry = `{experiment: {page: true, ${EVERYONE}}}`
  for (const id of [1, 2, 3, 4, 5]) {
    const number = { page: { id, type: 'link' } } as unknown as Facts
    expect(await decisionOn(entry, number)).toEqual(
      await decisionOn(entry, { page: { id: String(id), type: 'link' } }),
    )
  }
})

test.each([[['t3_abc']], [{}], [true], [Symbol('id')]])(
  'a page whose id is %p has none',
  async (id) => {
    const { features } = await openEngine(entryText(`{experiment: {page: true, ${EVERYONE}}}`))
    expect(
      features.for(worldOf({ page: { id, type: 'link' } } as unknown as Facts)).decide('x')
        .assignment,
    ).toBeUndefined()
  },
)
