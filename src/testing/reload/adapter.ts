/**
 * The reload conformance kit: real files, the real watcher, and every way in which people and tools
 * replace a file. A small adapter connects the system under test; this file is all that an
 * adapter's author needs.
 */

export type Format = 'yaml' | 'json' | 'ini'

/** Which of the two ways of noticing a change a run allows. */
export type Watching = 'events+poll' | 'poll' | 'events'

/**
 * The features that are served, by name. The kit recognises contents by these numbers, from 1 to
 * 4095.
 */
export type Features = Readonly<Record<string, number>>

export interface StartOptions {
  readonly format: Format
  readonly watching: Watching
  readonly pollMs: number
  /** A content without any feature may remove all of them. */
  readonly allowEmpty?: boolean
  /** A content counts as whole only when this is its last line. */
  readonly endMarker?: string
  readonly softLimitBytes?: number
  readonly hardLimitBytes?: number
}

export interface Adapter {
  readonly name: string
  /** Opens one file, or several that are merged, later ones over earlier ones. */
  start(paths: readonly string[], options: StartOptions): Promise<Handle>
  /**
   * Opens a directory whose files are merged in the order of their names. Leave it out if the
   * system has no such source.
   */
  startDirectory?(path: string, options: StartOptions): Promise<Handle>
  /** How to write texts for the system: good ones, and bad ones that it should report. */
  readonly dialect: Dialect
}

export interface Handle {
  /** What would be served now. */
  read(): Features
  /**
   * Leave out what the system cannot show; checks that need it are then "not observable", never
   * "passed".
   */
  readonly status?: () => Status
  /** All events so far, oldest first. */
  readonly events?: readonly ReportedEvent[]
  /** The state of a feature: a rejected one is not an absent one. */
  readonly standing?: (feature: string) => 'in force' | 'held back' | 'rejected' | 'absent'
  /** Resolves after everything is released. */
  close(): Promise<void>
}

export interface Status {
  readonly status: 'NOT_READY' | 'READY' | 'STALE' | 'ERROR' | 'CLOSED'
  readonly generation: number
  readonly contentHash: string
  readonly ageMs: number
  readonly problems: readonly ReportedProblem[]
}

export interface ReportedProblem {
  readonly code: string
  readonly severity: 'error' | 'warning'
  readonly feature?: string | undefined
  readonly line?: number | undefined
  readonly column?: number | undefined
}

export type ReportedEvent =
  | {
      readonly type: 'change'
      readonly added: readonly string[]
      readonly changed: readonly string[]
      readonly removed: readonly string[]
      readonly generation: number
    }
  | { readonly type: 'stale' | 'ready' }

/** How a system's live config is written. */
export interface Dialect {
  text(features: Features, format: Format): string
  /** A valid text without any feature. */
  none(format: Format): string
  /** Bad syntax on line `line`. */
  broken(format: Format): { readonly text: string; readonly line: number }
  /**
   * The text of these features, in which the value of `feature` has a wrong type. The columns are
   * those that a problem may name.
   */
  badEntry(features: Features, feature: string, format: Format): BadEntry
  /**
   * The last line that tells a whole file from a torn one; undefined when a torn file does not
   * parse anyway.
   */
  endMarker(format: Format): string | undefined
}

export interface BadEntry {
  readonly text: string
  readonly line: number
  readonly columns: readonly number[]
}
