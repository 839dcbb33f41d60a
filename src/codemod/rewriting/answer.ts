import type { Question } from '../script/questions'

/** What a removed feature answers from now on. */
export interface Forced {
  readonly feature: string
  readonly isOn: boolean
  /** The variant that everybody has; undefined when only on or off is known. */
  readonly variant?: string
}

/** r2's control groups have a variant, and the feature is off for them. */
const CONTROLS = new Set(['control_1', 'control_2'])

/** `on`, `off`, or the name of a variant. */
export function forcedAs(feature: string, as: string): Forced {
  if (as === 'on' || as === 'off') return { feature, isOn: as === 'on' }
  return { feature, isOn: !CONTROLS.has(as), variant: as }
}

/** The value of an answer. */
export type Value = boolean | string | undefined

/** Either what a question always answers from now on, or why that cannot be said. */
export type Answer = { readonly value: Value } | { readonly why: string }

const BOOLEAN = new Set([
  'isEnabled',
  'useFeature',
  'feature',
  'features',
  'flags',
  'getBooleanValue',
])
const VARIANT = new Set(['variant', 'useVariant'])

/** What the question answers when the feature is as it is forced to be. */
export function answerOf({ method }: Pick<Question, 'method'>, forced: Forced): Answer {
  if (BOOLEAN.has(method)) return { value: forced.isOn }
  if (!VARIANT.has(method))
    return { why: `${method} has more than on, off or a variant; replace it by hand` }
  if (!forced.isOn && forced.variant === undefined) return { value: undefined }
  if (forced.variant !== undefined) return { value: forced.variant }
  return { why: 'it asks for a variant; remove the feature as one, with --as VARIANT' }
}

/** A value as it is written in code. */
export const literalOf = (value: Value): string =>
  typeof value === 'string'
    ? `'${value.replace(/[\\']/g, '\\$&').replace(/\n/g, '\\n')}'`
    : String(value)
