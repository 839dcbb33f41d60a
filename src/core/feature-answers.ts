import type { JsonObject, JsonValue } from './json'

/**
 * What templates and components ask: a request's questions, Features, the client of a browser, or
 * an object of tests.
 */
export interface FeatureAnswers {
  isEnabled(name: string): boolean
  variant(name: string): string | undefined
  /** The browser's client has this one; the server has one question for each type of value. */
  value?(name: string, otherwise: JsonValue): unknown
  getBooleanValue?(name: string, otherwise: boolean): boolean
  getStringValue?(name: string, otherwise: string): string
  getNumberValue?(name: string, otherwise: number): number
  getObjectValue?(name: string, otherwise: JsonObject | readonly JsonValue[]): unknown
  decide?(name: string): {
    readonly enabled: boolean
    readonly variant?: string | undefined
    readonly value?: JsonValue | undefined
  }
}

/** Whether a value can be asked for features, and so is no list of a product's features. */
export const isFeatureAnswers = (value: unknown): value is FeatureAnswers =>
  typeof value === 'object' &&
  value !== null &&
  ['isEnabled', 'variant'].every((name) => typeof Reflect.get(value, name) === 'function')

/** A text, a number and so on, for what a default such as `20` or `'light'` says it may be. */
export type ValueLike<T> = T extends string
  ? string
  : T extends number
    ? number
    : T extends boolean
      ? boolean
      : T

/** Returns a feature's value, or `otherwise` when it has none of the type of `otherwise`. */
export function valueOf<T extends JsonValue>(
  answers: FeatureAnswers,
  name: string,
  otherwise: T,
): ValueLike<T> {
  // Where answers come in: each question returns a value of the type of its default.
  return (answerOf(answers, name, otherwise) ?? otherwise) as ValueLike<T>
}

function answerOf(answers: FeatureAnswers, name: string, otherwise: JsonValue): unknown {
  if (answers.value) return answers.value(name, otherwise)
  switch (typeof otherwise) {
    case 'boolean':
      return answers.getBooleanValue?.(name, otherwise)
    case 'string':
      return answers.getStringValue?.(name, otherwise)
    case 'number':
      return answers.getNumberValue?.(name, otherwise)
    default:
      return otherwise === null ? null : answers.getObjectValue?.(name, otherwise)
  }
}

/**
 * Returns a feature's value of whatever type, else its variant, else true; undefined for those who
 * do not have it.
 */
export function anyValueOf(answers: FeatureAnswers, name: string): JsonValue | undefined {
  // Records the exposure; `decide` records none.
  const enabled = answers.isEnabled(name)
  const { value, variant = answers.variant(name) } = answers.decide?.(name) ?? {}
  return value ?? variant ?? (enabled || undefined)
}
