import { conversionReport } from '../../src/analysis/conversion-report'
import { type Judgeable, verdictOf } from '../../src/analysis/gates'
import type { Metric } from '../../src/live-config/read-entries'
import { chance } from './chance'

export const DAYS = 60
/** Units of each variant that are new each day. */
export const A_DAY = 50
export const RATE = 0.2

/** New units each day of the control and of the variant. */
export type Daily = readonly [control: number, variant: number]

export const metricsOf = (names: readonly string[], margin: number): readonly Metric[] =>
  names.map((name) => ({
    ...{ name, event: name, type: 'rate', direction: 'down', windowMs: null },
    ...{ role: 'guardrail', margin },
  }))

export interface Ramped {
  readonly metrics: readonly Metric[]
  readonly rate: number
  readonly control?: number
  readonly daily?: Daily
}

/** The day on which a gate fails; undefined when none does. */
export function failsOn(
  seed: number,
  { metrics, rate, control = RATE, daily = [A_DAY, A_DAY] }: Ramped,
): number | undefined {
  const { binomial } = chance(seed)
  const counts = metrics.map(() => ({ control: 0, new: 0 }))
  for (let day = 1; day <= DAYS; day++) {
    for (const count of counts) {
      count.control += binomial(daily[0], control)
      count.new += binomial(daily[1], rate)
    }
    const report = {
      quality: { isRed: false, crossed: 0, crossedOfStaying: 0 },
      sampleRatio: { verdict: 'no-mismatch' },
      leaks: [],
      littleLeft: [],
      variants: [{ variant: 'control', units: day * Math.min(...daily) }],
      controls: ['control'],
      conversions: metrics.map((metric, i) => ({
        ...conversionReport(
          metric.name,
          (['control', 'new'] as const).map((variant) => ({
            ...{
              variant,
              units: day * daily[variant === 'control' ? 0 : 1],
              converted: counts[i]?.[variant] ?? 0,
            },
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
