import type { Node } from 'jsonc-parser'
import type { JsonValue } from '../core/json'
import { jsonTree } from './json-locate'
import { duplicateKey, type Unplaced } from './unplaced'

/** How many keys a value holds; NaN, which equals no count, when a number in it is too large to be one. */
export function keysWithin(value: JsonValue): number {
  if (typeof value === 'number') return Number.isFinite(value) ? 0 : NaN
  if (typeof value !== 'object' || value === null) return 0
  let keys = 0
  if (Array.isArray(value)) {
    for (const item of value as readonly JsonValue[]) keys += keysWithin(item)
    return keys
  }
  for (const item of Object.values(value)) keys += 1 + keysWithin(item)
  return keys
}

export interface Inspected {
  readonly value: JsonValue
  readonly problems: readonly Unplaced[]
}

/** Slow and exact: what is wrong with valid JSON, and the value without it. */
export function inspectJson(json: string): Inspected {
  const problems: Unplaced[] = []
  const root = jsonTree(json)
  if (root) inspect(root, problems)
  // A reviver defines members as JSON.parse does, so that `__proto__` stays a key.
  const finite = (_key: string, value: unknown): unknown => (typeof value === 'number' && !Number.isFinite(value) ? null : value)
  return { value: JSON.parse(json, finite) as JsonValue, problems }
}

function inspect(node: Node, problems: Unplaced[]): void {
  if (node.type === 'number' && !Number.isFinite(node.value)) {
    problems.push({ code: 'bad-type', severity: 'error', message: 'the number is too large to be told from infinity; write a smaller one', offset: node.offset })
  }
  if (node.type === 'object') reportDuplicates(node, problems)
  for (const child of node.children ?? []) inspect(child, problems)
}

function reportDuplicates(object: Node, problems: Unplaced[]): void {
  const seen = new Map<unknown, Node>()
  for (const key of (object.children ?? []).flatMap((property) => property.children?.[0] ?? [])) {
    const first = seen.get(key.value)
    if (first) problems.push(duplicateKey(String(key.value), first.offset, key.offset))
    else seen.set(key.value, key)
  }
}
