import type { Metric } from '../live-config/read-entries'
import type { VariantConversions } from '../recording/store'
import { type Counted, pooled } from './controls'
import {
  differenceInMeans,
  differenceInRates,
  type Effect,
  type Figure,
  figureOfMean,
  figureOfRate,
  liftInMeans,
  liftInRates,
} from './effects'
import type { LiftBounds } from './lift-bounds'
import { leastSkewness, unitsForSkewness } from './outliers'
import type { Proportion } from './ratio-score'
import { meansOf, type Strata, type Stratum } from './strata'

/** One kind of conversion, variant by variant. */
export interface ConversionReport {
  readonly name: string
  /** The metric that counts them, as the live config declares it; null if none does. */
  readonly metric: Metric | null
  /** Set of a metric whose conversions were never recorded: there are no figures then. */
  readonly unrecorded: Unrecorded | null
  /** They count for so long after a unit was first seen; null: without end. */
  readonly windowMs: number | null
  /** Of a guardrail metric, what became of it. */
  readonly guardrails: readonly Guardrail[]
  readonly variants: readonly ConversionOfVariant[]
  /**
   * How many units a variant needs at least before the mean of such skewed values is normal, and its
   * interval right; null without values.
   */
  readonly unitsForMean: number | null
  /** Of the values of all units together, those without one as 0; null where it is not known. */
  readonly skewness: number | null
  /** Whether it decides a difference of the means, too: in groups of about one size it cancels. */
  readonly isSkewed: boolean
  /** Which values were cut to a limit; null if the metric has no `winsorize`. */
  readonly winsorized: Winsorized | null
  /** What the time before says; null if the metric has no `cuped`. */
  readonly cuped: Cuped | null
  /** Whether the two controls agree, if there are two: they got the same, so they should. */
  readonly controlCheck: ControlCheck | null
}

/** A kind of conversions that a metric counts, and that was never recorded, of anybody. */
export interface Unrecorded {
  /** The name of the conversions. */
  readonly event: string
  /** A name that was recorded and is nearly the same, so that one of the two is likely a mistake. */
  readonly meant: string | null
}

/** Values beyond a limit count as the limit. It is one for all variants. */
export interface Winsorized {
  /** Null where there is no such limit. */
  readonly lowest: number | null
  readonly highest: number | null
  /** Units whose value was beyond. */
  readonly units: number
  /** Almost all units have the same value, so the limits would leave nothing else: none was set. */
  readonly isImpossible: boolean
}

/** CUPED: what the values before the experiment foretell is taken from those in it. */
export interface Cuped {
  readonly beforeMs: number
  /** How much of a value one of before foretells. */
  readonly theta: number
  /** How much of the variance went: 0.4 is 40 %. */
  readonly reduction: number
  /** How probable the differences before are by chance; null without a spread. */
  readonly balanceP: number | null
  /** Variants differed before they began, so nothing is adjusted. */
  readonly isBalanced: boolean
}

/** The second control against the first. */
export interface ControlCheck {
  readonly difference: Effect | null
  /** Of the means of values; null without values. */
  readonly value: Effect | null
}

/**
 * Whether a variant made a guardrail metric worse by more than its margin. `pass`: it did not;
 * `fail`: it did; `inconclusive`: the interval holds both.
 */
export interface Guardrail {
  readonly variant: string
  readonly verdict: 'pass' | 'fail' | 'inconclusive'
  /** By which part it is above the controls, for every look; null while there is nothing to compare. */
  readonly bounds: LiftBounds | null
  /** Why nothing can be said, whatever the bounds are; null where the verdict is that of the bounds. */
  readonly reason: string | null
}

export interface ConversionOfVariant {
  readonly variant: string
  readonly units: number
  /** Units with at least one conversion. */
  readonly converted: number
  readonly conversions: number
  /** Converted units of all; null without units. */
  readonly rate: Figure | null
  /** Against the controls together; null of a control, and where it cannot be said. */
  readonly difference: Effect | null
  readonly lift: Effect | null
  /** What guardrails are judged by; null of a control. */
  readonly strata: Strata | null
  /** The p of the difference among all comparisons of the report, for one look. */
  readonly adjustedP: number | null
  /**
   * The values that were recorded with the conversions, added up for each unit; null if there are
   * none.
   */
  readonly value: ValueOfVariant | null
}

export interface ValueOfVariant {
  /** Of a ratio, of its numerator. */
  readonly sum: number
  /** Of a ratio, the sum of its denominator; else null. */
  readonly per: number | null
  /** Not adjusted by CUPED. */
  readonly mean: Figure | null
  /** Of the means, against the controls together. */
  readonly difference: Effect | null
  readonly lift: Effect | null
  /** The same without CUPED; null if there is none. */
  readonly unadjusted: { readonly difference: Effect | null; readonly lift: Effect | null } | null
  /** The p of the difference among all comparisons of the report, for one look. */
  readonly adjustedP: number | null
}

export function conversionReport(
  name: string,
  counted: readonly VariantConversions[],
  controls: readonly string[],
): ConversionReport {
  const baselines = counted.filter(({ variant }) => controls.includes(variant))
  const baseline = pooled(baselines)
  const hasValues = counted.some(({ sum, squaredDeviations }) => sum !== 0 || squaredDeviations > 0)
  const [first, second] = baselines
  return {
    name,
    metric: null,
    unrecorded: null,
    windowMs: null,
    guardrails: [],
    variants: counted.map((ours) => {
      const theirs = baselines.includes(ours) ? undefined : baseline
      const { variant, units, converted, conversions } = ours
      return {
        variant,
        units,
        converted,
        conversions,
        rate: figureOfRate(ours),
        difference: theirs ? differenceInRates(ours, theirs) : null,
        lift: theirs ? liftInRates(ours, theirs) : null,
        strata: theirs ? strataOf([{ ours, theirs }], hasValues) : null,
        adjustedP: null,
        value: hasValues ? valueOf(ours, theirs) : null,
      }
    }),
    unitsForMean: hasValues ? unitsForMeanOf(counted) : null,
    skewness: null,
    isSkewed: false,
    winsorized: null,
    cuped: null,
    controlCheck: first && second ? checkOf(second, first, hasValues) : null,
  }
}

/** Of counts of phases. */
export const strataOf = (phases: readonly Stratum<Counted>[], hasValues: boolean): Strata => ({
  rates: phases.map(({ ours, theirs }) => ({ ours: rateIn(ours), theirs: rateIn(theirs) })),
  values: hasValues ? meansOf(phases) : [],
})

const rateIn = ({ converted, units }: Counted): Proportion => ({ converted, units })

const checkOf = (second: Counted, first: Counted, hasValues: boolean): ControlCheck => ({
  difference: differenceInRates(second, first),
  value: hasValues ? differenceInMeans(second, first) : null,
})

function unitsForMeanOf(counted: readonly Counted[]): number {
  const all = pooled(counted)
  return all ? unitsForSkewness(leastSkewness(all)) : 0
}

const valueOf = (ours: Counted, theirs: Counted | undefined): ValueOfVariant => ({
  sum: ours.sum,
  per: null,
  unadjusted: null,
  mean: figureOfMean(ours),
  difference: theirs ? differenceInMeans(ours, theirs) : null,
  lift: theirs ? liftInMeans(ours, theirs) : null,
  adjustedP: null,
})
