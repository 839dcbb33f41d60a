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
  /** The decrypted JSON: numbers that are not kept, and keys that are there twice, show in it alone. */
  readonly text?: string
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
   * It may be taken back, and is not compared with then: what follows is compared with what was in
   * force before, as if this had not been there.
   */
  readonly isProvisional?: boolean
  /**
   * Called when this content has been installed. `isWhole`: nothing in it was refused, so nothing of
   * an older content is in force in its place.
   */
  readonly judged?: (isWhole: boolean) => void
  /** Called with each problem of this content when it has been judged, whatever came of it. */
  readonly found?: (problem: Problem) => void
}

/** Why a source cannot give content, or what hinders its watch. */
export type SourceProblem = Pick<Problem, 'code' | 'severity' | 'message' | 'line' | 'column'>

/** Another text as its source reads it. Without `content` it is refused: `problem` says why. */
export interface ReadText {
  readonly content?: Pick<Content, 'text' | 'document' | 'decrypted'>
  /** Why all of it, or parts of it, cannot be used. */
  readonly problem?: SourceProblem
}

/** What became of a content. */
export type Outcome =
  | 'installed' // a new snapshot is in force (some entries may be held back)
  | 'unchanged' // the same bytes as the content read before
  | 'rejected' // refused as a whole: the last good snapshot stays
  | 'passed-over' // not settled, and not good: read again

/** Receives the events of one text. Calls never throw and never reject. */
export interface TextSink {
  /** A content was read. Resolves when it has been judged and, if good, is in force. */
  content(content: Content): Promise<Outcome>
  /** The source was checked and has not changed: its age starts again from now. */
  confirmed(): void
  /**
   * The source has no usable content now; the last good stays in force. The same problem may be
   * reported again. `hash`: of what was read when that is no text; it gets a generation, as any
   * content does.
   */
  failed(problem: SourceProblem, hash?: string): void
  /**
   * Changes may be noticed late or not at all, though the content is good (`watch-failed`,
   * `watch-limit`, the soft limit of `too-large`).
   */
  warn(problem: SourceProblem): void
  /** A warning with this code no longer holds. */
  unwarn(code: SourceProblem['code']): void
}

/** Counters of a source. Calls never throw. */
export interface SourceMetrics {
  /**
   * One fetch: it returned new content, the content had not changed, or there was no usable
   * answer.
   */
  fetched?(source: string, result: FetchResult, seconds: number): void
  /** The last good content could not be written to disk. */
  notKept?(source: string): void
}

export type FetchResult = 'content' | 'unchanged' | 'failed'

/** Receives the events of a source: of its text, or of each of its texts. */
export interface Sink extends TextSink {
  /** Undefined when nothing is counted. */
  readonly metrics?: SourceMetrics
  /**
   * For a source of several texts, such as a directory: the sink of the text with this name. Each
   * text keeps its own last good; they are merged in the order of their names. The source itself
   * then reports no content, only its own problems.
   */
  part(name: string): PartSink
}

/** Receives the events of one of several texts. */
export interface PartSink extends TextSink {
  /** The text is gone; its features are removed. Resolves when that is in force. */
  removed(): Promise<void>
}

/** How a source notices changes. */
export interface WatchState {
  readonly mode: 'events' | 'poll' | 'events+poll' | 'none'
  /** Why the mode is not the one that was asked for. */
  readonly reason?: string
}

/**
 * Where live config comes from. An engine opens a source once; `open` after `close` starts afresh.
 * A source reads content and notices changes; it does not parse.
 */
export interface Source {
  /** Its name in problems: the path or URL as given. */
  readonly name: string
  readonly watch: WatchState
  /**
   * Its entries replace others, as in development: reads of them are counted as overrides.
   */
  readonly isOverride?: true
  /** Its texts are files of this machine, and the names of these are their paths. */
  readonly isOnDisk?: true
  /**
   * Begins to watch, reads once and reports to `sink`; resolves after that first report, be it
   * content or a problem. From then on every change is reported until `close`.
   */
  open(sink: Sink): Promise<void>
  /**
   * Checks for changes now, or joins a check that is running. Resolves when what it found is in
   * force or refused.
   */
  check(): Promise<void>
  /**
   * Reads what changed before this call; resolves when all of it has been handed to the sink.
   * Called before a snapshot of several sources is installed, so that what was written together
   * takes effect together. Undefined when the source reports at once, or when its checks cost too
   * much to be made often.
   */
  catchUp?(): Promise<void>
  /**
   * Reads another text as it would read its own: checked, transformed and decrypted. Called before
   * an edit is made; it reports nothing. Left out: a text is what it says.
   */
  read?(text: string): ReadText
  /** Idempotent. Ends watches and timers; nothing is reported afterwards. */
  close(): Promise<void>
}
