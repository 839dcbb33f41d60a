/** Counting Decisions, without keeping them. */
import { Simulation } from '../../src/analysis/simulation'
import { type Claim, claimOf, decisionOf } from '../../src/core/decision'

const decision = (claim: Partial<Claim>) =>
  decisionOf('f', claimOf({ enabled: false, reason: 'DEFAULT', ...claim }), 1)

const assigned = (variant: string, experimentId?: number) =>
  decision({
    enabled: true,
    variant,
    reason: 'SPLIT',
    selector: 'experiment',
    assignment: {
      kind: 'user',
      experiment: 'f',
      variant,
      unit: 'u',
      bucket: 1,
      ...(experimentId === undefined ? {} : { experimentId }),
    },
  })

test.each<[string, Partial<Claim>]>([
  ['PARSE_ERROR', { reason: 'ERROR', error: { code: 'PARSE_ERROR', message: '' } }],
  [
    'participation_limit',
    { selector: 'experiment', participation: { experiment: 'e', outcome: 'participation_limit' } },
  ],
  ['forced', { variant: 'a', forced: true, selector: 'url' }],
  ['excluded', { selector: 'experiment', reason: 'SPLIT' }],
  ['no_active_experiment', { selector: 'experiment', reason: 'DISABLED' }],
  ['no_unit', { selector: 'experiment' }],
  ['gold', { selector: 'gold', reason: 'TARGETING_MATCH' }],
  ['static', { reason: 'STATIC' }],
])('an outcome is %s', (outcome, claim) => {
  const simulation = new Simulation('f', [])
  simulation.add(decision(claim))
  expect(simulation.report().outcomes).toEqual([{ outcome, users: 1, share: 1 }])
})

test('who is held out is in no variant of the experiment', () => {
  const simulation = new Simulation('f', [])
  const held = {
    experiment: 'holdout:all',
    ...{ kind: 'user' as const, variant: 'held_out', unit: 'u', bucket: 1 },
  }
  simulation.add(
    decision({ assignment: held, participation: { experiment: 'f', outcome: 'held_out' } }),
  )
  simulation.add(assigned('a'))
  const { outcomes, experiments } = simulation.report()
  expect(outcomes.map(({ outcome, users }) => [outcome, users])).toEqual([
    ['experiment_assigned', 1],
    ['held_out', 1],
  ])
  expect(experiments).toMatchObject([
    { experiment: 'f', assigned: 1, variants: [{ variant: 'a', users: 1 }] },
  ])
})

test('nobody at all has no shares', () => {
  const shares = [{ variant: 'a', share: 1 }]
  expect(
    new Simulation('f', [{ feature: 'f', id: 'e', status: undefined, shares }]).report(),
  ).toEqual({
    feature: 'f',
    users: 0,
    enabled: 0,
    outcomes: [],
    values: [],
    experiments: [
      {
        experiment: 'e',
        assigned: 0,
        variants: [{ variant: 'a', users: 0, share: 0, shareOfAssigned: null, expectedShare: 1 }],
        sampleRatio: expect.objectContaining({ verdict: 'nothing-to-test' }),
      },
    ],
  })
})

test('assignments are counted by experiment, those of none that was read from the live config, too', () => {
  const simulation = new Simulation('f', [])
  for (const one of [assigned('a', 7), assigned('a', 7), assigned('b')]) simulation.add(one)
  expect(
    simulation.report().experiments.map(({ experiment, assigned: count }) => [experiment, count]),
  ).toEqual([
    ['7', 2],
    ['f', 1],
  ])
})

test('values that are equal are one, whatever the order of their members', () => {
  const simulation = new Simulation('f', [])
  for (const value of [{ a: 1, b: 2 }, { b: 2, a: 1 }, 'x', null, null, null])
    simulation.add(decision({ value }))
  expect(simulation.report().values.map(({ value, users }) => [value, users])).toEqual([
    [null, 3],
    [{ a: 1, b: 2 }, 2],
    ['x', 1],
  ])
})
