import type { FeatureName } from '../core/feature-types'
import type { Problem } from '../core/problem'
import type { Source, WatchState } from '../core/source'
import type { LiveConfig, Status } from '../live-config/live-config'
import type { Holdout, Metric } from '../live-config/read-entries'
import type { Snapshot } from '../live-config/snapshot'
import type { SourceState } from '../live-config/source-state'

/** Which content is in force. */
export interface Content extends ContentInfo {
  /**
   * Equal to `hash` when nothing was refused. Otherwise it covers the older versions in force as
   * well, so that processes with equal revisions answer alike.
   */
  readonly revision: string
}

interface ContentInfo {
  readonly status: Status
  /** Counts the contents that were read, refused ones included; this one is in force. */
  readonly generation: number
  /** SHA-256 of the content in force, hex. */
  readonly hash: string
  readonly loadedAt: Date
}

export type { SourceState }

/** What is in force, as `features.snapshot` shows it. */
export interface SnapshotInfo extends ContentInfo {
  /**
   * Milliseconds since the sources were last read or found unchanged; undefined while one never
   * was.
   */
  readonly ageMs: number | undefined
  /** All problems now; an empty list is healthy. */
  readonly problems: readonly Problem[]
  /** Features in force, sorted. */
  readonly names: readonly FeatureName[]
  /** Features whose newest text was refused; their last good version is in force. */
  readonly heldBack: readonly string[]
  /** Features that were refused and have no good version: they are off. */
  readonly rejected: readonly string[]
  /** What experiments are judged by, as `metrics` of the live config declares it. */
  readonly metrics: readonly Metric[]
  /** The shares of people who are kept out of experiments, as `holdouts` has them; sorted by name. */
  readonly holdouts: readonly Holdout[]
  /** The state of each source, and of each text of a directory. */
  readonly sources: readonly SourceState[]
  /** The paths of those texts among `sources` that are files of this machine. */
  readonly files: readonly string[]
  /** How each source notices changes. */
  readonly watch: readonly WatchState[]
}

/** Read at every request of a server, so it copies nothing from one object to another. */
export function contentOf({ status, snapshot }: LiveConfig): Content {
  const { generation, hash, loadedAt, revision } = snapshot
  return { status, generation, hash, loadedAt: new Date(loadedAt), revision }
}

function contentInfoOf({ status, snapshot }: LiveConfig): ContentInfo {
  const { generation, hash, loadedAt } = snapshot
  return { status, generation, hash, loadedAt: new Date(loadedAt) }
}

type Names = Pick<SnapshotInfo, 'names' | 'heldBack' | 'rejected'>

/** Of the snapshots that somebody asked about: servers ask at each request. */
const namesKnown = new WeakMap<Snapshot, Names>()

/** The names of features by what became of their newest texts. */
export function namesIn(snapshot: Snapshot): Names {
  const { names, heldBack, rejected } = namesKnown.get(snapshot) ?? sortedNames(snapshot)
  return { names: [...names], heldBack: [...heldBack], rejected: [...rejected] }
}

function sortedNames(snapshot: Snapshot): Names {
  const items = [...snapshot.items()]
  const named = (chosen: readonly (readonly [string, unknown])[]): readonly string[] =>
    chosen.map(([name]) => name).sort()
  const found = {
    names: named(items.filter(([, { version }]) => version !== undefined)),
    heldBack: named(items.filter(([, { heldBack }]) => heldBack)),
    rejected: named(items.filter(([, { version }]) => version === undefined)),
  }
  namesKnown.set(snapshot, found)
  return found
}

export function describeSnapshot(config: LiveConfig, sources: readonly Source[]): SnapshotInfo {
  const states = config.sourceStates
  return {
    ...contentInfoOf(config),
    ageMs: config.ageMs,
    problems: config.problems,
    sources: states,
    files: states
      .map(({ name }) => name)
      .filter((name) => sources.some((one) => isFileOf(one, name))),
    ...namesIn(config.snapshot),
    metrics: config.snapshot.metrics,
    holdouts: config.snapshot.holdouts,
    watch: sources.map((source) => source.watch),
  }
}

/** A text of a directory is named by its path, which begins with that of the directory. */
const isFileOf = ({ name, isOnDisk, isOverride }: Source, text: string): boolean =>
  isOnDisk === true && isOverride !== true && (text === name || isBelow(text, name))

const isBelow = (path: string, directory: string): boolean =>
  path.startsWith(directory) && /^[\\/]/.test(path.slice(directory.replace(/[\\/]$/, '').length))
