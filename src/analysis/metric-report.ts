import { alone, type Side } from './comparisons'
import type {
  ConversionOfVariant,
  ConversionReport,
  Cuped,
  ValueOfVariant,
} from './conversion-report'
import { adjustByBefore, IMBALANCE_BELOW } from './cuped'
import type { Figure } from './effects'
import { isSkewed } from './guardrails'
import type { Cell } from './measures'
import type { MetricValues, WindowedMetric } from './metric-values'
import { PairMoments } from './moments'
import { unitsForSkewness } from './outliers'
import { phasedConversions, type PhasedConversions } from './phased-conversions'
import { type RatioOf, sideOfRatio } from './ratio-metric'
import { reportedLift } from './sequential-lift'
import {
  stratifiedDifferenceOfMeans,
  stratifiedDifferenceOfSides,
  stratifiedLiftOfSides,
  type Stratum,
} from './strata'
import { judge } from './uncertain'

/** What is compared, and with what. */
export interface Compared {
  readonly asked: WindowedMetric
  readonly controls: readonly string[]
  readonly cohorts: number
  /** How many metrics the time before is compared of; default 1. */
  readonly balances?: number
  /** On how many days somebody looked; default 1. On more than one every look counts. */
  readonly daysOfLooks?: number
}

/** Builds the report of a metric from what the people of each variant and cohort did. */
export function metricReport(
  cells: readonly Cell[],
  { winsorized }: Pick<MetricValues, 'winsorized'>,
  compared: Compared,
): ConversionReport {
  const { event, metric, windowMs } = compared.asked
  const plain = {
    ...phasedConversions(event, cells.map(summed), compared.cohorts, compared.controls),
    ...{ metric, windowMs, winsorized },
  }
  const skewed = { ...plain, ...skewnessOf(plain, cells) }
  const report = { ...skewed, isSkewed: isSkewed(skewed) }
  if (metric?.ratio) return withRatios(report, cells, compared)
  if (metric?.cupedMs === undefined) return report
  return withCuped(report, cells, metric.cupedMs, compared)
}

const summed = ({ pairs, ...counts }: Cell): PhasedConversions => ({
  ...counts,
  sum: pairs.second.sum,
  squaredDeviations: pairs.second.squaredDeviations,
})

/** Of all variants together: in a small one alone, nobody may have had a large value yet. */
function skewnessOf(
  { unitsForMean }: ConversionReport,
  cells: readonly Cell[],
): Pick<ConversionReport, 'skewness' | 'unitsForMean'> {
  if (unitsForMean === null) return { skewness: null, unitsForMean }
  const { skewness } = PairMoments.joined(cells.map(({ pairs }) => pairs)).second
  return { skewness, unitsForMean: Math.max(unitsForMean, unitsForSkewness(skewness)) }
}

/** Replaces the effects on the mean by those on what the time before does not foretell. */
function withCuped(
  report: ConversionReport,
  cells: readonly Cell[],
  beforeMs: number,
  compared: Compared,
): ConversionReport {
  const { controls, cohorts } = compared
  const { sums, theta, explained } = adjustByBefore(
    cells.map(({ pairs }) => pairs),
    cells.map(({ cohort }) => cohort),
  )
  const balanceP = balanceOf(cells, compared)
  const isBalanced = balanceP === null || balanceP >= IMBALANCE_BELOW
  const cuped: Cuped = { beforeMs, theta, reduction: explained, balanceP, isBalanced }
  if (!isBalanced) return { ...report, cuped }
  const adjusted = phasedConversions(
    report.name,
    cells.map((cell, i) => ({ ...summed(cell), ...sums[i] })),
    cohorts,
    controls,
  )
  return {
    ...report,
    cuped,
    controlCheck: report.controlCheck && {
      ...report.controlCheck,
      value: adjusted.controlCheck?.value ?? report.controlCheck.value,
    },
    variants: report.variants.map((one, i): ConversionOfVariant => {
      const { value: better, strata } = adjusted.variants[i] ?? {}
      const plain = one.value
      if (!plain || !better) return one
      const { difference, lift } = plain
      const unadjusted = difference || lift ? { difference, lift } : null
      const effects = { difference: better.difference, lift: better.lift, unadjusted }
      return { ...one, strata: strata ?? null, value: { ...plain, ...effects } }
    }),
  }
}

