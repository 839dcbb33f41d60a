import type { JsonObject, JsonValue } from '../../core/json'
import type { Path, Position, Problem } from '../../core/problem'

export type { Format } from '../../core/source'

export type Dialect = 'growthbook'

/**
 * One key of the live config with its value, as the text says it, before anyone asks whether it
 * makes sense.
 */
export interface Entry {
  /** The whole key, `feature_` included. */
  readonly key: string
  /** Decoded value; for ini always text. */
  readonly value: JsonValue
  /** Where the entry's key stands. */
  readonly position: Position
  /**
   * Where a part of the value stands; costs a search, so ask only to report or explain. `target:
   * 'key'` gives the key that the path ends with, `'value'` (the default) what it holds. A path
   * that leads nowhere gives the nearest thing above it, at worst the entry's key. Goes on into
   * JSON that is itself a text value: `locate(['users'])` of `feature_x: '{"users": 5}'` is right.
   */
  locate(path: Path, target?: 'key' | 'value'): Position
  /**
   * Equal in two parses exactly when the entry's own text is the same, wherever it stands in the
   * file; lets a reload skip what did not change. Absent when the parser cannot tell cheaply.
   */
  readonly text?: string | undefined
  /** `growthbook`: a feature of a GrowthBook payload; left out, an entry of liveflag's own. */
  readonly dialect?: Dialect
  /** What the value says as JSON, when it is text; decoded once. */
  readonly json?: JsonText | undefined
}

/** A text value, decoded. */
export type JsonText =
  | {
      readonly kind: 'mapping'
      readonly value: JsonObject
      /** Keys that stand twice, and numbers that are too large. */
      readonly problems: readonly TextProblem[]
    }
  | { readonly kind: 'other'; readonly value: JsonValue }
  /** `problem` finds out where and why the text is not JSON. */
  | { readonly kind: 'not-json'; readonly problem: () => PlacedProblem }

/** A problem of the text itself: its place is known, its entry perhaps not. */
export type TextProblem = Pick<
  Problem,
  'code' | 'severity' | 'message' | 'line' | 'column' | 'feature' | 'path'
>

/** A problem of the text with its place. */
export type PlacedProblem = TextProblem & Position

/**
 * What a text was read as. With `fatal` there are no entries: nothing of the text can be trusted.
 */
export interface Parsed {
  readonly entries: readonly Entry[]
  /** Keys that stand twice, and the like. The entries of such keys are in `duplicates`. */
  readonly problems: readonly TextProblem[]
  /** Keys that stand more than once; `entries` holds the last of each. */
  readonly duplicates: ReadonlySet<string>
  readonly fatal?: TextProblem
}

/** What the key of a feature begins with; the rest is its name. */
export const PREFIX = 'feature_'
