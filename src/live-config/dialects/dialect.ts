import type { Entry, Parsed, TextProblem } from '../text/entry'

/** A parsed text, read by its dialect. */
export interface Document {
  readonly dialect: Dialect['name']
  /** Makes parsing the next text of the source faster. */
  readonly parsed: Parsed
  /** The top-level keys, in the dialect's terms. */
  readonly entries: readonly Entry[]
  readonly problems: readonly TextProblem[]
  /** Why nothing of the text can be used. */
  readonly fatal?: TextProblem | undefined
  /**
   * The text has a list of features that may be empty: then that there is none is said, and not the
   * absence of anything. A start believes it, so a process that runs does, too.
   */
  readonly mayBeEmpty?: boolean
  /** The features, in the order of the text; each key is `feature_` with the feature's name. */
  features(): Iterable<Entry>
}

/** A kind of live config. */
export interface Dialect {
  readonly name: 'overrides' | 'growthbook' | 'liveflag'
  /** Whether a text that its source left unmarked is of this kind. */
  isKindOf(parsed: Parsed): boolean
  /** The name of the feature that a top-level key defines. Default: what follows `feature_`. */
  readonly featureOf?: (key: string) => string | undefined
  read(parsed: Parsed): Document
}
