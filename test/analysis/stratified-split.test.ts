/** The split of an experiment whose shares were edited, cohort by cohort. */
import { sampleRatio } from '../../src/analysis/sample-ratio'
import {
  added,
  addedChiSquare,
  commonChiSquare,
  sequentialOfStrata,
  withEnough,
} from '../../src/analysis/stratified-split'
import { chance } from '../support/chance'

type Counts = Readonly<Record<string, readonly [observed: number, share: number]>>

const stratum = (counts: Counts) =>
  Object.entries(counts).map(([variant, [observed, share]]) => ({ variant, observed, share }))

/** Two variants of a cohort. */
const halves = (a: number, b: number, share = 0.5) => stratum({ a: [a, 1 - share], b: [b, share] })

const ratioOf = (strata: readonly ReturnType<typeof stratum>[], daysOfLooks = 1) =>
  sampleRatio(added(strata), daysOfLooks, strata)

test('of one cohort, what all have in common is the chi-square of Pearson', () => {
  const split = stratum({ a: [140, 0.25], b: [100, 0.25], c: [60, 0.5] })
  const [own, common] = [addedChiSquare([split]), commonChiSquare([split])]
  expect(common.chiSquare).toBeCloseTo(own.chiSquare, 9)
  expect(common).toMatchObject({ degreesOfFreedom: 2, p: expect.closeTo(own.p, 12) })
})

test('cohorts without a variant in common have the degrees of both', () => {
  const strata = [halves(60, 40), stratum({ c: [55, 0.5], d: [45, 0.5] })]
  expect(commonChiSquare(strata).chiSquare).toBeCloseTo(5, 9)
  expect(commonChiSquare(strata).degreesOfFreedom).toBe(2)
})

test('each cohort varies by its own shares, and not by the mean of them', () => {
  const strata = [halves(930, 70, 0.1), halves(130, 870, 0.9)]
  // 60 units beside a variance of 2 · 1,000 · 0.1 · 0.9.
  expect(commonChiSquare(strata).chiSquare).toBeCloseTo(3600 / 180, 9)
  expect(sampleRatio(added(strata)).verdict).toBe('no-mismatch')
  expect(ratioOf(strata).verdict).toBe('mismatch')
})

describe('one cohort that loses units of one variant and another that loses those of the other', () => {
  const strata = [halves(900, 1000), halves(1000, 900)]
  const many = [halves(9000, 10_000), halves(10_000, 9000)]

  test('are a sound split if they are added up, and a mismatch cohort by cohort', () => {
    expect(sampleRatio(added(many)).p).toBe(1)
    expect(ratioOf(many)).toMatchObject({ verdict: 'mismatch', degreesOfFreedom: 2 })
    expect(addedChiSquare(strata).chiSquare).toBeCloseTo(2 * (2 * (50 ** 2 / 950)), 9)
  })

  test('also for whoever looks often', () => {
    expect(ratioOf(many, 30)).toMatchObject({ verdict: 'mismatch', isOfAllLooks: true })
  })
})

test('cohorts of few are tested with the next larger one', () => {
  const strata = [halves(500, 500), halves(3, 2), halves(0, 4)]
  expect(withEnough(strata, 5).map((one) => one.map(({ observed }) => observed))).toEqual([
    [503, 506],
  ])
  expect(ratioOf(strata).degreesOfFreedom).toBe(1)
  const between = [halves(10, 10), halves(95, 5, 0.01), halves(500, 500)]
  expect(withEnough(between, 5).map((one) => one.map(({ observed }) => observed))).toEqual([
    [10, 10],
    [595, 505],
  ])
  const fewer = [halves(2, 1), halves(1, 1)]
  expect(ratioOf(fewer).verdict).toBe('too-few')
})

test('a small loss that all cohorts have is found by every look as it is in one', () => {
  const one = sequentialOfStrata([halves(30_000, 28_000)])
  const three = sequentialOfStrata([
    ...[halves(10_000, 9333), halves(10_000, 9333), halves(10_000, 9334)],
  ])
  expect(one).toBeLessThan(1e-12)
  expect(three).toBeLessThan(1e-12)
})

test('without a loss, daily looks have a p below 0.01 in fewer than one of a hundred experiments', () => {
  const RUNS = 600
  let alarms = 0
  for (let run = 0; run < RUNS; run++) {
    const { binomial } = chance(run)
    const counts = [0.1, 0.5, 0.9].map((share) => ({ share, units: 0, b: 0 }))
    let least = 1
    for (const count of counts)
      for (let day = 0; day < 5; day++) {
        count.units += 50
        count.b += binomial(50, count.share)
        const seen = counts.filter(({ units }) => units > 0)
        const strata = seen.map(({ units, b, share }) => halves(units - b, b, share))
        least = Math.min(least, sequentialOfStrata(strata))
      }
    if (least < 0.01) alarms++
  }
  expect(alarms / RUNS).toBeLessThan(0.01)
})