/** The smallest p of the values of before, with Bonferroni's bound over the variants and metrics. */
function balanceOf(
  cells: readonly Cell[],
  { controls, cohorts, balances = 1, daysOfLooks = 1 }: Compared,
): number | null {
  const ps = othersOf(cells, controls).flatMap((variant) => {
    const strata = strataOf(cells, variant, controls, cohorts).map(({ ours, theirs }) => ({
      ours: ours.first,
      theirs: theirs.first,
    }))
    const found = stratifiedDifferenceOfMeans(strata)
    const p = daysOfLooks > 1 ? found?.sequentialP : found?.p
    return typeof p === 'number' ? [p] : []
  })
  return ps.length === 0 ? null : Math.min(1, ps.length * balances * Math.min(...ps))
}

const othersOf = (cells: readonly Cell[], controls: readonly string[]): readonly string[] =>
  [...new Set(cells.map(({ variant }) => variant))].filter((one) => !controls.includes(one))

/** A variant and the controls together, cohort by cohort, of those in which there are both. */
function strataOf(
  cells: readonly Cell[],
  variant: string,
  controls: readonly string[],
  cohorts: number,
): readonly Stratum<PairMoments>[] {
  const joined = (cohort: number, names: readonly string[]): PairMoments =>
    PairMoments.joined(
      cells
        .filter((cell) => cell.cohort === cohort && names.includes(cell.variant))
        .map(({ pairs }) => pairs),
    )
  return Array.from({ length: cohorts }, (_, cohort) => ({
    ours: joined(cohort, [variant]),
    theirs: joined(cohort, controls),
  })).filter(({ ours, theirs }) => ours.units > 0 && theirs.units > 0)
}

/** A cell has the denominator first. */
export const ratioOf = (pairs: PairMoments): RatioOf => ({
  ...{ first: pairs.second, second: pairs.first, units: pairs.units },
  squaresOfFirst: (ratio) => pairs.squaresOfSecond(ratio),
})

/** Replaces means by ratios: the sum of the numerator over the sum of the denominator. */
function withRatios(
  report: ConversionReport,
  cells: readonly Cell[],
  { controls, cohorts }: Compared,
): ConversionReport {
  const [first, second] = controls.filter((one) => cells.some(({ variant }) => variant === one))
  const check =
    first !== undefined && second !== undefined ? sidesOf(cells, second, [first], cohorts) : []
  return {
    ...report,
    controlCheck: report.controlCheck && {
      ...report.controlCheck,
      value: stratifiedDifferenceOfSides(check),
    },
    variants: report.variants.map((one) => {
      const sides = controls.includes(one.variant)
        ? []
        : sidesOf(cells, one.variant, controls, cohorts)
      return {
        ...one,
        strata: one.strata && { ...one.strata, values: sides },
        value: ratioOfVariant(cells, one.variant, sides),
      }
    }),
  }
}

function ratioOfVariant(
  cells: readonly Cell[],
  variant: string,
  sides: readonly Stratum<Side>[],
): ValueOfVariant {
  const own = PairMoments.joined(
    cells.filter((cell) => cell.variant === variant).map(({ pairs }) => pairs),
  )
  const side = sideOfRatio(ratioOf(own))
  return {
    sum: own.second.sum,
    per: own.first.sum,
    mean: side ? figureOf(side) : null,
    difference: stratifiedDifferenceOfSides(sides),
    lift: reportedLift(stratifiedLiftOfSides(sides), { rates: [], values: sides }, 'value'),
    unadjusted: null,
    adjustedP: null,
  }
}

function figureOf(side: Side): Figure {
  const { value, interval, sequential } = judge(alone(side), Math.abs(side.mean))
  return { value, interval, sequential }
}

const sidesOf = (
  cells: readonly Cell[],
  variant: string,
  controls: readonly string[],
  cohorts: number,
): readonly Stratum<Side>[] =>
  strataOf(cells, variant, controls, cohorts).flatMap(({ ours, theirs }) => {
    const [a, b] = [sideOfRatio(ratioOf(ours)), sideOfRatio(ratioOf(theirs))]
    return a && b ? [{ ours: a, theirs: b }] : []
  })
