/** How often gates that are judged daily stop a ramp that harms nobody, and find one that does. */
import type { Metric } from '../../src/live-config/read-entries'
import { type Daily, failsOn, metricsOf, type Ramped, RATE } from '../support/daily-gates'
import { PATIENCE, sized } from '../support/long-run'

const RUNS = sized(20, 1000)

const shareThatFails = (
  metrics: readonly Metric[],
  rate: number,
  also: Partial<Ramped> = {},
): number =>
  Array.from({ length: RUNS }, (_, seed) => failsOn(seed + 1, { metrics, rate, ...also })).filter(
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

test.each<[string, number, Daily, 'up' | 'down']>([
  ['a rare one', 0.002, [50, 50], 'down'],
  ['a rare one that is wanted', 0.002, [50, 50], 'up'],
  ['a rare one of a small variant', 0.005, [190, 10], 'down'],
  ['one that is wanted, of a small variant', 0.03, [190, 10], 'up'],
  ['a rare one of a small control', 0.005, [10, 190], 'down'],
  ['one that nearly all have', 0.99, [90, 10], 'up'],
  ['one that nearly all have, unwanted', 0.99, [90, 10], 'down'],
])(
  'without harm a gate fails in less than 5 % also by %s (%d; %p a day, better %s)',
  (_what, rate, daily, direction) => {
    const metrics = metricsOf(['errors'], 0).map((metric) => ({ ...metric, direction }))
    expect(shareThatFails(metrics, rate, { control: rate, daily })).toBeLessThan(0.05)
  },
  PATIENCE,
)

test(
  'errors that the control never has are found',
  () => {
    const asked = { control: 0 }
    expect(shareThatFails(metricsOf(['errors'], 0.05), 0.02, asked)).toBeGreaterThan(0.95)
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
