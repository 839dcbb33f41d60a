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

/**
 * Merges two documents of one visitor. Where they differ, the older one stays when it is not what
 * `loaded` has, on which the newer one is based: somebody else came first. Without `loaded` the newer
 * one wins.
 */
export function merged(
  older: StickyDocument | undefined,
  newer: StickyDocument,
  loaded?: StickyDocument,
): StickyDocument {
  if (!older) return newer
  const first = loaded
    ? Object.entries(older.assignments).filter(
        ([key, variation]) => assignmentOf(loaded, key) !== variation,
      )
    : []
  return {
    ...newer,
    assignments: {
      ...older.assignments,
      ...newer.assignments,
      ...Object.fromEntries(first),
    },
  }
}

const assignmentOf = ({ assignments }: StickyDocument, key: string): string | undefined =>
  Object.hasOwn(assignments, key) ? assignments[key] : undefined

/** A document to be stored, and what it is based on. */
export interface Save {
  readonly document: StickyDocument
  readonly loaded?: StickyDocument | undefined
}

/** Two saves of one document as one. */
export function mergedSaves(older: Save | undefined, newer: Save): Save {
  if (!older) return newer
  const document = merged(older.document, newer.document, newer.loaded)
  if (!older.loaded || !newer.loaded) return { document }
  return { document, loaded: merged(newer.loaded, older.loaded) }
}

export const noAssignments = ({ name, value }: Wanted): StickyDocument => ({
  attributeName: name,
  attributeValue: value,
  assignments: {},
})
