import { isDeepStrictEqual } from 'node:util'
import { type Facts, worldOf } from '../core/world'
import type { Explanation } from '../engine/explain'
import type { Exposure } from '../engine/exposure'
import type { Features } from '../engine/features'
import { badValue } from './json-text'
import type { TestFeatures } from './settable'
import { shown, traceText } from './trace'

type Asked = Pick<Features, 'for'>
type Exposing = Pick<TestFeatures, 'exposed'>

/** What a matcher says; Jest and Vitest take it alike. */
export interface MatcherAnswer {
  readonly pass: boolean
  readonly message: () => string
}

/** What is used of a runner's own `this`: asymmetric matchers such as `expect.any(Number)` work by it. */
interface MatcherContext {
  readonly equals?: (a: unknown, b: unknown) => boolean
}

/** What `toHaveExposed` compares; members that are left out are not compared. */
export type ExpectedExposure = { readonly [K in keyof Exposure]?: unknown }

/**
 * The matchers as `expect` has them, for TypeScript: `liveflag/testing/jest` and
 * `liveflag/testing/vitest` add them to the types of these runners.
 */
export interface LiveflagMatchers<R = unknown> {
  /** The feature is on for this visitor. Records no exposure. */
  toBeEnabledFor(features: Asked, facts: Facts): R
  /** The visitor gets this variant; `undefined` is none. */
  toHaveVariantFor(features: Asked, facts: Facts, variant: string | undefined): R
  /** The visitor gets this value. */
  toHaveValueFor(features: Asked, facts: Facts, value: unknown): R
  /** `testFeatures` recorded such an exposure since the test began. */
  toHaveExposed(feature: string, expected?: ExpectedExposure): R
}

/**
 * Matchers for `expect.extend` of Jest and Vitest. A failure says which selector decided, what it
 * asked and which bucket was drawn.
 *
 * @example
 * expect.extend(matchers)
 * expect('new_header').toBeEnabledFor(features, { user: { id: 't2_beef', name: 'gary' } })
 */
export const matchers = {
  toBeEnabledFor(name: unknown, features: Asked, facts: Facts): MatcherAnswer {
    const explanation = explained('toBeEnabledFor', name, features, facts)
    const { enabled } = explanation.decision
    return answer(enabled, `${shown(name)} on`, facts, explanation)
  },

  toHaveVariantFor(
    name: unknown,
    features: Asked,
    facts: Facts,
    variant: string | undefined,
  ): MatcherAnswer {
    const explanation = explained('toHaveVariantFor', name, features, facts)
    const pass = explanation.decision.variant === variant
    return answer(pass, `${shown(name)} to have variant ${shown(variant)}`, facts, explanation)
  },

  toHaveValueFor(
    this: MatcherContext | undefined,
    name: unknown,
    features: Asked,
    facts: Facts,
    value: unknown,
  ): MatcherAnswer {
    const explanation = explained('toHaveValueFor', name, features, facts)
    const pass = isEqual(this, explanation.decision.value, value)
    return answer(pass, `${shown(name)} to have value ${shown(value)}`, facts, explanation)
  },

  toHaveExposed(
    this: MatcherContext | undefined,
    features: unknown,
    feature: string,
    expected: ExpectedExposure = {},
  ): MatcherAnswer {
    const exposed = (features as Partial<Exposing> | null | undefined)?.exposed
    if (!Array.isArray(exposed))
      throw badValue('toHaveExposed', 'give expect the features that testFeatures returned')
    const list = exposed as readonly Exposure[]
    const pass = list.some((one) => one.feature === feature && hasMembers(this, one, expected))
    return {
      pass,
      message: () =>
        [
          `expected ${pass ? 'no exposure' : 'an exposure'} of ${shown(feature)}${Object.keys(expected).length === 0 ? '' : ` with ${shown(expected)}`}; recorded${list.length === 0 ? ' none' : ''}:`,
          ...list.map(exposureLine),
        ].join('\n'),
    }
  },
}

const hasMembers = (
  context: MatcherContext | undefined,
  exposure: Exposure,
  expected: ExpectedExposure,
): boolean =>
  Object.entries(expected).every(([key, value]) =>
    isEqual(context, exposure[key as keyof Exposure], value),
  )

const exposureLine = ({ feature, variant, kind, unit }: Exposure): string =>
  `  ${feature}: ${variant} for ${kind} ${shown(unit)}`

const isEqual = (context: MatcherContext | undefined, a: unknown, b: unknown): boolean =>
  context?.equals ? context.equals(a, b) : isDeepStrictEqual(a, b)

function explained(matcher: string, name: unknown, features: Asked, facts: Facts): Explanation {
  if (typeof name !== 'string')
    throw badValue(
      matcher,
      `give expect the name of a feature: expect('new_header').${matcher}(features, …)`,
    )
  if (typeof (features as Partial<Asked> | undefined)?.for !== 'function')
    throw badValue(matcher, 'the first argument is no Features')
  return features.for(worldOf(facts)).explain(name)
}

const answer = (
  pass: boolean,
  wanted: string,
  facts: Facts,
  explanation: Explanation,
): MatcherAnswer => ({
  pass,
  message: () =>
    `expected ${wanted} ${pass ? 'not to be so ' : ''}for ${shown(facts)}, but:\n${traceText(explanation)}`,
})
