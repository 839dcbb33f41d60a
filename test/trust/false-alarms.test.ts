/** How often a report finds something where there is nothing: simulated A/A experiments. */
import { differenceInMeans, differenceInRates } from '../../src/analysis/effects'
import { Moments } from '../../src/analysis/moments'
import { momentsOf, quantileOf, unitsForSkewness, winsorised } from '../../src/analysis/outliers'
import type { Interval } from '../../src/analysis/distributions'
import { benjaminiHochberg } from '../../src/analysis/many-tests'
import { type PhasedConversions, phasedConversions } from '../../src/analysis/phased-conversions'
import { stratifiedDifference } from '../../src/analysis/stratified-rates'
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

const FEW = [0.5, 0.1, 0.0135].flatMap((share) =>
  [0.002, 0.01, 0.05].flatMap((rate) => [1, 2, 5].map((phases) => [share, rate, phases] as const)),
)

test.each(FEW)(
  'a share of %d of 8,000, of whom %d convert, in %d phases: 5 %% are found by chance, and the truth is in 95 %%',
  (share, rate, phases) => {
    const experiments = sized(24, 2000)
    for (const effect of [1, 1.5]) {
      const { binomial } = chance(8)
      const found = { once: 0, often: 0, missed: 0, missedOften: 0 }
      for (let run = 0; run < experiments; run++) {
        const strata = Array.from({ length: phases }, () => {
          const [n, m] = [8000 * share, 8000 * (1 - share)].map((units) =>
            Math.round(units / phases),
          )
          const side = (units = 0, of = rate) => ({ converted: binomial(units, of), units })
          return { ours: side(n, rate * effect), theirs: side(m) }
        })
        const { p, sequentialP, interval, sequential } = stratifiedDifference(strata) ?? {}
        const holds = ([low, high]: Interval): boolean =>
          low <= rate * (effect - 1) && rate * (effect - 1) <= high
        found.once += Number((p ?? 1) < 0.05)
        found.often += Number((sequentialP ?? 1) < 0.05)
        found.missed += Number(!holds(interval ?? [0, 0]))
        found.missedOften += Number(!holds(sequential ?? [0, 0]))
      }
      const most = experiments * (0.05 + slack(0.05, experiments))
      if (effect === 1) expect(found.once).toBeLessThanOrEqual(most)
      if (effect === 1) expect(found.often).toBeLessThanOrEqual(experiments * 0.05)
      expect(found.missed).toBeLessThanOrEqual(most)
      expect(found.missedOften).toBeLessThanOrEqual(experiments * 0.05)
    }
  },
  PATIENCE,
)

test.each([1, 2])(
  'a small variant of few who convert, read daily for 60 days in %d phases: every look stays under 5 %%',
  (phases) => {
    const { binomial } = chance(9)
    const found = share(
      () => {
        const side = () => ({ converted: 0, units: 0 })
        const strata = Array.from({ length: phases }, () => ({ ours: side(), theirs: side() }))
        for (let day = 0; day < DAYS; day++) {
          const now = strata[Math.floor((day * phases) / DAYS)]
          if (!now) return false
          now.ours.units += 10
          now.ours.converted += binomial(10, 0.01)
          now.theirs.units += 490
          now.theirs.converted += binomial(490, 0.01)
          if ((stratifiedDifference(strata)?.sequentialP ?? 1) < 0.05) return true
        }
        return false
      },
      sized(24, 1000),
    )
    expect(found).toBeLessThan(0.05)
  },
  PATIENCE,
)

test.each<[string, number, (next: () => number) => number]>([
  ['nothing but what one in twenty paid', 0.05, (next) => (next() < 0.05 ? 10 : 0)],
  ['nothing but what one in twenty paid', 0.1, (next) => (next() < 0.05 ? 10 : 0)],
  ['exponential', 0.05, (next) => -Math.log(1 - next())],
  [
    'lognormal',
    0.1,
    (next) => Math.exp(Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(6.283 * next())),
  ],
])(
  'twenty segments of values (%s), of whom a share of %d is in the variant: one in twenty has any',
  (_, of, value) => {
    const { next, binomial } = chance(10)
    const experiments = sized(40, 1000)
    const found = share(() => {
      const ps = Array.from({ length: 20 }, () => {
        const ours = binomial(500, of)
        const draw = (units: number) => Moments.of(Array.from({ length: units }, () => value(next)))
        return differenceInMeans(draw(ours), draw(500 - ours))?.p ?? 1
      })
      return benjaminiHochberg(ps).some((p) => p < 0.05)
    }, experiments)
    expect(found).toBeLessThan(0.06 + slack(0.06, experiments))
  },
  PATIENCE,
)

test(
  'twenty segments of a hundred, of whom five are in the variant: one experiment in twenty has any',
  () => {
    const { binomial } = chance(12)
    const experiments = sized(200, 2000)
    const found = share(() => {
      const ps = Array.from({ length: 20 }, () => {
        const units = binomial(100, 0.05)
        const side = (of: number) => ({ converted: binomial(of, 0.05), units: of })
        return differenceInRates(side(units), side(100 - units))?.p ?? 1
      })
      return benjaminiHochberg(ps).some((p) => p < 0.05)
    }, experiments)
    expect(found).toBeLessThan(0.05)
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
  'values of which a few are huge, 100 units against 9,900: the rule of skewness sees them, and they are found by chance in 5 %',
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
    const most = 0.05 + slack(0.05, experiments)
    expect(alarms.plain / experiments).toBeLessThan(most)
    expect(alarms.limited / experiments).toBeLessThan(most)
  },
  PATIENCE,
)

test.each([180, 1000])(
  'lifts of means of %d units on each side, of whom 5 %% pay, are found by chance in 5 %%, as differences are',
  (units) => {
    const { next, normal } = chance(12)
    const cell = (variant: string): PhasedConversions => {
      const paid = Moments.of(
        Array.from({ length: units }, () => (next() < 0.05 ? Math.exp(3 + normal()) : 0)),
      )
      const { sum, squaredDeviations } = paid
      return { variant, cohort: 0, units, converted: 0, conversions: 0, sum, squaredDeviations }
    }
    const experiments = sized(200, 2000)
    const found = share(() => {
      const report = phasedConversions('buy', [cell('control'), cell('new')], 1, ['control'])
      const lift = report.variants.find(({ variant }) => variant === 'new')?.value?.lift
      const [low, high] = lift?.interval ?? [0, 0]
      return (lift?.p ?? 1) < 0.05 || low > 0 || high < 0
    }, experiments)
    expect(found).toBeLessThan(0.05 + slack(0.05, experiments))
  },
  PATIENCE,
)
