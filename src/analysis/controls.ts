import { LiveflagError } from '../core/errors'
import { namedControls } from '../experiments/control'
import type { VariantConversions } from '../recording/store'

/**
 * The variants that the others are compared with: the one that is `wanted`; else those that the
 * experiment declares, or that are called a control; else the first by name.
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION if `wanted` is not among the variants
 */
export function controlsOf(
  variants: readonly string[],
  wanted: string | undefined,
  declared?: readonly string[],
): readonly string[] {
  if (wanted !== undefined && !variants.includes(wanted))
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `there is no variant ${wanted} that could be the control; there are ${variants.join(', ') || 'none'}`,
    )
  if (wanted !== undefined) return [wanted]
  const named = namedControls(variants, declared)
  return named.length > 0 ? named : variants.slice(0, 1)
}

/** What is counted of several variants, as if they were one. */
export type Counted = Omit<VariantConversions, 'variant'>

/** Several variants as one: the spread between their means is part of the whole. */
export function pooled(variants: readonly Counted[]): Counted | undefined {
  const [first] = variants
  if (!first || variants.length === 1) return first
  const total = (of: (one: Counted) => number): number =>
    variants.reduce((sum, one) => sum + of(one), 0)
  const [units, sum] = [total((one) => one.units), total((one) => one.sum)]
  const between = total((one) =>
    one.units === 0 ? 0 : one.units * (one.sum / one.units - sum / units) ** 2,
  )
  return {
    units,
    sum,
    converted: total((one) => one.converted),
    conversions: total((one) => one.conversions),
    squaredDeviations: total((one) => one.squaredDeviations) + between,
  }
}
