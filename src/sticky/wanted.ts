import type { StickyDocument } from '../core/sticky'
import { documentKey, stickyText } from './documents'

/** A document to be loaded: of one value of one attribute. */
export interface Wanted {
  readonly key: string
  readonly name: string
  readonly value: string
}

/** Lists the documents to ask for, each once. An attribute without a value has none. */
export function wantedOf(
  attributes: Readonly<Record<string, unknown>>,
  names: readonly string[],
): readonly Wanted[] {
  return [...new Set(names)].flatMap((name) => {
    const value = Object.hasOwn(attributes, name) ? textOf(attributes[name]) : ''
    return value === '' ? [] : [{ key: documentKey(name, value), name, value }]
  })
}

/** Returns an empty text for falsy values, which are not hashed either. */
const textOf = (value: unknown): string => (value ? stickyText(value) : '')

/**
 * Returns `answer` if it is the document that was wanted: a store, and cookies above all, may hold
 * anything.
 */
export function validDocument(
  answer: unknown,
  { name, value }: Wanted,
): StickyDocument | undefined {
  if (!isRecord(answer) || answer.attributeName !== name || answer.attributeValue !== value)
    return undefined
  const assignments = validAssignments(answer.assignments)
  return assignments && { attributeName: name, attributeValue: value, assignments }
}

export function validAssignments(value: unknown): Readonly<Record<string, string>> | undefined {
  if (!isRecord(value) || Array.isArray(value)) return undefined
  return Object.fromEntries(
    Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  )
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** Merges two documents of one visitor; where they differ, the newer one wins. */
export function merged(older: StickyDocument | undefined, newer: StickyDocument): StickyDocument {
  return older ? { ...newer, assignments: { ...older.assignments, ...newer.assignments } } : newer
}
