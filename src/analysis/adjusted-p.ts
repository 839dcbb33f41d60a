import type { ConversionOfVariant, ConversionReport } from './conversion-report'
import { benjaminiHochberg, holm } from './many-tests'

type Adjust = (ps: readonly number[]) => readonly number[]

/**
 * Says of every comparison how probable it is by chance among all that were made. Those by which the
 * experiment is judged are adjusted by Holm's method, so that none of them is likely to be chance;
 * the rest by Benjamini and Hochberg's, so that few of what is found are.
 */
export function withAdjustedP(
  conversions: readonly ConversionReport[],
  isPrimary: (name: string) => boolean = () => false,
): readonly ConversionReport[] {
  const primary = conversions.filter(({ name }) => isPrimary(name))
  const others = conversions.filter(({ name }) => !isPrimary(name))
  const adjusted = new Map([...adjustedBy(holm, primary), ...adjustedBy(benjaminiHochberg, others)])
  return conversions.map((conversion) => adjusted.get(conversion) ?? conversion)
}

function adjustedBy(
  adjust: Adjust,
  conversions: readonly ConversionReport[],
): readonly (readonly [ConversionReport, ConversionReport])[] {
  const ps = conversions.flatMap(({ variants }) =>
    variants.flatMap(testsOf).filter((p) => p !== null),
  )
  const adjusted = adjust(ps)
  let next = 0
  const take = (p: number | null): number | null => (p === null ? null : (adjusted[next++] ?? null))
  return conversions.map((conversion) => [
    conversion,
    {
      ...conversion,
      variants: conversion.variants.map((one) => {
        const [ofRate, ofValue] = testsOf(one).map(take)
        const value = one.value && { ...one.value, adjustedP: ofValue ?? null }
        return { ...one, adjustedP: ofRate ?? null, value }
      }),
    },
  ])
}

/** One test for the rates of a variant, one for its values. */
const testsOf = ({ difference, value }: ConversionOfVariant): readonly (number | null)[] => [
  difference?.p ?? null,
  value?.difference?.p ?? null,
]
