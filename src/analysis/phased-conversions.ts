import type { VariantConversions } from '../recording/store'
import { type Counted, pooled } from './controls'
import {
  type ControlCheck,
  type ConversionOfVariant,
  type ConversionReport,
  conversionReport,
  strataOf,
} from './conversion-report'
import { reportedLift } from './sequential-lift'
import { stratifiedDifferenceOfMeans, stratifiedLiftOfMeans, type Stratum } from './strata'
import { stratifiedDifference, stratifiedLift } from './stratified-rates'
import { ofAllLooks } from './uncertain'

/** What those units of a variant did who are of one cohort. */
export type PhasedConversions = VariantConversions & { readonly cohort: number }

/**
 * Builds the report of one conversion. The rates are those of all units of a variant. Where an
 * experiment has several cohorts, the differences are of units of the same one.
 */
export function phasedConversions(
  name: string,
  groups: readonly PhasedConversions[],
  phases: number,
  controls: readonly string[],
): ConversionReport {
  const report = phased(conversionReport(name, added(groups), controls), groups, phases, controls)
  return { ...report, variants: report.variants.map(asReported) }
}

const asReported = (one: ConversionOfVariant): ConversionOfVariant =>
  one.strata === null
    ? one
    : {
        ...one,
        difference: one.difference && ofAllLooks(one.difference),
        lift: reportedLift(one.lift, one.strata, 'rate'),
        value: one.value && {
          ...one.value,
          lift: reportedLift(one.value.lift, one.strata, 'value'),
        },
      }

function phased(
  report: ConversionReport,
  groups: readonly PhasedConversions[],
  phases: number,
  controls: readonly string[],
): ConversionReport {
  if (phases < 2) return report
  const byPhase = Array.from({ length: phases }, (_, phase) =>
    added(groups.filter(({ cohort }) => cohort === phase)),
  )
  return {
    ...report,
    controlCheck: report.controlCheck && checkOf(byPhase, report, controls),
    variants: report.variants.map((one) => {
      if (controls.includes(one.variant)) return one
      const strata = phasesOf(byPhase, one.variant, controls)
      return {
        ...one,
        difference: stratifiedDifference(strata),
        lift: stratifiedLift(strata),
        strata: strataOf(strata, one.value !== null),
        value: one.value && {
          ...one.value,
          difference: stratifiedDifferenceOfMeans(strata),
          lift: stratifiedLiftOfMeans(strata),
        },
      }
    }),
  }
}

/** The controls may have been filled in other phases each, as variants may. */
function checkOf(
  byPhase: readonly (readonly VariantConversions[])[],
  { variants }: ConversionReport,
  controls: readonly string[],
): ControlCheck | null {
  const [first, second] = variants.filter(({ variant }) => controls.includes(variant))
  if (!first || !second) return null
  const strata = phasesOf(byPhase, second.variant, [first.variant])
  return {
    difference: stratifiedDifference(strata),
    value: first.value && stratifiedDifferenceOfMeans(strata),
  }
}

function phasesOf(
  byPhase: readonly (readonly VariantConversions[])[],
  variant: string,
  controls: readonly string[],
): readonly Stratum<Counted>[] {
  return byPhase.flatMap((variants) => {
    const ours = variants.find((one) => one.variant === variant)
    const theirs = pooled(variants.filter((one) => controls.includes(one.variant)))
    return ours && theirs ? [{ ours, theirs }] : []
  })
}

/** Adds groups up, ordered by variant. */
function added(groups: readonly PhasedConversions[]): readonly VariantConversions[] {
  const found = new Map<string, VariantConversions>()
  for (const group of groups) {
    const { variant, units, converted, conversions, sum, squaredDeviations } = group
    const known = found.get(variant)
    const own = { variant, units, converted, conversions, sum, squaredDeviations }
    found.set(variant, known ? joined(known, own) : own)
  }
  return [...found.values()].sort((a, b) => (a.variant < b.variant ? -1 : 1))
}

/**
 * Two groups as one. Deviations from the common mean are added up by Chan, Golub and LeVeque (1979),
 * so that large totals of a small spread do not cancel.
 */
function joined(a: VariantConversions, b: VariantConversions): VariantConversions {
  const apart = b.sum / b.units - a.sum / a.units
  return {
    variant: a.variant,
    units: a.units + b.units,
    converted: a.converted + b.converted,
    conversions: a.conversions + b.conversions,
    sum: a.sum + b.sum,
    squaredDeviations:
      a.squaredDeviations +
      b.squaredDeviations +
      (apart ** 2 * a.units * b.units) / (a.units + b.units),
  }
}
