import { type Decision, decisionOf } from '../core/decision'
import type { Installed } from '../core/feature'
import type { Problem } from '../core/problem'
import type { Entry } from './entry'

/** The compiled features in force; immutable, swapped whole. */
export interface Snapshot {
  /** The content in force: 0 before the first. */
  readonly generation: number
  /** SHA-256 of the content's bytes, hex; of several sources, of their hashes in order. */
  readonly hash: string
  /** When it was installed: milliseconds since 1970. */
  readonly loadedAt: number
  readonly features: ReadonlyMap<string, Installed>
  /** Features that were refused and have no last good version: off, but not unknown. */
  readonly rejected: ReadonlyMap<string, Problem>
  /** Where a feature's newest text stands, for explaining. */
  placeOf(name: string): SourceEntry | undefined
}

export interface SourceEntry {
  readonly source: string
  readonly entry: Entry
}

export const NOTHING: Snapshot = { generation: 0, hash: '', loadedAt: 0, features: new Map(), rejected: new Map(), placeOf: () => undefined }

/** The Decision on a name that the snapshot has no feature for. */
export function missing(name: string, snapshot: Snapshot): Decision {
  const rejected = snapshot.rejected.get(name)
  // A name that comes from a visitor may be anything, a symbol included.
  const shown = String(name)
  const error = rejected
    ? ({ code: 'PARSE_ERROR', message: `${shown} was refused and has no last good version: ${rejected.message}` } as const)
    : ({ code: 'FLAG_NOT_FOUND', message: `the live config has no feature_${shown}` } as const)
  return decisionOf(name, { enabled: false, reason: 'ERROR', error }, snapshot.generation, false)
}
