import type { StickyDocument } from '../core/sticky'
import { documentKey, stickyText } from './documents'

/** A document to be loaded: of one value of one attribute. */
export interface Wanted {
  readonly key: string
  readonly name: string
  readonly value: string
}

/** What to ask for, each once; a visitor without a value has no document. */
export function wantedOf(
  attributes: Readonly<Record<string, unknown>>,
  names: readonly string[],
): readonly Wanted[] {
  return [...new Set(names)].flatMap((name) => {
    const value = Object.hasOwn(attributes, name) ? textOf(attributes[name]) : ''
    return value === '' ? [] : [{ key: documentKey(name, value), name, value }]
  })
}

/** Empty for what is falsy, as hashing has it. */
const textOf = (value: unknown): string => (value ? stickyText(value) : '')

/**
 * What a service gave, when it is the document that was wanted; a store, and cookies above all, may
 * hold anything.
 */
export function soundDocument(given: unknown, { name, value }: Wanted): StickyDocument | undefined {
  if (!isRecord(given) || given.attributeName !== name || given.attributeValue !== value)
    return undefined
  const assignments = soundAssignments(given.assignments)
  return assignments && { attributeName: name, attributeValue: value, assignments }
}

export function soundAssignments(given: unknown): Readonly<Record<string, string>> | undefined {
  if (!isRecord(given) || Array.isArray(given)) return undefined
  return Object.fromEntries(
    Object.entries(given).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  )
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** One document of two of the same visitor; where they differ, the newer one. */
export function merged(older: StickyDocument | undefined, newer: StickyDocument): StickyDocument {
  return older ? { ...newer, assignments: { ...older.assignments, ...newer.assignments } } : newer
}
