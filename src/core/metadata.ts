import type { Metadata } from './feature'
import type { JsonObject } from './json'
import type { Schema } from './selector'

/** Keys of an entry that describe the feature and decide nothing. */
export const METADATA: Readonly<Record<string, Schema>> = {
  owner: { description: 'Who answers for the feature; problems name them.' },
  description: { type: 'string', description: 'What the feature does.' },
  created: { description: 'When it was added.' },
  expires: { description: 'When it should be gone from the code.' },
  ticket: { description: 'Where it is discussed.' },
  tags: { type: 'array', items: { type: 'string' } },
  client: { type: 'boolean', description: 'Whether browsers may see it; without it they may not.' },
  permanent: { type: 'boolean', description: 'Meant to stay, so never reported as stale.' },
}

/** Keys that begin with this are the author's own. */
export const isMetadata = (key: string): boolean =>
  Object.hasOwn(METADATA, key) || key.startsWith('x-') || key.startsWith('x_')

export const NO_METADATA: Metadata = {}

export function metadataOf(mapping: JsonObject): Metadata {
  const keys = Object.keys(mapping)
  return keys.some(isMetadata)
    ? Object.fromEntries(Object.entries(mapping).filter(([key]) => isMetadata(key)))
    : NO_METADATA
}

/** The mapping without the keys that decide nothing. */
export function meaningOf(mapping: JsonObject): JsonObject {
  const keys = Object.keys(mapping)
  return keys.some(isMetadata)
    ? Object.fromEntries(Object.entries(mapping).filter(([key]) => !isMetadata(key)))
    : mapping
}

/**
 * The notes that are texts, numbers or booleans, by their names without `x-`: what OpenFeature's
 * metadata can hold.
 */
export function plainNotes(notes: Metadata): Readonly<Record<string, string | number | boolean>> {
  const plain = Object.entries(notes).filter((note): note is [string, string | number | boolean] =>
    ['string', 'number', 'boolean'].includes(typeof note[1]),
  )
  return Object.fromEntries(plain.map(([key, value]) => [key.replace(/^x[-_]/, ''), value]))
}
