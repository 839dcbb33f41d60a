import type { ConversionOfVariant, ConversionReport } from './conversion-report'
import { benjaminiHochberg, holm } from './many-tests'

export type Adjust = (ps: readonly number[]) => readonly number[]

/**
 * Says of every comparison how probable it is by chance among all that were made. Those of primary
 * metrics are adjusted by Holm's method, so that none of them is likely to be chance; the rest by
 * Benjamini and Hochberg's, so that few of what is found are. Guardrails are not adjusted: each of
 * them must hold.
 */
export function withAdjustedP(
  conversions: readonly ConversionReport[],
): readonly ConversionReport[] {
  const ofRole = (...roles: readonly (string | undefined)[]): readonly ConversionReport[] =>
    conversions.filter(({ metric }) => roles.includes(metric?.role))
  const [primary, others] = [ofRole('primary'), ofRole('secondary', undefined)]
  const adjusted = new Map([...adjustedBy(holm, primary), ...adjustedBy(benjaminiHochberg, others)])
  return conversions.map((conversion) => adjusted.get(conversion) ?? conversion)
}

/** Each conversion, and the same with the p of its comparisons among those of all of them. */
export function adjustedBy(
  adjust: Adjust,
  conversions: readonly ConversionReport[],
): readonly (readonly [ConversionReport, ConversionReport])[] {
  const ps = conversions.flatMap(({ variants, metric }) =>
    variants.flatMap((one) => testsOf(one, metric)).filter((p) => p !== null),
  )
  const adjusted = adjust(ps)
  let next = 0
  const take = (p: number | null): number | null => (p === null ? null : (adjusted[next++] ?? null))
  return conversions.map((conversion) => [
    conversion,
    {
      ...conversion,
      variants: conversion.variants.map((one) => {
        const [ofRate, ofValue] = testsOf(one, conversion.metric).map(take)
        const value = one.value && { ...one.value, adjustedP: ofValue ?? null }
        return { ...one, adjustedP: ofRate ?? null, value }
      }),
    },
  ])
}

/** One test for the rates of a variant, one for its values; of a metric, the one that it is about. */
const testsOf = (
  one: ConversionOfVariant,
  metric: ConversionReport['metric'],
): readonly (number | null)[] => [
  metric?.type === 'value' || metric?.type === 'ratio' ? null : pOf(one),
  metric?.type === 'rate' || one.value === null ? null : pOf(one.value),
]

/** The one p of a comparison, for one look: of its lift, and of its difference while there is none. */
export const pOf = ({ lift, difference }: Pick<ConversionOfVariant, 'lift' | 'difference'>) =>
  (lift ?? difference)?.p ?? null
