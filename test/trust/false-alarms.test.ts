/** How often a report finds something where there is nothing: simulated A/A experiments. */
import { differenceInMeans, differenceInRates } from '../../src/analysis/effects'
import { Moments } from '../../src/analysis/moments'
import { momentsOf, quantileOf, unitsForSkewness, winsorised } from '../../src/analysis/outliers'
import { sampleRatio } from '../../src/analysis/sample-ratio'
import { sequentialSampleRatio } from '../../src/analysis/sequential-sample-ratio'
import { chance } from '../support/chance'
import { PATIENCE, sized } from '../support/long-run'

const EXPERIMENTS = sized(80, 2000)
const DAYS = 60
const A_DAY = 40

/** The share of experiments of which `isAlarm` is true. */
const share = (isAlarm: () => boolean, experiments = EXPERIMENTS): number =>
  Array.from({ length: experiments }, isAlarm).filter(Boolean).length / experiments

/** By how much a share may be above what is promised: three standard errors. */
const slack = (promised: number, experiments = EXPERIMENTS): number =>
  3 * Math.sqrt((promised * (1 - promised)) / experiments)

test(
  'rates that are read daily for 60 days: every look together stays under 5 %, one look does not',
  () => {
    const { binomial } = chance(1)
    const ever = { once: 0, often: 0 }
    for (let run = 0; run < EXPERIMENTS; run++) {
      const [a, b] = [
        { converted: 0, units: 0 },
        { converted: 0, units: 0 },
      ]
      const found = { once: false, often: false }
      for (let day = 0; day < DAYS; day++) {
        for (const side of [a, b]) {
          side.units += A_DAY
          side.converted += binomial(A_DAY, 0.2)
        }
        const effect = differenceInRates(a, b)
        found.once ||= (effect?.p ?? 1) < 0.05
        found.often ||= (effect?.sequentialP ?? 1) < 0.05
      }
      if (found.once) ever.once++
      if (found.often) ever.often++
    }
    expect(ever.often / EXPERIMENTS).toBeLessThan(0.05)
    expect(ever.once / EXPERIMENTS).toBeGreaterThan(0.2)
  },
  PATIENCE,
)

test(
  'values that are read daily for 60 days: every look together stays under 5 %',
  () => {
    const { normal } = chance(2)
    const rate = share(() => {
      const [a, b] = [new Moments(), new Moments()]
      for (let day = 0; day < DAYS; day++) {
        for (let unit = 0; unit < A_DAY; unit++) {
          a.add(Math.exp(0.5 * normal()))
          b.add(Math.exp(0.5 * normal()))
        }
        if ((differenceInMeans(a, b)?.sequentialP ?? 1) < 0.05) return true
      }
      return false
    })
    expect(rate).toBeLessThan(0.05)
  },
  PATIENCE,
)

test(
  'a split that is read nightly for 60 days: every look together stays under its threshold',
  () => {
    const { binomial } = chance(3)
    const rate = share(() => {
      let a = 0
      for (let day = 1; day <= DAYS; day++) {
        a += binomial(A_DAY, 0.5)
        const split = [
          { variant: 'a', observed: a, share: 0.5 },
          { variant: 'b', observed: day * A_DAY - a, share: 0.5 },
        ]
        if ((sequentialSampleRatio(split) ?? 1) < 0.05) return true
      }
      return false
    })
    expect(rate).toBeLessThan(0.05)
  },
  PATIENCE,
)

test(
  'the verdict on a split that is read nightly for 60 days is a false alarm in less than 5 %, by far',
  () => {
    const { binomial } = chance(7)
    const ever = { once: 0, verdict: 0 }
    for (let run = 0; run < EXPERIMENTS; run++) {
      let a = 0
      const found = { once: false, verdict: false }
      for (let day = 1; day <= DAYS; day++) {
        a += binomial(A_DAY, 0.5)
        const split = [
          { variant: 'a', observed: a, share: 0.5 },
          { variant: 'b', observed: day * A_DAY - a, share: 0.5 },
        ]
        const { verdict, p } = sampleRatio(split, day)
        found.once ||= (p ?? 1) < 0.001
        found.verdict ||= verdict === 'mismatch'
      }
      if (found.once) ever.once++
      if (found.verdict) ever.verdict++
    }
    // Of the first look 0.1 %, and of all later ones together as much at most.
    expect(ever.verdict / EXPERIMENTS).toBeLessThan(0.002 + slack(0.002))
    expect(ever.verdict).toBeLessThanOrEqual(ever.once)
  },
  PATIENCE,
)

test.each([
  ['rates of 500', 500, 0.1],
  ['rates of 5,000', 5000, 0.05],
])(
  '%s, read once: 5 %% are found by chance',
  (_, units, rate) => {
    const { binomial } = chance(4)
    const side = () => ({ converted: binomial(units, rate), units })
    const experiments = sized(200, 2000)
    const found = share(() => (differenceInRates(side(), side())?.p ?? 1) < 0.05, experiments)
    expect(found).toBeLessThan(0.05 + slack(0.05, experiments))
  },
  PATIENCE,
)

test(
  'a split of which a variant expects few, read once: a mismatch of one in a thousand',
  () => {
    const { next } = chance(5)
    const experiments = sized(300, 20_000)
    const found = share(() => {
      const counts = [0, 0, 0]
      for (let unit = 0; unit < 150; unit++) {
        const at = next()
        const index = at < 0.495 ? 0 : at < 0.505 ? 1 : 2
        counts[index] = (counts[index] ?? 0) + 1
      }
      const shares = [0.495, 0.01, 0.495]
      const split = counts.map((observed, i) => ({
        variant: `${i}`,
        observed,
        share: shares[i] ?? 0,
      }))
      return (sampleRatio(split).p ?? 1) < 0.001
    }, experiments)
    expect(found).toBeLessThan(0.001 + slack(0.001, experiments))
  },
  PATIENCE,
)

test(
  'values of which a few are huge, 100 units against 9,900: the rule of skewness sees them, and a limit helps',
  () => {
    const { normal } = chance(6)
    const draw = (units: number) => ({
      units,
      values: Array.from({ length: units }, () => Math.exp(2 * normal())),
    })
    const experiments = sized(60, 1000)
    const alarms = { plain: 0, limited: 0, seen: 0 }
    for (let run = 0; run < experiments; run++) {
      const [small, large] = [draw(100), draw(9900)]
      if ((differenceInMeans(momentsOf(small), momentsOf(large))?.p ?? 1) < 0.05) alarms.plain++
      if (unitsForSkewness(momentsOf(large).skewness) > 100) alarms.seen++
      const limit = quantileOf([small, large], 0.95)
      const [a, b] = [momentsOf(winsorised(small, limit)), momentsOf(winsorised(large, limit))]
      if ((differenceInMeans(a, b)?.p ?? 1) < 0.05) alarms.limited++
    }
    expect(alarms.seen).toBe(experiments)
    expect(alarms.plain / experiments).toBeGreaterThan(0.1)
    expect(alarms.limited).toBeLessThan(alarms.plain)
  },
  PATIENCE,
)
