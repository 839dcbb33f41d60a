import { jsonEqual } from '../core/json'
import type { Version } from './entries/version'
import type { Snapshot } from './snapshot'
import { TimeSlice } from './text/time-slice'

/** What a new snapshot changed: names of features whose meaning differs, each list sorted. */
export interface Change {
  readonly generation: number
  readonly previousGeneration: number
  readonly hash: string
  readonly added: readonly string[]
  readonly changed: readonly string[]
  readonly removed: readonly string[]
}

/**
 * The difference in meaning between two snapshots; undefined when there is none. Yields between
 * slices.
 */
export function* changeBetween(
  before: Snapshot,
  after: Snapshot,
): Generator<void, Change | undefined> {
  const slice = new TimeSlice()
  const added: string[] = []
  const changed: string[] = []
  for (const [name, { version }] of after.items()) {
    if (slice.isOver()) yield
    const old = before.item(name)?.version
    if (version && !old) added.push(name)
    else if (version && old && !sameMeaning(old, version)) changed.push(name)
  }
  const removed: string[] = []
  for (const name of before.names()) {
    if (slice.isOver()) yield
    if (after.item(name)?.version === undefined) removed.push(name)
  }
  if (added.length + changed.length + removed.length === 0) return undefined
  return {
    generation: after.generation,
    previousGeneration: before.generation,
    hash: after.hash,
    added: added.sort(),
    changed: changed.sort(),
    removed: removed.sort(),
  }
}

const sameMeaning = (a: Version, b: Version): boolean => a === b || jsonEqual(a.meaning, b.meaning)
