import { isJsonObject, type JsonObject, type JsonValue } from '../core/json'
import { isRecord, textOf } from './coercion'
import type { Test } from './membership'

/** An object of operators: it has keys, and each begins with `$`. Any other object is a literal. */
export function isOperators(expected: JsonValue): expected is JsonObject {
  if (!isJsonObject(expected)) return false
  const keys = Object.keys(expected)
  return keys.length > 0 && keys.every((key) => key.startsWith('$'))
}

/** Equality with what a condition holds, with JavaScript's coercion (spec/growthbook.md, section 7.2). */
export function equalTo(expected: JsonValue): Test {
  if (typeof expected === 'string') return (value) => textOf(value) === expected
  if (typeof expected === 'number') return (value) => (typeof value === 'number' ? value : Number(value)) === expected
  if (typeof expected === 'boolean') return (value) => value !== null && Boolean(value) === expected
  if (expected === null) return (value) => value === null
  const json = JSON.stringify(expected)
  return (value) => isRecord(value) && JSON.stringify(value) === json
}
