import fc from 'fast-check'
import { type Compat, type Facts, worldOf } from '../../src/index'
import { liveflagEntry, r2Entry, visitor } from '../support/arbitraries'
import { closeEngines, openEngine } from '../support/engine'
import { liveflagAnswer, type ModelAnswer, type ModelEvent, r2Answer } from '../support/model'
import { sized } from '../support/long-run'

const RUNS = sized(500, 2000)

/**
 * What the engine answers on `feature_x` for each visitor, in the model's words; undefined when it
 * refused the entry.
 */
async function answers(
  entry: unknown,
  visitors: readonly Facts[],
  compat: Compat,
  loggedOutExperiments: boolean,
): Promise<ModelAnswer[] | undefined> {
  const { features, exposures } = await openEngine(JSON.stringify({ feature_x: entry }), {
    format: 'json',
    compat,
    loggedOutExperiments,
  })
  const refused = features.snapshot.rejected.length > 0
  const found = visitors.map((facts) => {
    exposures.length = 0
    const request = features.for(worldOf(facts))
    const enabled = request.isEnabled('x')
    const [event] = exposures.map(({ kind, variant, unit }): ModelEvent => ({
      kind,
      variant,
      unit,
    }))
    return { enabled, variant: features.for(worldOf(facts)).variant('x'), event }
  })
  await closeEngines()
  return refused ? undefined : found
}

describe('the walk answers as the rules do that were written a second time in test/support/model.ts', () => {
  test(`in liveflag's own semantics (${RUNS} random entries, 5 visitors each)`, async () => {
    await fc.assert(
      fc.asyncProperty(
        liveflagEntry,
        fc.array(visitor, { minLength: 5, maxLength: 5 }),
        fc.boolean(),
        async (entry, visitors, loggedOutExperiments) => {
          const found = await answers(entry, visitors, 'liveflag', loggedOutExperiments)
          expect(found).toEqual(
            visitors.map((facts) => liveflagAnswer('x', entry, facts, { loggedOutExperiments })),
          )
        },
      ),
      { numRuns: RUNS, seed: 1 },
    )
  })

  test(`in r2's semantics, loose types included (${RUNS} random entries, 5 visitors each)`, async () => {
    let refused = 0
    await fc.assert(
      fc.asyncProperty(
        r2Entry,
        fc.array(visitor, { minLength: 5, maxLength: 5 }),
        fc.boolean(),
        async (entry, visitors, loggedOutExperiments) => {
          const found = await answers(entry, visitors, 'r2', loggedOutExperiments)
          if (found === undefined) refused++
          else
            expect(found).toEqual(
              visitors.map((facts) => r2Answer('x', entry, facts, { loggedOutExperiments })),
            )
        },
      ),
      { numRuns: RUNS, seed: 2 },
    )
    expect(refused).toBe(0)
  })
})
