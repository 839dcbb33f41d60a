import type { Facts } from '../../src/index'
import { worldWith } from '../support/counting-world'
import { closeEngines, decisionOn, entryText, problemsOf, openEngine } from '../support/engine'

afterEach(closeEngines)

const ACCOUNT_ROLES = ['admin', 'employee', 'beta', 'gold'] as const
const userWith = (role: string): Facts => ({ user: { id: 't2_1', name: 'gary', [role]: true } })

describe.each(['liveflag', 'r2'] as const)('in the semantics of %s', (compat) => {
  test.each(ACCOUNT_ROLES)('%s lets in whoever has that role, and nobody else', async (role) => {
    expect(await decisionOn(`{${role}: true}`, userWith(role), { compat })).toEqual({
      feature: 'x',
      enabled: true,
      reason: 'TARGETING_MATCH',
      selector: role,
      generation: 1,
    })
    for (const other of ACCOUNT_ROLES.filter((name) => name !== role)) {
      expect(await decisionOn(`{${role}: true}`, userWith(other), { compat })).toMatchObject({
        enabled: false,
        reason: 'DEFAULT',
      })
    }
    expect(await decisionOn(`{${role}: true}`, {}, { compat })).toMatchObject({
      enabled: false,
      reason: 'DEFAULT',
    })
  })

  test.each<[string, Facts, boolean]>([
    ['loggedin', { user: { id: 't2_1' } }, true],
    ['loggedin', { user: {} }, true],
    ['loggedin', {}, false],
    ['loggedin', { loid: 'abc' }, false],
    ['loggedout', {}, true],
    ['loggedout', { loid: 'abc' }, true],
    ['loggedout', { user: { id: 't2_1' } }, false],
  ])('%s, asked about %j, says %p', async (role, facts, enabled) => {
    expect(await decisionOn(`{${role}: true}`, facts, { compat })).toMatchObject({ enabled })
  })

  test.each([...ACCOUNT_ROLES, 'loggedin', 'loggedout'])(
    '%s: false is as if it were not there',
    async (role) => {
      expect(await decisionOn(`{${role}: false}`, userWith(role), { compat })).toMatchObject({
        enabled: false,
        reason: 'DEFAULT',
      })
      expect(
        await decisionOn(`{${role}: false, users: [gary]}`, userWith(role), { compat }),
      ).toMatchObject({ enabled: true, selector: 'users' })
    },
  )

  test('a role is what the World says about the user of the question', async () => {
    const { features } = await openEngine(entryText('{admin: true}'), { compat })
    const request = features.for(
      worldWith(
        { isAdmin: (user?: { id?: string }) => user?.id === 't2_boss' },
        { user: { id: 't2_1' } },
      ),
    )
    expect([request.isEnabled('x'), request.isEnabled('x', { user: { id: 't2_boss' } })]).toEqual([
      false,
      true,
    ])
  })
})

test.each(['"yes"', '1', '0', 'null', '[]', '[admin]', '{}', 'yes'])(
  '%s is neither true nor false: refused, at its place',
  (value) => {
    for (const role of [...ACCOUNT_ROLES, 'loggedin', 'loggedout']) {
      expect(problemsOf(`\n  ${role}: ${value}`)).toEqual([
        { code: 'bad-type', severity: 'error', at: `2:${role.length + 5}`, path: role },
      ])
    }
  },
)

test.each([
  ['1', true],
  ['"no"', true],
  ['"0"', true],
  ['[0]', true],
  ['{a: 0}', true],
  ['-1', true],
  ['0', false],
  ['""', false],
  ['[]', false],
  ['{}', false],
  ['null', false],
])('r2 takes %s for %p, as Python does', async (value, enabled) => {
  expect(await decisionOn(`{gold: ${value}}`, userWith('gold'), { compat: 'r2' })).toMatchObject({
    enabled,
  })
  expect(problemsOf(`{gold: ${value}}`, 'r2')).toEqual([])
})
