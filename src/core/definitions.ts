import type { JsonValue } from './json'

/** Asks one attribute of the visitor by name; undefined when there is none. */
export type Attributes = (name: string) => unknown

/** Whom an experiment is for; undefined when it cannot be said of this visitor. Never throws. */
export type Expression = (attributes: Attributes) => boolean | undefined

/** Compiles an expression; or tells, as a text, why it cannot be one. */
export type TargetingCompiler = (text: string) => Expression | string

/**
 * Gives an attribute by its name, null when there is none. Asked only for what a condition reaches.
 */
export type AttributeReader = (name: string) => unknown

/**
 * A named set of visitors. With neither `isMember` nor `holds` it cannot be read, and nobody is in
 * it.
 */
export interface SavedGroup {
  /** Of a list: whether a value is identical to one of its members. */
  readonly isMember?: (value: unknown) => boolean
  /** Of a list that says so: the attribute whose values it holds. */
  readonly attribute?: string
  /**
   * A list that says nothing of itself, as all were before SDK 1.8: whoever asks must know the
   * attribute.
   */
  readonly bare?: true
  /** Of a condition: whether a visitor with these attributes is in it. */
  readonly holds?: (attributes: AttributeReader) => boolean
  /** Why nobody is in it, for a sentence that begins with its name. */
  readonly fault?: string
}

/** A group by its name; undefined when nobody has saved one. */
export type SavedGroups = (id: string) => SavedGroup | undefined

/** What the features of one live config have in common. */
export interface SharedDefinitions {
  readonly groups: SavedGroups
  bandit(id: string): JsonValue | undefined
  /** Whom an experiment is for. */
  readonly targeting: TargetingCompiler
  /** A regular expression that can be asked of a text; or, as a text, why there is none. */
  readonly patterns: (source: string, ignoreCase: boolean) => ((text: string) => boolean) | string
}

/** A pattern that can be asked of a text; or, as a text, why it cannot. */
export type Pattern = ((text: string) => boolean) | string

/**
 * Compiles a JavaScript pattern. Given from outside, because only conditions with a pattern need a
 * package that can search in linear time: see `linear-patterns.ts`.
 */
export type PatternCompiler = (source: string, ignoreCase: boolean) => Pattern
