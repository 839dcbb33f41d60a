import type { CustomSelector } from '../../src/core/custom-selector'
import type { JsonValue } from '../../src/core/json'

type Variants = Readonly<Record<string, JsonValue>>

/**
 * Named variants with one that everybody has, and one for whom a rule is written in code: what the
 * flags of OpenFeature's suites have and liveflag's own entries have not.
 */
export const named = (
  key: string,
  matches?: (attribute: (name: string) => unknown) => boolean,
): CustomSelector => ({
  key,
  stage: 'rules',
  summary: 'Named variants, for tests.',
  schema: { type: 'object' },
  compile(value) {
    const {
      variants,
      default: usual,
      targeted,
    } = value as unknown as {
      readonly variants: Variants
      readonly default: string
      readonly targeted?: string
    }
    const claim = (variant: string, reason: 'STATIC' | 'DEFAULT' | 'TARGETING_MATCH') => ({
      variant,
      value: variants[variant] ?? null,
      reason,
    })
    if (matches === undefined || targeted === undefined) return claim(usual, 'STATIC')
    return (visitor) =>
      matches((name) => visitor.attribute(name))
        ? claim(targeted, 'TARGETING_MATCH')
        : claim(usual, 'DEFAULT')
  },
})
