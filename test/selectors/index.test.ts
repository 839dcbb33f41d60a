import type { Compat, Facts } from '../../src/index'
import { selectors } from '../../src/selectors'
import { closeEngines, decisionOn } from '../support/engine'

afterEach(closeEngines)

/** Selectors that each know gary, in the order of docs/spec/r2.md, sections 5 and 6. */
const PRECEDENCE: readonly [string, string][] = [
  ['enabled', 'on'],
  ['url', 'a'],
  ['admin', 'true'],
  ['employee', 'true'],
  ['beta', 'true'],
  ['gold', 'true'],
  ['loggedin', 'true'],
  ['users', '[gary]'],
  ['subreddits', '[wtf]'],
  ['subdomains', '[beta]'],
  ['oauth_clients', '[xyz]'],
  ['percent_loggedin', '100'],
  ['experiment', '{enabled: on, variants: {blue: 33, control_1: 33, control_2: 33}}'],
]
const gary: Facts = {
  user: { id: 't2_beef', name: 'gary', admin: true, employee: true, gold: true, beta: true },
  subreddit: 'wtf',
  subdomain: 'beta',
  oauthClient: 'xyz',
  urlFeatures: ['a'],
  loid: 'abc',
}

describe.each<Compat>(['liveflag', 'r2'])('in the semantics of %s', (compat) => {
  test.each(
    PRECEDENCE.map(([key], n): [string, string] => [
      key,
      PRECEDENCE.slice(n + 1)
        .map(([other]) => other)
        .join(', '),
    ]),
  )('%s has the say before %s, wherever it stands in the entry', async (key, later) => {
    const members = PRECEDENCE.filter(
      ([other]) => other === key || later.split(', ').includes(other),
    ).map(([other, value]) => `${other}: ${value}`)
    for (const order of [members, members.toReversed()])
      expect((await decisionOn(`{${order.join(', ')}}`, gary, { compat })).selector).toBe(key)
  })

  test('loggedout has the say before the lists of names, and percent_loggedout before the experiment', async () => {
    const visitor = { ...gary, user: null }
    expect(
      (
        await decisionOn(
          '{oauth_clients: [xyz], percent_loggedout: 100, loggedout: true}',
          visitor,
          { compat },
        )
      ).selector,
    ).toBe('loggedout')
    expect(
      (await decisionOn('{experiment: {enabled: on}, percent_loggedout: 100}', visitor, { compat }))
        .selector,
    ).toBe('percent_loggedout')
  })

  test('nobody is let in by a selector that does not know them', async () => {
    const entry = `{${PRECEDENCE.filter(([key]) => key !== 'enabled' && key !== 'experiment')
      .map(([key, value]) => `${key}: ${value}`)
      .join(', ')}}`
    expect(await decisionOn(entry, {}, { compat })).toMatchObject({
      enabled: false,
      reason: 'DEFAULT',
    })
  })
})

test('the stages follow one another: holdouts, who it is, which share, the experiment, and then the rules', () => {
  const stages = selectors.map(({ stage }) => stage)
  const order = ['holdout', 'who', 'share', 'experiment', 'rules']
  expect(stages).toEqual(stages.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)))
})

test('each selector has a summary of one sentence and a schema', () => {
  expect(
    selectors
      .filter(({ summary, schema }) => !/^\S.*\.$/.test(summary) || typeof schema !== 'object')
      .map(({ key }) => key),
  ).toEqual([])
})
