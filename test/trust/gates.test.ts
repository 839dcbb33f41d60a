/** How often gates that are judged daily stop a ramp that harms nobody, and find one that does. */
import { type Judgeable, verdictOf } from '../../src/analysis/gates'
import { conversionReport } from '../../src/analysis/conversion-report'
import type { Metric } from '../../src/live-config/read-entries'
import { chance } from '../support/chance'
import { PATIENCE, sized } from '../support/long-run'

const RUNS = sized(60, 1000)
const DAYS = 60
/** Units of each variant that are new each day. */
const A_DAY = 50
const RATE = 0.2

const metricsOf = (names: readonly string[], margin: number): readonly Metric[] =>
  names.map((name) => ({
    ...{ name, event: name, type: 'rate', direction: 'down', windowMs: null },
    ...{ role: 'guardrail', margin },
  }))

/** The day on which a gate fails; undefined when none does. */
function failsOn(
  seed: number,
  { metrics, rate }: { readonly metrics: readonly Metric[]; readonly rate: number },
): number | undefined {
  const { binomial } = chance(seed)
  const counts = metrics.map(() => ({ control: 0, new: 0 }))
  for (let day = 1; day <= DAYS; day++) {
    for (const count of counts) {
      count.control += binomial(A_DAY, RATE)
      count.new += binomial(A_DAY, rate)
    }
    const report = {
      quality: { isRed: false, crossed: 0 },
      sampleRatio: { verdict: 'no-mismatch' },
      leaks: [],
      variants: [{ variant: 'control', units: day * A_DAY }],
      controls: ['control'],
      conversions: metrics.map((metric, i) => ({
        ...conversionReport(
          metric.name,
          (['control', 'new'] as const).map((variant) => ({
            ...{ variant, units: day * A_DAY, converted: counts[i]?.[variant] ?? 0 },
            ...{ conversions: 0, sum: 0, squaredDeviations: 0 },
          })),
          ['control'],
        ),
        metric,
      })),
    } as unknown as Judgeable
    const names = metrics.map(({ name }) => name)
    if (verdictOf(report, names).outcome === 'fail') return day
  }
  return undefined
}

const shareThatFails = (metrics: readonly Metric[], rate: number): number =>
  Array.from({ length: RUNS }, (_, seed) => failsOn(seed + 1, { metrics, rate })).filter(
    (day) => day !== undefined,
  ).length / RUNS

test(
  'a ramp without harm fails in less than 5 % of 60 daily looks, by one gate and by four',
  () => {
    // Without a margin, which is the hardest: with one, harm has to be above it.
    expect(shareThatFails(metricsOf(['errors'], 0), RATE)).toBeLessThan(0.05)
    expect(shareThatFails(metricsOf(['a', 'b', 'c', 'd'], 0), RATE)).toBeLessThan(0.05)
  },
  PATIENCE,
)

test(
  'half as many errors again are found, with a margin of 5 %',
  () => {
    expect(shareThatFails(metricsOf(['errors'], 0.05), RATE * 1.5)).toBeGreaterThan(0.95)
  },
  PATIENCE,
)
