import { jsonEqual } from '../core/json'
import type { Version } from './entries/version'
import type { Snapshot } from './snapshot'
import { differences, type Edit } from './edits'
import { sortInSlices } from './text/sort-in-slices'
import { TimeSlice } from '../runtime/time-slice'

/** What a new snapshot changed: names of features whose meaning differs, each list sorted. */
export interface Change {
  readonly generation: number
  readonly previousGeneration: number
  readonly hash: string
  readonly added: readonly string[]
  readonly changed: readonly string[]
  readonly removed: readonly string[]
  /**
   * What was edited in the features that changed, place by place, found when it is read: `percent_loggedin`
   * from 25 to 50.
   */
  readonly edits: readonly Edit[]
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
  const names = yield* sortInSlices(changed, slice)
  const versions: Versions[] = []
  for (const name of names) {
    if (slice.isOver()) yield
    versions.push([before.item(name)?.version, after.item(name)?.version])
  }
  return new SnapshotChange(
    before,
    after,
    yield* sortInSlices(added, slice),
    names,
    yield* sortInSlices(removed, slice),
    versions,
  )
}

type Versions = readonly [before: Version | undefined, after: Version | undefined]

class SnapshotChange implements Change {
  readonly generation: number
  readonly previousGeneration: number
  readonly hash: string
  readonly #versions: readonly Versions[]

  constructor(
    before: Snapshot,
    after: Snapshot,
    readonly added: readonly string[],
    readonly changed: readonly string[],
    readonly removed: readonly string[],
    /** Of the features that changed: a listener that stores a change must not hold whole snapshots. */
    versions: readonly Versions[],
  ) {
    this.generation = after.generation
    this.previousGeneration = before.generation
    this.hash = after.hash
    this.#versions = versions
  }

  get edits(): readonly Edit[] {
    return this.#versions.flatMap(([old, version]) =>
      old && version ? editsBetween(old, version) : [],
    )
  }
}

function editsBetween(old: Version, version: Version): readonly Edit[] {
  const feature = version.feature.name
  return [
    ...differences(old.entryMeaning, version.entryMeaning),
    ...differences(old.definitions, version.definitions),
  ].map((difference) => ({ feature, ...difference }))
}

const sameMeaning = (a: Version, b: Version): boolean => a === b || jsonEqual(a.meaning, b.meaning)
