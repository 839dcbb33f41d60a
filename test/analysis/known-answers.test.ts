/** What came of the answers of one World is known of every other that answers alike. */
import fc from 'fast-check'
import { KnownAnswers } from '../../src/analysis/known-answers'
import { type Facts, type World, worldOf } from '../../src/core/world'

/** Asks what it asks next by what was answered so far, as selectors do. */
function asking(world: World): string {
  const said: unknown[] = []
  const ask = <T>(question: () => T): T | 'thrown' => {
    try {
      const answer = question()
      said.push(answer)
      return answer
    } catch {
      said.push('thrown')
      return 'thrown'
    }
  }
  const found = ask(() => {
    const known = world.user()
    return known && { id: known.id, name: known.name }
  })
  const who = found === 'thrown' ? undefined : world.user()
  if (ask(() => world.isLoggedIn(who)) === true && ask(() => world.hasGold(who)) === true)
    ask(() => world.attribute('plan'))
  else ask(() => world.loid())
  if (ask(() => world.attribute('plan')) === 'pro') ask(() => world.isAdmin(who))
  if (ask(() => world.subreddit()) === undefined) ask(() => [...world.urlFeatures()])
  return JSON.stringify(said)
}

const text = fc.constantFrom('a', 'b')
const optional = { requiredKeys: [] as [] }
const role = fc.boolean()
const user = fc.record({ id: text, name: text, gold: role, admin: role, beta: role }, optional)
const facts: fc.Arbitrary<Facts> = fc.record(
  {
    user,
    loid: text,
    subreddit: text,
    subdomain: text,
    urlFeatures: fc.array(fc.constantFrom('x', 'y'), { maxLength: 2 }),
    attributes: fc.record({ plan: fc.constantFrom('pro', 1, null) }, optional),
  },
  optional,
)
/** Some Worlds cannot say who it is. */
const world = fc.tuple(facts, fc.boolean()).map(([given, isUnknown]): World => {
  const plain = worldOf(given)
  return isUnknown
    ? {
        ...plain,
        user: () => {
          throw new Error('unknown')
        },
      }
    : plain
})

test('it is what asking that World itself would give', () => {
  fc.assert(
    fc.property(fc.array(world, { minLength: 1, maxLength: 60 }), (worlds) => {
      const known = new KnownAnswers<string>()
      for (const one of worlds) expect(known.of(one, asking)).toBe(asking(one))
    }),
  )
})

test('who differs only in what is not asked is not asked about again', () => {
  const known = new KnownAnswers<string>()
  let times = 0
  const of = (given: Facts): string =>
    known.of(worldOf(given), (asked) => {
      times++
      return asking(asked)
    })
  const account = { id: 'a' }
  of({ user: account })
  of({ user: account, subdomain: 'm', attributes: { country: 'NZ' } })
  of({ user: { ...account, beta: true } })
  expect(times).toBe(1)
  of({ user: { ...account, gold: true } })
  of({ user: { ...account, gold: true }, attributes: { plan: 'pro' } })
  of({ user: { id: 'b' } })
  expect(times).toBe(4)
})

test('where nothing is asked there is one result for all', () => {
  const known = new KnownAnswers<number>()
  let times = 0
  for (const id of ['a', 'b']) known.of(worldOf({ user: { id } }), () => ++times)
  expect(times).toBe(1)
})
