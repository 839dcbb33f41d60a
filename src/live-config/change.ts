import type { Installed } from '../core/feature'
import { jsonEqual } from '../core/json'
import type { Snapshot } from './snapshot'

/** What a new snapshot changed: names of features whose meaning differs, each list sorted. */
export interface Change {
  readonly generation: number
  readonly previousGeneration: number
  readonly hash: string
  readonly added: readonly string[]
  readonly changed: readonly string[]
  readonly removed: readonly string[]
}

/** The difference in meaning between two snapshots; undefined when there is none. */
export function changeBetween(before: Snapshot, after: Snapshot): Change | undefined {
  const added: string[] = []
  const changed: string[] = []
  for (const [name, installed] of after.features) {
    const old = before.features.get(name)
    if (!old) added.push(name)
    else if (!sameMeaning(old, installed)) changed.push(name)
  }
  const removed = [...before.features.keys()].filter((name) => !after.features.has(name))
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

const sameMeaning = (a: Installed, b: Installed): boolean => a.version === b.version || jsonEqual(a.version.meaning, b.version.meaning)
