import fc from 'fast-check'
import { factsOfContext } from '../../src/engine/evaluation-context'

const userOf = (context: object, mapping = {}): unknown =>
  factsOfContext({ ...context }, mapping).user

describe('who the visitor is', () => {
  test.each<[context: object, user: unknown]>([
    [{}, undefined],
    [{ targetingKey: 'u' }, { id: 'u' }],
    [{ targetingKey: '' }, undefined],
    [{ targetingKey: 7 }, undefined],
    [{ user: { id: 'v', gold: true } }, { id: 'v', gold: true }],
    [
      { targetingKey: 'u', user: { id: 'v', gold: true } },
      { id: 'u', gold: true },
    ],
    [{ targetingKey: 'u', user: 'gary' }, { id: 'u' }],
    [{ targetingKey: 'u', user: ['gary'] }, { id: 'u' }],
    [{ user: null }, null],
    [{ targetingKey: 'u', user: null }, null],
  ])('of the context %j: %j', (context, user) => {
    expect(userOf(context)).toEqual(user)
  })

  test('a targeting key of somebody who is not signed in is their logged-out id', () => {
    expect(factsOfContext({ targetingKey: 'u', user: null })).toMatchObject({
      user: null,
      loid: 'u',
    })
    expect(factsOfContext({ targetingKey: 'u', user: null, loid: 'l' })).toMatchObject({
      loid: 'l',
    })
  })
})

test('members of the names of facts are those facts when they have the type, and attributes always', () => {
  const context = {
    subreddit: 'pics',
    subdomain: 5,
    loid: '',
    urlFeatures: ['a'],
    page: { id: 't3_x', type: 'link' },
  }
  expect(factsOfContext(context)).toEqual({
    subreddit: 'pics',
    urlFeatures: ['a'],
    page: { id: 't3_x', type: 'link' },
    attributes: context,
  })
  expect(factsOfContext({ page: 'checkout', urlFeatures: 'a' })).toEqual({
    attributes: { page: 'checkout', urlFeatures: 'a' },
  })
})

test('`attributes` holds more attributes, which win over the members of the context', () => {
  expect(factsOfContext({ plan: 'free', attributes: { plan: 'pro' } }).attributes).toMatchObject({
    plan: 'pro',
  })
})

test('a mapping says which members answer which questions, and the usual names then answer nothing', () => {
  const mapping = { admin: 'is_staff', subreddit: 'community', name: 'login' }
  const context = {
    targetingKey: 'u',
    is_staff: true,
    community: 'pics',
    login: 'gary',
    subreddit: 'x',
  }
  expect(factsOfContext(context, mapping)).toMatchObject({
    user: { id: 'u', admin: true, name: 'gary' },
    subreddit: 'pics',
  })
})

test("members of every object are nobody's: only what the context itself has is read", () => {
  const context = Object.create({ targetingKey: 'u', user: { admin: true }, plan: 'pro' }) as object
  expect(factsOfContext(context as Record<string, unknown>)).toEqual({ attributes: context })
  expect(userOf(JSON.parse('{"__proto__": {"targetingKey": "u"}}') as object)).toBeUndefined()
})

test('no context of JSON makes it throw or is changed by it', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (context) => {
      const before = structuredClone(context)
      factsOfContext(context)
      expect(context).toEqual(before)
    }),
    { numRuns: 100 },
  )
})
