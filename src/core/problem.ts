/** The codes of problems. Each has a row in docs/errors.md, held by a test. */
export type ProblemCode =
  // the content as a whole
  | 'missing'
  | 'unreadable'
  | 'not-a-file'
  | 'not-a-directory'
  | 'too-large'
  | 'bad-encoding'
  | 'empty'
  | 'syntax'
  | 'not-an-object'
  | 'foreign-format'
  | 'would-remove-all'
  | 'would-remove-many'
  | 'no-end-marker'
  | 'unstable'
  | 'bad-cache'
  | 'internal'
  // one entry
  | 'unparsable-config'
  | 'config-not-object'
  | 'bad-type'
  | 'out-of-range'
  | 'unknown-key'
  | 'hidden-character'
  | 'duplicate-key'
  | 'duplicate-feature'
  | 'variant-over-cap'
  | 'bad-ranges'
  | 'nobody-eligible'
  | 'counts-as-on'
  | 'empty-condition'
  | 'too-deep'
  | 'bad-targeting'
  | 'duplicate-experiment'
  | 'shared-bucket'
  | 'first-hash'
  | 'moves-visitors'
  | 'ramp-jumps'
  | 'no-control'
  | 'unknown-metric'
  | 'similar-event'
  | 'unknown-domain'
  | 'overrides-nothing'
  | 'expired'
  | 'left-out'
  // the watch
  | 'watch-failed'
  | 'watch-limit'
  | 'not-acknowledged'
  | 'conflict-copy'
  // the application
  | 'type-mismatch'
  | 'unknown-feature'
  | 'outside-request'
  | 'targeting-unanswered'
  | 'world-threw'
  | 'bad-id'
  | 'selector-threw'
  | 'exposure-threw'
  | 'listener-threw'
  | 'link-refused'
  | 'not-for-clients'
  | 'page-not-allowed'

/** `error`: what it names is not in force. `warning`: it is in force, but is probably a mistake. */
export type Severity = 'error' | 'warning'

/** A place in a text: line and column from 1; columns in UTF-16 code units, as editors count. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** The path into a value: keys and list indexes. */
export type Path = readonly (string | number)[]

/** Something that is wrong now. A record for people and programs, never thrown. */
export interface Problem {
  readonly code: ProblemCode
  readonly severity: Severity
  /** One sentence that names the bad value and says what to do. */
  readonly message: string
  /** The feature's name, without `feature_`. */
  readonly feature?: string
  /** The file or URL, as the source was given. */
  readonly source?: string
  readonly line?: number
  readonly column?: number
  /** The way to the problem within the entry, for example `experiment.variants.blue`. */
  readonly path?: string
  /** The generation of the content that has it. */
  readonly generation?: number
  /** When it was first seen: milliseconds since 1970. */
  readonly since?: number
}

/**
 * A problem in one sentence: its place, its feature and its message. A source that the message
 * begins with is not repeated.
 */
export function problemText({ source = '', line, column, feature, message }: Problem): string {
  const said =
    source !== '' && message.startsWith(`${source} `) ? message.slice(source.length + 1) : undefined
  if (said !== undefined && line === undefined) return message
  const place = [source, line, column].filter((part) => part !== undefined && part !== '').join(':')
  return `${place ? `${place}: ` : ''}${feature === undefined ? '' : `feature_${feature}: `}${said ?? message}`
}
