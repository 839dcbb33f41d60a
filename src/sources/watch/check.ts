import type { Turns } from '../../runtime/turns'
import type { WatchOptions } from './options'

/**
 * When to check again without being asked; `reread`: read the content even if the path's state is
 * the same.
 */
export interface NextCheck {
  readonly inMs: number
  readonly reread: boolean
}

export interface CheckRequest {
  readonly reread: boolean
  /** Somebody waits for the answer: then a missing file is reported at once, without grace. */
  readonly awaited: boolean
}

/**
 * Reports what a check has found. Resolves when the sink has judged it, with when to check again.
 */
export type ReportFindings = () => Promise<readonly NextCheck[]>

/** Compares what is at a path with what was reported last. Never rejects. */
export interface PathCheck {
  /** Something has been reported, whatever it was: the start is over. */
  readonly hasReported: boolean
  find(request: CheckRequest): Promise<ReportFindings>
  /** Nothing is reported from now on. */
  end(): void
}

/** A path that is checked, and how. */
export interface CheckedPath {
  /** Absolute. Not normalised: behind a link, `..` leads elsewhere than the text suggests. */
  readonly path: string
  /** The path as it was given, for messages. */
  readonly name: string
  readonly options: WatchOptions
  /** Resolves after so many milliseconds, and at once when the path is no longer watched. */
  readonly sleep: (ms: number) => Promise<void>
  /** Of one of many files: in which turns their states are read. */
  readonly turns?: Turns
}

export const NO_NEXT_CHECK: readonly NextCheck[] = []

/**
 * What kept something from being read may pass and leave no trace in its state: too many open files,
 * a network that was away for a moment. So reading is tried again, soon enough to be in force within
 * a second.
 */
export const RETRY_READ_MS = 500
