import type { JsonObject, JsonValue } from './json'
import type { Problem } from './problem'

/** The syntaxes a live config may be written in. */
export type Format = 'yaml' | 'json' | 'ini'

/**
 * A part of a text that its source decrypted: it takes the place of what the text has under `key`.
 */
export interface DecryptedPart {
  readonly key: string
  readonly value: JsonValue
  /**
   * The key in the text under which the part is encrypted; problems of the part are reported there.
   */
  readonly from: string
}

/** What a source read, completely and consistently. */
export interface Content {
  readonly text: string
  /** SHA-256 of the bytes, lower-case hex. */
  readonly hash: string
  readonly format: Format
  /** What `text` says as JSON, if the source had to parse it; it is not parsed again. */
  readonly document?: JsonObject
  readonly decrypted?: readonly DecryptedPart[]
  /**
   * Set when each key of the text is the name of a feature, and what it holds is the feature's
   * value for everybody.
   */
  readonly dialect?: 'overrides'
  /**
   * False while the writer still seems busy (a look forced under continuous writing): such content
   * is installed only when it is good as a whole and removes nothing, otherwise it is passed over
   * in silence and read again later.
   */
  readonly settled: boolean
  /**
   * When this was last known to be what the source holds, if that is not now: milliseconds since
   * 1970. For a last good kept on disk; 0 when it never was, because the source starts with
   * nothing.
   */
  readonly confirmedAt?: number
  /**
   * Called when this content has been installed. `isWhole`: nothing in it was refused, so nothing of
   * an older content is in force in its place.
   */
  readonly judged?: (isWhole: boolean) => void
}

/** Why a source cannot give content, or what hinders its watch. */
export type SourceProblem = Pick<Problem, 'code' | 'severity' | 'message' | 'line' | 'column'>

/** What became of a content. */
export type Outcome =
  | 'installed' // a new snapshot is in force (some entries may be held back)
  | 'unchanged' // the same bytes as the content read before
  | 'rejected' // refused as a whole: the last good snapshot stays
  | 'passed-over' // not settled, and not good: look again

/** Where one text is told. Calls never throw and never reject. */
export interface TextSink {
  /** A content was read. Resolves when it has been judged and, if good, is in force. */
  content(content: Content): Promise<Outcome>
  /** The source was looked at and is as it was: its age starts again from now. */
  confirmed(): void
  /**
   * The source has no usable content now; the last good stays. Repeating the same problem is
   * harmless. `hash`: of what was read, where that is no text; it takes a number like any content.
   */
  failed(problem: SourceProblem, hash?: string): void
  /**
   * Something hinders noticing changes, though content is fine (`watch-failed`, `watch-limit`,
   * `too-large` soft limit).
   */
  warn(problem: SourceProblem): void
  /** A warning with this code no longer holds. */
  unwarn(code: SourceProblem['code']): void
}

/** What a source counts as it happens. Calls never throw. */
export interface SourceMetrics {
  /**
   * It was asked for its content: something came, it still has what it had, or there was no usable
   * answer.
   */
  fetched?(source: string, result: FetchResult, seconds: number): void
  /** The last good could not be kept on disk. */
  notKept?(source: string): void
}

export type FetchResult = 'content' | 'unchanged' | 'failed'

/** Where a source tells what it found: its text, or each of its texts. */
export interface Sink extends TextSink {
  /** Left out when nobody counts. */
  readonly metrics?: SourceMetrics
  /**
   * For a source of several texts, such as a directory: where the text of this name is told. Each
   * keeps its own last good; they are merged in the order of their names. The source itself then
   * tells no content, only how it fares.
   */
  part(name: string): PartSink
}

/** Where one of several texts is told. */
export interface PartSink extends TextSink {
  /** The text is gone, and its features go with it. Resolves when that is in force. */
  removed(): Promise<void>
}

/** How a source notices changes, for the snapshot's state. */
export interface WatchState {
  readonly mode: 'events' | 'poll' | 'events+poll' | 'none'
  /** Why, when the mode is not the one that was asked for. */
  readonly reason?: string
}

/**
 * Where live config comes from. One engine opens a source once; `open` after `close` starts afresh.
 * A source reads and notices; it never parses and never judges.
 */
export interface Source {
  /** What problems call it: the path or URL as given. */
  readonly name: string
  readonly watch: WatchState
  /**
   * What it gives stands in for something else, as in development: reads of it are counted as
   * overrides.
   */
  readonly isOverride?: true
  /**
   * Begins to watch, reads once and tells `sink`; resolves after that first report, whatever it
   * was. From then on every change is reported until `close`.
   */
  open(sink: Sink): Promise<void>
  /**
   * Looks now; joins a look that is under way. Resolves when what it found has been told and
   * judged.
   */
  check(): Promise<void>
  /**
   * Looks for what changed before this call; resolves when all of it has been handed to the sink,
   * judged or not. Asked before a snapshot of several sources is installed, so that what was
   * written together takes effect together. Left out: the source tells at once, or its looks cost
   * too much to be asked for often.
   */
  catchUp?(): Promise<void>
  /** Idempotent. Ends watches and timers; nothing is told afterwards. */
  close(): Promise<void>
}
