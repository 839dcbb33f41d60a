import type { Decision, DecisionError, Reason } from '../core/decision'
import { type JsonValue, kindOf } from '../core/json'

/** A value with its reason; with an `error` the value is the caller's default. */
export interface ValueDetails<T> {
  readonly value: T
  readonly reason: Reason
  readonly variant?: string
  readonly generation: number
  readonly error?: DecisionError
  /** The Decision that the value was read from. */
  readonly decision: Decision
}

/**
 * Returns the value of a Decision for a caller who wants a value of the default's type. Unknown,
 * refused, null and switched off return the default; so does a value of another type, with an
 * error. A feature without values is a boolean, or a text when it has a variant.
 *
 * @param namesVariants whether an experiment names variants for some visitors; a feature that names
 * none has no text, so code that asks it for a text is mistaken
 */
export function typedValue<T extends JsonValue>(
  decision: Decision,
  otherwise: T,
  namesVariants: boolean,
): ValueDetails<T> {
  const { generation, variant, reason } = decision
  const common = { generation, decision, ...(variant !== undefined && { variant }) }
  if (decision.error) return { value: otherwise, reason: 'ERROR', ...common, error: decision.error }
  const value = plainValue(decision, otherwise, namesVariants)
  if (isLike(value, otherwise)) return { value, reason, ...common }
  if (reason === 'DISABLED') return { value: otherwise, reason, ...common }
  if (value === null || value === undefined)
    return { value: otherwise, reason: 'DEFAULT', ...common }
  // The generation is in the message, because each message is reported once.
  const message = `${decision.feature} is ${kindOf(value)}, and the code asks for ${kindOf(otherwise)}; make the two agree (generation ${generation})`
  return { value: otherwise, reason: 'ERROR', ...common, error: { code: 'TYPE_MISMATCH', message } }
}

function plainValue(
  { value, rule, enabled, variant }: Decision,
  otherwise: JsonValue,
  namesVariants: boolean,
): JsonValue | undefined {
  if (value !== undefined || rule !== undefined) return value
  if (typeof otherwise !== 'string') return enabled
  return variant ?? (enabled && !namesVariants ? enabled : undefined)
}

/** Lists and mappings are both objects. */
function isLike<T extends JsonValue>(value: JsonValue | undefined, like: T): value is T {
  return typeof value === typeof like && (value === null) === (like === null)
}
