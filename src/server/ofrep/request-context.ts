import { isObject } from '../../core/options'
import type { EvaluationContext } from '../../engine/evaluation-context'
import type { RequestLimits } from '../route'

/** The context, or why it is refused: a short text for a log, without anything that was sent. */
export type ContextRead = { readonly context: EvaluationContext } | { readonly refused: string }

const NONE: EvaluationContext = {}

/**
 * The context of a body `{ "context": { … } }`. An empty body, `{}` and `context: null` are an empty
 * context: real clients send them.
 *
 * @param body the parsed JSON; undefined of an empty body
 */
export function readContext(
  body: unknown,
  limits: Pick<RequestLimits, 'depth' | 'contextKeys'>,
): ContextRead {
  if (body === undefined) return { context: NONE }
  if (!isMapping(body)) return { refused: 'the request body is no JSON object' }
  const context = own(body, 'context')
  if (context === undefined || context === null) return { context: NONE }
  if (!isMapping(context)) return { refused: 'context is no JSON object' }
  const key = own(context, 'targetingKey')
  if (key !== undefined && key !== null && typeof key !== 'string')
    return { refused: 'targetingKey is no text' }
  if (Object.keys(context).length > limits.contextKeys)
    return { refused: `context has more than ${limits.contextKeys} members` }
  if (isDeeper(context, limits.depth))
    return { refused: `context is nested deeper than ${limits.depth} levels` }
  return { context }
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  isObject(value) && !Array.isArray(value)

const own = (mapping: Record<string, unknown>, name: string): unknown =>
  Object.hasOwn(mapping, name) ? mapping[name] : undefined

/** Level by level and not by recursion, so that no nesting overflows the stack. */
function isDeeper(value: object, depth: number): boolean {
  let level: object[] = [value]
  for (let n = 0; n < depth; n++) {
    level = level.flatMap((one) => Object.values(one).filter(isObject))
    if (level.length === 0) return false
  }
  return true
}
