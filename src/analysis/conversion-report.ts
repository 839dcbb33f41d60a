import type { VariantConversions } from '../recording/store'
import { differenceOfMeans, meanOf, type MeanEstimate } from './means'
import { differenceOfRates, type Estimate, liftOfRates, rateOf } from './proportions'

/** One kind of conversion, variant by variant. */
export interface ConversionReport {
  readonly name: string
  readonly variants: readonly ConversionOfVariant[]
}

export interface ConversionOfVariant {
  readonly variant: string
  readonly units: number
  /** Units with at least one conversion. */
  readonly converted: number
  readonly conversions: number
  /** Converted units of all; null without units. */
  readonly rate: Estimate | null
  /** Against the control; null of the control itself, and where it cannot be said. */
  readonly difference: Estimate | null
  readonly lift: Estimate | null
  /**
   * The values that were recorded with the conversions, added up for each unit; null if there are
   * none.
   */
  readonly value: ValueOfVariant | null
}

export interface ValueOfVariant {
  readonly sum: number
  readonly mean: MeanEstimate | null
  /** Of the means, against the control. */
  readonly difference: MeanEstimate | null
}

export function conversionReport(
  name: string,
  counted: readonly VariantConversions[],
  control: string | undefined,
): ConversionReport {
  const baseline = counted.find(({ variant }) => variant === control)
  const hasValues = counted.some(({ sum, squaredDeviations }) => sum !== 0 || squaredDeviations > 0)
  return {
    name,
    variants: counted.map((ours) => {
      const theirs = ours === baseline ? undefined : baseline
      const { variant, units, converted, conversions, sum } = ours
      return {
        variant,
        units,
        converted,
        conversions,
        rate: rateOf(ours) ?? null,
        difference: (theirs && differenceOfRates(ours, theirs)) ?? null,
        lift: (theirs && liftOfRates(ours, theirs)) ?? null,
        value: hasValues
          ? {
              sum,
              mean: meanOf(ours) ?? null,
              difference: (theirs && differenceOfMeans(ours, theirs)) ?? null,
            }
          : null,
      }
    }),
  }
}
