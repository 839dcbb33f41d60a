import type { JsonValue } from './json'

/** Returns an attribute of the visitor by name; undefined when there is none. */
export type Attributes = (name: string) => unknown

/** Whether an experiment includes the visitor; undefined when it cannot be said. Never throws. */
export type Expression = (attributes: Attributes) => boolean | undefined

/** Compiles an expression; returns a text that says why it cannot be compiled. */
export type TargetingCompiler = (text: string) => Expression | string

/**
 * Returns an attribute by its name, null when there is none. Called only for attributes that a
 * condition reaches.
 */
export type AttributeReader = (name: string) => unknown

/**
 * A named set of visitors. A group with neither `isMember` nor `holds` cannot be read, and nobody
 * is in it.
 */
export interface SavedGroup {
  /** For a list: whether a value is identical to one of its members. */
  readonly isMember?: (value: unknown) => boolean
  /** For a list that names it: the attribute whose values it holds. */
  readonly attribute?: string
  /** For a list that does not name its attribute, as before SDK 1.8: the caller must know it. */
  readonly bare?: true
  /** For a condition: whether a visitor with these attributes is in the group. */
  readonly holds?: (attributes: AttributeReader) => boolean
  /** Why nobody is in it; completes a sentence that begins with the group's name. */
  readonly problem?: string
}

/** A group by its name; undefined when nobody has saved one. */
export type SavedGroups = (id: string) => SavedGroup | undefined

/** The definitions that all features of one live config share. */
export interface SharedDefinitions {
  readonly groups: SavedGroups
  bandit(id: string): JsonValue | undefined
  /** Compiles `targeting` of experiments. */
  readonly targeting: TargetingCompiler
  /** Hashes units for rules. Left out: by GrowthBook's own hash. */
  readonly hasher?: RuleHasher | undefined
  /** Compiles regular expressions. */
  readonly patterns: (source: string, ignoreCase: boolean) => ((text: string) => boolean) | string
}

/** A compiled pattern, or a text that says why it cannot be compiled. */
export type Pattern = ((text: string) => boolean) | string

/**
 * Compiles a JavaScript pattern. It is passed in because only conditions with a pattern need the
 * package that searches in linear time: see `linear-patterns.ts`.
 */
export type PatternCompiler = (source: string, ignoreCase: boolean) => Pattern

/** The hash of units for one seed and version: from 0 to below 1, or null for nobody. */
export type RuleHasher = (seed: string, version: number) => (unit: unknown) => number | null
