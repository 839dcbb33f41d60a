/** Edits that move buckets: how often a report finds an effect of variants that are alike. */
import { closeEngines } from '../support/engine'
import { PATIENCE, sized } from '../support/long-run'
import { movedExperiment } from '../support/moved-experiment'

afterEach(closeEngines)

const RUNS = sized(4, 300)

test(
  'without the buckets that moved there is an alarm in 5 %; without those who came back in most',
  async () => {
    const alarms = { naive: 0, byBucket: 0 }
    for (let run = 0; run < RUNS; run++) {
      const { naive, byBucket = 0 } = await movedExperiment(run)
      if (naive < 0.05) alarms.naive++
      if ((byBucket ?? 0) < 0.05) alarms.byBucket++
    }
    expect(alarms.naive / RUNS).toBeGreaterThan(0.3)
    expect(alarms.byBucket / RUNS).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / RUNS))
  },
  PATIENCE,
)
