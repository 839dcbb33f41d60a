import type { JsonObject, JsonValue } from '../../core/json'
import type { Path, Position, Problem } from '../../core/problem'

export type { Format } from '../../core/source'

export type Dialect = 'growthbook'

/** One key of the live config with its value, before it is checked. */
export interface Entry {
  /** The whole key, `feature_` included. */
  readonly key: string
  /** Decoded value; for ini always text. */
  readonly value: JsonValue
  /** The place of the entry's key. */
  readonly position: Position
  /**
   * The place of a part of the value. It costs a search, so call it only to report or explain.
   * `target: 'key'` returns the place of the key that the path ends with, `'value'` (the default)
   * that of its value. A path that leads nowhere returns the nearest place above it, at worst the
   * entry's key. It follows JSON in a text value: `locate(['users'])` of `feature_x: '{"users":
   * 5}'` is the place of `users`.
   */
  locate(path: Path, target?: 'key' | 'value'): Position
  /**
   * Equal in two parses exactly when the entry's own text is equal, wherever it is in the file, so
   * a reload can skip unchanged entries. Undefined when the parser cannot tell cheaply.
   */
  readonly text?: string | undefined
  /** `growthbook`: a feature of a GrowthBook payload; left out, an entry of liveflag's own. */
  readonly dialect?: Dialect
  /** The value of a text as JSON; decoded once. */
  readonly json?: JsonText | undefined
}

/** A text value, decoded. */
export type JsonText =
  | {
      readonly kind: 'mapping'
      readonly value: JsonObject
      /** Keys that are there twice, and numbers that are too large. */
      readonly problems: readonly TextProblem[]
    }
  | { readonly kind: 'other'; readonly value: JsonValue }
  /** `problem` returns where and why the text is not JSON. */
  | { readonly kind: 'not-json'; readonly problem: () => PlacedProblem }

/** A problem of the text itself: its place is known, its entry perhaps not. */
export type TextProblem = Pick<
  Problem,
  'code' | 'severity' | 'message' | 'line' | 'column' | 'feature' | 'path'
>

/** A problem of the text with its place. */
export type PlacedProblem = TextProblem & Position

/**
 * The result of parsing a text. With `fatal` there are no entries: no part of the text can be
 * trusted.
 */
export interface Parsed {
  readonly entries: readonly Entry[]
  /**
   * Keys that are there twice, and similar problems. The entries of such keys are in `duplicates`.
   */
  readonly problems: readonly TextProblem[]
  /** Keys that are there more than once; `entries` has the last of each. */
  readonly duplicates: ReadonlySet<string>
  /** The entries that a later one of the same key replaced: they are checked, too. */
  readonly replaced?: readonly Entry[]
  readonly fatal?: TextProblem
}

/** What the key of a feature begins with; the rest is its name. */
export const PREFIX = 'feature_'
