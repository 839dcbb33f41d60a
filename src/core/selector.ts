import type { Asker } from './asker'
import type { Bucketing } from './bucketing'
import type { Claim } from './decision'
import type { SharedDefinitions } from './definitions'
import type { JsonObject, JsonValue } from './json'
import type { Contender } from './participation'
import type { Path, ProblemCode, Severity } from './problem'

/** An experiment with a life, compiled. */
export interface Life extends Contender {
  /**
   * Whether the experiment includes the visitor by its selectors and its targeting, before its
   * traffic.
   */
  qualifies(asker: Asker): boolean
}

/** The semantics of entries: `r2` is exact to the bit, `liveflag` corrects what surprises. */
export type Compat = 'liveflag' | 'r2'

/**
 * Returned by a Match instead of a Claim: the rest of its stage is skipped and the next stage is
 * asked. r2's `enabled: "off"` and a URL that names a control end the selector check only
 * (docs/spec/r2.md, sections 5 and 6).
 */
export const NEXT_STAGE = Symbol('next stage')

/**
 * Decides for one visitor. It runs on every request, so all that can be computed at load is
 * computed there.
 */
export type Match = (asker: Asker) => Claim | typeof NEXT_STAGE | undefined

/**
 * Holdouts, then r2's three stages (who it is, which share of visitors, the experiment), then rules.
 */
export type Stage = 'holdout' | 'who' | 'share' | 'experiment' | 'rules'

/** One key of an entry, compiled. */
export interface Step {
  /** The key: `users`, `experiment`. */
  readonly selector: string
  /** Where in the entry: `['experiment', 'users']`. */
  readonly path: Path
  readonly match: Match
  /** The claim for everybody, when the step asks nothing. */
  readonly constant?: Claim | undefined
  /** Set when the step is an experiment with a life. */
  readonly life?: Life | undefined
  /** The index of the first step of the next stage. */
  readonly nextStage: number
}

/** A JSON schema fragment (draft 2020-12). */
export type Schema = JsonObject

/** One key of an entry: all that liveflag knows about it. */
export interface Selector {
  readonly key: string
  readonly stage: Stage
  /** One sentence for editors and the documentation. */
  readonly summary: string
  readonly schema: Schema
  /** Further keys of the entry that adjust this one and mean nothing alone, such as `url_for`. */
  readonly modifiers?: Readonly<Record<string, Schema>>
  /**
   * Checks the value once, at load, and returns a function that keeps what it needs. A Claim
   * instead of a Match is for everybody; `undefined` matches nobody.
   */
  compile(value: JsonValue, place: Place): Match | Claim | readonly InnerStep[] | undefined
  /** The claim for a visitor whom no step claims. */
  otherwise?(value: JsonValue, place: Place): Claim | undefined
  /**
   * The same selector as rules of GrowthBook, in order, for clients that evaluate by themselves. A
   * visitor must be claimed by these rules exactly when `compile`'s match claims them; a rule without
   * `force` is the value true. A text says why that is not possible. Left out: it never is.
   */
  readonly asRules?: (value: JsonValue, place: RulePlace) => readonly JsonObject[] | string
  /**
   * The visitors that it claims, for people: `25 % of signed-in visitors`. Undefined when it claims
   * nobody. Left out: its key and its value are shown.
   */
  readonly inWords?: (value: JsonValue, place: WordPlace) => string | undefined
  /**
   * The variants that it names and the values that it returns, whoever asks: the types of a feature.
   * Left out: it names and returns none.
   */
  readonly produces?: (value: JsonValue, place: Pick<Place, 'entry' | 'compat'>) => Produced
  /**
   * Names the variant of a visitor whom another selector may have claimed; `match` is what
   * `compile` returned.
   */
  naming?(value: JsonValue, place: Place, match: Match): Naming | undefined
}

/** What visitors may get, each variant and value once or more often. */
export interface Produced {
  readonly variants?: readonly string[]
  readonly values?: readonly JsonValue[]
}

/** One of several steps that a selector compiles to, with its path from the entry. */
export type InnerStep = Omit<Step, 'nextStage' | 'constant'>

/**
 * Names the variant of a visitor who has the feature by a selector that names none: the feature is
 * on for gold, and the experiment still says which version. The first naming that returns a variant
 * counts.
 */
export interface Naming {
  readonly match: Match
  /** The selector that it belongs to; for explain. */
  readonly selector?: string
  readonly path?: Path
  /** The experiment's id, which `allEnabled` lists with a variant that has no assignment. */
  readonly experimentId?: JsonValue
  /**
   * `compat: 'r2'`: `allEnabled` lists the feature by its variant, not by whether it is enabled
   * (docs/spec/r2.md, section 13).
   */
  readonly listed?: boolean
}

/** What a selector knows while it compiles: its place, the semantics, and where to report. */
export interface Place {
  readonly feature: string
  /** The mapping that holds the key. */
  readonly entry: JsonObject
  /** The path to the key, the key included. */
  readonly path: Path
  readonly compat: Compat
  readonly loggedOutExperiments: boolean
  readonly bucketing: Bucketing
  readonly shared: SharedDefinitions
  /** Reports a problem, by default of the key's own value. */
  report(problem: EntryProblem): void
  /** Reports a key, in a mapping within the entry, that has no meaning. */
  unknownKey(key: string, path: Path, known: readonly string[]): void
  /**
   * Compiles the `who` selectors of a mapping inside this one: an experiment's eligibility, a gate.
   * The caller reads the keys in `others`; any further key is reported as unknown.
   */
  who(mapping: JsonObject, path: Path, others: readonly string[]): readonly Step[]
  /**
   * Visits each item of a list before the entry is used: those of a long list later and in slices,
   * so that a list of a hundred thousand names does not hold the event loop.
   */
  each<T>(items: readonly T[], visit: (item: T, index: number) => void): void
  /** The same place without reporting. */
  silent(): Place
}

/** A problem of an entry, before its line is known. */
export interface EntryProblem {
  readonly code: ProblemCode
  readonly message: string
  /** Default: the key that is being compiled. */
  readonly path?: Path
  /**
   * What the place points at: the key itself, its value (the default), or one place within the
   * entry's text.
   */
  readonly at?: 'key' | 'value' | 'text'
  /** Default `error`: the entry is refused. */
  readonly severity?: Severity
}

/** True or false. */
export const FLAG: Schema = { type: 'boolean' }

/** What a selector may know while it is written in words. */
export interface WordPlace extends Pick<Place, 'entry' | 'compat'> {
  /** The visitors whom the `who` selectors of a mapping claim; `nobody` when there are none. */
  readonly who: (mapping: JsonObject) => string
}

/** What a selector may know while it is written as rules of GrowthBook. */
export interface RulePlace extends Pick<Place, 'entry' | 'compat'> {
  /** The value of a feature that is switched off: false, or null of one that has values. */
  readonly off: JsonValue
  /** Whether a visitor may force anything by the URL. */
  readonly forcesByUrl: boolean
  /** A segment or saved group, in GrowthBook's shape. */
  readonly group: (name: string) => JsonValue | undefined
  /** Conditions, one of which holds of whoever the `who` selectors of a mapping claim; or why not. */
  readonly who: (mapping: JsonObject) => readonly JsonObject[] | string
}
