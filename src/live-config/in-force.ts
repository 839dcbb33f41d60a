import { createHash } from 'node:crypto'
import type { Problem } from '../core/problem'
import { mergeTexts } from './clashes'
import type { Semantics } from './entries/semantics'
import type { Part } from './part'
import { type Layer, NOTHING, Snapshot } from './snapshot'

/** A snapshot and what it was made of. */
export interface InForce {
  readonly snapshot: Snapshot
  /** Of each source, the parts that it contributed. */
  readonly parts: readonly (readonly Part[])[]
  /** Of each source, the layers that came of its parts. */
  readonly layers: readonly (readonly Layer[])[]
  /** Problems between the texts of one source. */
  readonly clashes: readonly Problem[]
}

export const NOTHING_IN_FORCE: InForce = { snapshot: NOTHING, parts: [], layers: [], clashes: [] }

/**
 * Merges the parts of all sources into a snapshot. A feature that is in two texts of a source keeps
 * its version of `before`.
 */
export function snapshotOf(
  parts: readonly (readonly Part[])[],
  before: InForce,
  rules: Pick<Semantics, 'compat' | 'badEntry'>,
  generation: number,
  loadedAt: number,
): InForce {
  const merged = parts.map((texts, i) => mergeTexts(texts, before.layers[i] ?? [], rules))
  const layers = merged.map((source) => source.layers)
  return {
    snapshot: new Snapshot(generation, hashOf(parts.flat()), loadedAt, layers.flat()),
    parts,
    layers,
    clashes: merged.flatMap(({ problems }) => problems),
  }
}

/**
 * Whether the snapshot was made of these parts, each source for itself: then there is nothing to
 * install.
 */
export function isMadeOf({ parts: made }: InForce, parts: readonly (readonly Part[])[]): boolean {
  const sameParts = (a: readonly Part[], b: readonly Part[] = []): boolean =>
    a.length === b.length &&
    a.every(({ source, items }, i) => items === b[i]?.items && source === b[i].source)
  return parts.length === made.length && parts.every((texts, i) => sameParts(texts, made[i]))
}

function hashOf(parts: readonly Part[]): string {
  const hashes = parts.map((part) => part.hash ?? '')
  return hashes.length === 1
    ? hashes.join('')
    : createHash('sha256').update(hashes.join('\n')).digest('hex')
}
