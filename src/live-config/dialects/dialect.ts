import type { Entry, Parsed, TextProblem } from '../text/entry'

/** A parsed text, read by its dialect. */
export interface Document {
  readonly dialect: Dialect['name']
  /** The parsed text, which makes parsing the next text of the source faster. */
  readonly parsed: Parsed
  /** The top-level keys, in the dialect's terms. */
  readonly entries: readonly Entry[]
  readonly problems: readonly TextProblem[]
  /** Features that a later one of the same name replaced. */
  readonly replaced?: readonly Entry[]
  /** Why no part of the text can be used. */
  readonly fatal?: TextProblem | undefined
  /**
   * True when the text has a list of features, which may be empty: an empty list says that there
   * are no features. Both a start and a running process believe it.
   */
  readonly mayBeEmpty?: boolean
  /** The features, in the order of the text; each key is `feature_` with the feature's name. */
  features(): Iterable<Entry>
}

/** A kind of live config. */
export interface Dialect {
  readonly name: 'overrides' | 'growthbook' | 'liveflag'
  /** Whether a text is of this kind, when its source does not say. */
  isKindOf(parsed: Parsed): boolean
  /** The name of the feature that a top-level key defines. Default: what follows `feature_`. */
  readonly featureOf?: (key: string) => string | undefined
  read(parsed: Parsed): Document
}
