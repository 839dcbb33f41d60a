import type { Decision, DecisionError, Reason } from '../core/decision'
import { type JsonValue, kindOf } from '../core/json'

/** A value with how it came about; with an `error` it is the caller's default. */
export interface ValueDetails<T> {
  readonly value: T
  readonly reason: Reason
  readonly variant?: string
  readonly generation: number
  readonly error?: DecisionError
}

/**
 * What a Decision gives to a caller who wants a value of the default's type. Unknown, refused and
 * null give the default; a value of another type gives it too, and says so. A feature without
 * values is a boolean, or a text where it has a variant.
 */
export function typedValue<T extends JsonValue>(decision: Decision, otherwise: T): ValueDetails<T> {
  const { generation, variant } = decision
  const common = { generation, ...(variant !== undefined && { variant }) }
  if (decision.error) return { value: otherwise, reason: 'ERROR', ...common, error: decision.error }
  const value = plainValue(decision, otherwise)
  if (value === null || value === undefined)
    return { value: otherwise, reason: 'DEFAULT', ...common }
  if (isLike(value, otherwise)) return { value, reason: decision.reason, ...common }
  // With the generation, because it is told once for each.
  const message = `${decision.feature} gives ${kindOf(value)}, and the code asks for ${kindOf(otherwise)}; make the two agree (generation ${generation})`
  return { value: otherwise, reason: 'ERROR', ...common, error: { code: 'TYPE_MISMATCH', message } }
}

function plainValue(
  { value, rule, enabled, variant }: Decision,
  otherwise: JsonValue,
): JsonValue | undefined {
  if (value !== undefined || rule !== undefined) return value
  return typeof otherwise === 'string' ? variant : enabled
}

/** Lists and mappings are both objects. */
function isLike<T extends JsonValue>(value: JsonValue, like: T): value is T {
  return typeof value === typeof like && (value === null) === (like === null)
}
