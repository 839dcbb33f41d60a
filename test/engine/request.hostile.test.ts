import fc from 'fast-check'
import { type Compat, type Decision, type Features, type World, worldOf } from '../../src'
import { anyValue, hostileFacts, visitor } from '../support/arbitraries'
import { closeEngines, openEngine } from '../support/engine'
import { sized } from '../support/long-run'

const RUNS = sized(250, 1000)

afterEach(closeEngines)

const ARMS = 'variants: {blue: 25, green: 25, control_1: 25, control_2: 25}'
const EXPERIMENT = `{experiment: {experiment_id: 7, loggedin: true, loggedout: true, ${ARMS}}}`

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

describe('nothing that a visitor sends, and no World however odd, throws out of a question', () => {
  const askEverything = (features: Features, world: World, compat: Compat): void => {
    const request = features.for(world)
    for (const name of features.snapshot.names) {
      const decision: Decision = request.decide(name)
      expect(typeof request.isEnabled(name)).toBe('boolean')
      expect(['string', 'undefined']).toContain(typeof request.variant(name))
      expect(request.explain(name).decision).toEqual(decision)
    }
    if (compat === 'liveflag') request.allEnabled()
  }

  test.each<Compat>(['liveflag', 'r2'])(
    `in the semantics of %s (${RUNS} random visitors)`,
    async (compat) => {
      const { features } = await openEngine(everySelector, { compat })
      fc.assert(
        fc.property(hostileFacts, (facts) => askEverything(features, worldOf(facts), compat)),
        { numRuns: RUNS, seed: 15 },
      )
    },
  )

  test(`nor do overrides of any kind (${RUNS} random ones)`, async () => {
    const { features } = await openEngine(everySelector)
    const names = features.snapshot.names
    fc.assert(
      fc.property(
        hostileFacts,
        hostileFacts,
        fc.constantFrom(...names),
        (facts, overrides, name) => {
          const request = features.for(worldOf(facts))
          expect(typeof request.isEnabled(name, overrides)).toBe('boolean')
          expect(request.explain(name, overrides).decision).toEqual(request.decide(name, overrides))
        },
      ),
      { numRuns: RUNS, seed: 16 },
    )
  })
})

describe('no entry, however odd, throws', () => {
  test.each<Compat>(['liveflag', 'r2'])(
    `in the semantics of %s (${RUNS} random values, each as a mapping and as r2's text)`,
    async (compat) => {
      await fc.assert(
        fc.asyncProperty(anyValue, fc.boolean(), visitor, async (value, asText, facts) => {
          const text = JSON.stringify({
            feature_x: asText ? JSON.stringify(value) : value,
            feature_y: 'on',
          })
          const { features, problems } = await openEngine(text, { format: 'json', compat })
          const request = features.for(worldOf(facts))
          expect([typeof request.isEnabled('x'), request.isEnabled('y')]).toEqual(['boolean', true])
          expect(request.explain('x').decision).toEqual(request.decide('x'))
          if (compat === 'liveflag') request.allEnabled()
          expect(features.snapshot.rejected.includes('x')).toBe(
            problems.some(({ severity }) => severity === 'error'),
          )
          for (const { line, column, feature } of problems)
            expect([line, (column ?? 0) >= 1, feature]).toEqual([1, true, 'x'])
          await closeEngines()
        }),
        { numRuns: RUNS, seed: 17 },
      )
    },
  )
})
