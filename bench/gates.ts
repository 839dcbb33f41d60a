// `npm run bench:gates -- [--runs 1000]`: how often gates that are judged daily put a ramp back that
// harms nobody, and after how many days one that does. The figures of docs/statistics.md.
import { parseArgs } from 'node:util'
import { A_DAY, DAYS, failsOn, metricsOf, type Ramped, RATE } from '../test/support/daily-gates'

const { values: flags } = parseArgs({ options: { runs: { type: 'string', default: '1000' } } })
const RUNS = Number(flags.runs)

const SCENES: Readonly<Record<string, Ramped>> = {
  'no harm, one gate without a margin': { metrics: metricsOf(['errors'], 0), rate: RATE },
  'no harm, any of four': { metrics: metricsOf(['a', 'b', 'c', 'd'], 0), rate: RATE },
  'half as many errors again, margin 5 %': {
    metrics: metricsOf(['errors'], 0.05),
    rate: RATE * 1.5,
  },
  'half as many again of 2 %, margin 5 %': {
    metrics: metricsOf(['errors'], 0.05),
    ...{ control: 0.02, rate: 0.03 },
  },
}

console.log(`${RUNS} ramps each, read daily for ${DAYS} days, ${2 * A_DAY} new units a day`)
for (const [scene, ramped] of Object.entries(SCENES)) {
  const days = Array.from({ length: RUNS }, (_, seed) => failsOn(seed + 1, ramped)).filter(
    (day) => day !== undefined,
  )
  const median = days.sort((a, b) => a - b)[Math.floor(days.length / 2)]
  const after = median === undefined ? '' : `, after ${median} days in the median`
  console.log(`${scene}: ${days.length} put back${after}`)
}
