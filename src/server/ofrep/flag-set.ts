import { plainNotes } from '../../core/metadata'
import type { Features } from '../../engine/features'
import type { OfrepMetadata } from './item'

/** The flags of one content, as callers may see them. */
export interface FlagSet {
  readonly generation: number
  readonly hash: string
  /** Seconds since 1970. */
  readonly lastModified: number
  /** Sorted by UTF-16 code units. Refused ones without a last good version are included. */
  readonly names: readonly string[]
  /** Those that are marked `client: true`: what a browser may see. */
  readonly clientNames: readonly string[]
  metadataOf(name: string): OfrepMetadata | undefined
}

/** The set in force, made once for each content. */
export function flagSets(features: Features): () => FlagSet {
  let latest: FlagSet | undefined
  return () => {
    if (latest?.generation !== features.content.generation) latest = readFlagSet(features)
    return latest
  }
}

function readFlagSet(features: Features): FlagSet {
  const { names, rejected, generation, hash, loadedAt } = features.snapshot
  const all = [...names, ...rejected].sort()
  const notes = new Map<string, OfrepMetadata>()
  for (const name of names) {
    const metadata = features.metadata(name)
    if (metadata && Object.keys(metadata).length > 0) notes.set(name, plainNotes(metadata))
  }
  return {
    generation,
    hash,
    lastModified: Math.floor(loadedAt.getTime() / 1000),
    names: all,
    clientNames: all.filter((name) => features.metadata(name)?.['client'] === true),
    metadataOf: (name) => notes.get(name),
  }
}
