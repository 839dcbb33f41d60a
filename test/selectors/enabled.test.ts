import type { Facts } from '../../src/index'
import { closeEngines, decisionOn, problemsOf, messagesOf } from '../support/engine'

afterEach(closeEngines)

const gary: Facts = {
  user: { id: 't2_beef', name: 'gary', admin: true, gold: true },
  loid: 'abc',
  urlFeatures: ['x', 'blue'],
}
const visitors: [string, Facts][] = [
  ['an anonymous visitor', {}],
  ['an admin', gary],
]
/** Everything that could let gary in. */
const REST =
  'admin: true, gold: true, loggedin: true, users: [gary], url: x, percent_loggedin: 100, experiment: {enabled: on, variants: {blue: 33, control_1: 0, control_2: 0}}'

describe.each(['liveflag', 'r2'] as const)('in the semantics of %s', (compat) => {
  test.each(visitors)('on lets %s in, whatever else the entry says', async (_, facts) => {
    const decision = await decisionOn(
      '{enabled: on, admin: false, percent_loggedin: 0, users: []}',
      facts,
      { compat },
    )
    expect(decision).toEqual({
      feature: 'x',
      enabled: true,
      reason: 'STATIC',
      selector: 'enabled',
      generation: 1,
    })
  })

  test('off alone lets nobody in', async () => {
    expect(await decisionOn('{enabled: off}', gary, { compat })).toMatchObject({ enabled: false })
  })
})

describe('off and false', () => {
  test.each(['off', 'false', '"off"'])(
    '%s stops everything, percentages, forcing and the experiment included',
    async (value) => {
      const decision = await decisionOn(`{enabled: ${value}, ${REST}}`, gary)
      expect(decision).toEqual({
        feature: 'x',
        enabled: false,
        reason: 'DISABLED',
        selector: 'enabled',
        generation: 1,
      })
    },
  )

  test('a variant that the URL would force is not named either', async () => {
    expect((await decisionOn('{enabled: off, url: {x: blue}}', gary)).variant).toBeUndefined()
  })
})

test.each(['true', 'null', '1', 'On', 'ON', '"on "', 'yes', '""', '[on]', '{on: true}'])(
  '%s is refused, at its place',
  (value) => {
    expect(problemsOf(`\n  gold: true\n  enabled: ${value}`)).toEqual([
      { code: 'bad-type', severity: 'error', at: '3:12', path: 'enabled' },
    ])
  },
)

test('true is refused with what to write instead, because r2 opens such an entry to its other selectors alone', () => {
  expect(messagesOf('{enabled: true, admin: true}')).toEqual([
    'enabled is a boolean (true); write on or off',
  ])
})

describe("in r2's semantics", () => {
  test.each(['true', 'false', 'null', '1', '0', 'ON', 'On', '"off "', '""', '[]', '{a: 1}'])(
    '%s says nothing: the other selectors decide',
    async (value) => {
      expect(await decisionOn(`{enabled: ${value}}`, gary, { compat: 'r2' })).toMatchObject({
        enabled: false,
        reason: 'DEFAULT',
      })
      expect(
        await decisionOn(`{enabled: ${value}, admin: true}`, gary, { compat: 'r2' }),
      ).toMatchObject({ enabled: true, selector: 'admin' })
      expect(problemsOf(`{enabled: ${value}, admin: true}`, 'r2')).toEqual([])
    },
  )

  test.each<[string, string | undefined]>([
    ['admin: true, users: [gary], url: x', undefined],
    ['admin: true, percent_loggedin: 100', 'percent_loggedin'],
    ['experiment: {enabled: on, variants: {blue: 100, control_1: 0, control_2: 0}}', 'experiment'],
  ])('off ends the selector check alone: {%s} is claimed by %p', async (rest, selector) => {
    const { selector: claimed } = await decisionOn(`{enabled: off, ${rest}}`, gary, {
      compat: 'r2',
    })
    expect(claimed).toBe(selector)
  })
})

describe('an entry that is a plain value', () => {
  test.each([
    ['on', true],
    ['off', false],
    ['true', true],
    ['false', false],
    ['"on"', true],
  ])('%s means %p', async (value, enabled) => {
    expect(await decisionOn(value)).toEqual({
      feature: 'x',
      enabled,
      reason: enabled ? 'STATIC' : 'DISABLED',
      generation: 1,
    })
  })

  test.each([
    ['on', true],
    ['off', false],
    ['false', false],
    ['null', false],
    ['0', false],
    ['""', false],
    ['[]', false],
    ['', false],
  ])('%s means %p to r2', async (value, enabled) => {
    expect(await decisionOn(value, {}, { compat: 'r2' })).toEqual({
      feature: 'x',
      enabled,
      reason: enabled ? 'STATIC' : 'DISABLED',
      generation: 1,
    })
  })
})
