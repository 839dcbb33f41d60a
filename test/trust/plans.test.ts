/** Whether experiments of the size that was planned find what was planned, by what a report prints. */
import { differenceInRates } from '../../src/analysis/effects'
import { powerAtEnd, unitsFor } from '../../src/analysis/plan'
import type { Proportion } from '../../src/analysis/ratio-score'
import { sequentialLift } from '../../src/analysis/sequential-lift'
import { chance } from '../support/chance'
import { PATIENCE, sized } from '../support/long-run'

const EXPERIMENTS = sized(30, 2000)
const DAYS = 60
const POWER = 0.8

/** Three standard errors of a share of so many experiments. */
const slack = (share: number): number => 3 * Math.sqrt((share * (1 - share)) / EXPERIMENTS)

const planned = [
  { rate: 0.05, effect: -0.5, parts: [1, 1] },
  { rate: 0.05, effect: 1, parts: [1, 1] },
  { rate: 0.3, effect: -0.3, parts: [1, 1] },
  { rate: 0.3, effect: 0.3, parts: [1, 3] },
  { rate: 0.9, effect: -0.05, parts: [2, 1, 1] },
] as const

/** Of shares of so many units, the counts after each of the days. */
function* daily(
  { rate, effect, parts }: (typeof planned)[number],
  units: number,
  binomial: (units: number, rate: number) => number,
): Generator<readonly [ours: Proportion, theirs: Proportion]> {
  const whole = parts.reduce((sum: number, part) => sum + part, 0)
  let [ours, theirs] = [
    { converted: 0, units: 0 },
    { converted: 0, units: 0 },
  ]
  const grown = (side: Proportion, share: number, day: number, by: number): Proportion => {
    const more = Math.round((units * share * day) / DAYS) - side.units
    return { converted: side.converted + binomial(more, by), units: side.units + more }
  }
  for (let day = 1; day <= DAYS; day++) {
    ours = grown(ours, parts[1] / whole, day, rate * (1 + effect))
    theirs = grown(theirs, parts[0] / whole, day, rate)
    yield [ours, theirs]
  }
}

test.each(planned)(
  'of a rate of $rate, an effect of $effect with shares of $parts is found by who looks once, in 80 %',
  (plan) => {
    const { binomial } = chance(1)
    const { rate, effect, parts } = plan
    const whole = parts.reduce((sum: number, part) => sum + part, 0)
    const question = { metric: { rate }, shares: parts.map((part) => part / whole) }
    const units = unitsFor(question, { effect, power: POWER, looks: 'once' }) ?? 0
    let found = 0
    for (let run = 0; run < EXPERIMENTS; run++) {
      const [ours, theirs] = [...daily(plan, units, binomial)].at(-1) ?? []
      if (ours && theirs && (differenceInRates(ours, theirs)?.p ?? 1) < 0.05) found++
    }
    expect(Math.abs(found / EXPERIMENTS - POWER)).toBeLessThan(slack(POWER) + 0.025)
  },
  PATIENCE,
)

test.each(planned)(
  'of a rate of $rate, an effect of $effect with shares of $parts is found by who looks daily, in 80 % or more',
  (plan) => {
    const { binomial } = chance(2)
    const { rate, effect, parts } = plan
    const whole = parts.reduce((sum: number, part) => sum + part, 0)
    const question = { metric: { rate }, shares: parts.map((part) => part / whole) }
    const units = unitsFor(question, { effect, power: POWER, looks: 'often' }) ?? 0
    const [ever, atEnd] = [
      { difference: 0, lift: 0 },
      { difference: 0, lift: 0 },
    ]
    for (let run = 0; run < EXPERIMENTS; run++) {
      const found = { difference: false, lift: false }
      const last = { difference: 1, lift: 1 }
      for (const [ours, theirs] of daily(plan, units, binomial)) {
        const strata = { rates: [{ ours, theirs }], values: [] }
        last.difference = differenceInRates(ours, theirs)?.sequentialP ?? 1
        last.lift = sequentialLift(strata, 'rate')?.sequentialP ?? 1
        found.difference ||= last.difference < 0.05
        found.lift ||= last.lift < 0.05
      }
      for (const kind of ['difference', 'lift'] as const) {
        ever[kind] += Number(found[kind])
        atEnd[kind] += Number(last[kind] < 0.05)
      }
    }
    const end = powerAtEnd(question, units, effect)
    for (const kind of ['difference', 'lift'] as const) {
      expect(ever[kind] / EXPERIMENTS).toBeGreaterThan(POWER - slack(POWER))
      expect(Math.abs(atEnd[kind] / EXPERIMENTS - end)).toBeLessThan(slack(end) + 0.04)
    }
  },
  PATIENCE,
)
