import { type Compat, type Facts, type Overrides, worldOf } from '../../src'
import { closeEngines, entryText, openEngine } from '../support/engine'

afterEach(closeEngines)
const gary: Facts = { user: { id: 't2_beef', name: 'gary', gold: true }, loid: 'abcd' }

describe('overrides', () => {
  test('replace the answers of the World, and only for this question', async () => {
    const { features } = await openEngine('feature_x: {users: [wendy], subreddits: [pics]}\n')
    const request = features.for(worldOf(gary))
    expect([
      request.isEnabled('x', { user: { name: 'wendy' } }),
      request.isEnabled('x', { subreddit: 'pics' }),
      request.isEnabled('x'),
    ]).toEqual([true, true, false])
    expect([features.isEnabled('x', { user: { name: 'wendy' } }), features.isEnabled('x')]).toEqual(
      [true, false],
    )
  })

  test.each<[Compat, boolean]>([
    ['liveflag', false],
    ['r2', true],
  ])(
    'that say "nobody": in the semantics of %s the request\'s own user counts: %p',
    async (compat, counts) => {
      const { features } = await openEngine(entryText('{users: [gary]}'), { compat })
      expect(features.for(worldOf(gary)).isEnabled('x', { user: null })).toBe(counts)
    },
  )

  test.each<[Compat, boolean]>([
    ['liveflag', false],
    ['r2', true],
  ])(
    'that say "no subreddit": in the semantics of %s the request\'s own counts: %p',
    async (compat, counts) => {
      const { features } = await openEngine(entryText('{subreddits: [wtf]}'), { compat })
      expect(features.for(worldOf({ subreddit: 'wtf' })).isEnabled('x', { subreddit: '' })).toBe(
        counts,
      )
    },
  )

  test('work with every question', async () => {
    const { features } = await openEngine(entryText('{users: [wendy], url: {q: blue}}'))
    const request = features.for(worldOf(gary))
    const wendy: Overrides = { user: { id: 't2_cafe', name: 'wendy' } }
    expect([
      request.decide('x', wendy).enabled,
      request.explain('x', wendy).decision.enabled,
      request.variant('x', { urlFeatures: ['q'] }),
    ]).toEqual([true, true, 'blue'])
    expect(request.allEnabled(wendy)).toEqual({ x: true })
  })

  test('that are null change nothing', async () => {
    const { features } = await openEngine(entryText('{users: [gary]}'))
    expect(features.for(worldOf(gary)).isEnabled('x', null as unknown as Overrides)).toBe(true)
  })
})
