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
   * Whether the asker is one of those whom it is for: its selectors and its targeting, not its
   * traffic.
   */
  qualifies(asker: Asker): boolean
}

/**
 * Which semantics an entry is read by: `r2` is exact to the bit, `liveflag` corrects what
 * surprises.
 */
export type Compat = 'liveflag' | 'r2'

/**
 * A Match may answer with this instead of a Claim: the rest of its stage is passed over and the
 * next stage asked. r2's `enabled: "off"`, and a URL that names a control, end the selector check
 * only (docs/spec/r2.md, sections 5 and 6).
 */
export const NEXT_STAGE = Symbol('next stage')

/**
 * Asks the World through the asker; runs on every request, so whatever can be worked out at load
 * has been.
 */
export type Match = (asker: Asker) => Claim | typeof NEXT_STAGE | undefined

/** r2's three stages: who it is, which share of visitors, the experiment. Then rules. */
export type Stage = 'who' | 'share' | 'experiment' | 'rules'

/** One key of an entry, compiled. */
export interface Step {
  /** The key: `users`, `experiment`. */
  readonly selector: string
  /** Where in the entry: `['experiment', 'users']`. */
  readonly path: Path
  readonly match: Match
  /** The claim that it makes on everybody, when it asks nothing. */
  readonly constant?: Claim
  /** The experiment with a life that the step is. */
  readonly life?: Life
  /** The index of the first step of the next stage. */
  readonly nextStage: number
}

/** A JSON schema fragment (draft 2020-12). */
export type Schema = JsonObject

/** What one key of an entry is: the whole of what liveflag knows about it. */
export interface Selector {
  readonly key: string
  readonly stage: Stage
  /** One sentence for editors and the documentation. */
  readonly summary: string
  readonly schema: Schema
  /** Further keys of the entry that adjust this one and mean nothing alone, such as `url_for`. */
  readonly modifiers?: Readonly<Record<string, Schema>>
  /**
   * Checks the parameter, once, at load, and closes over it. A Claim instead of a Match is
   * everybody's; `undefined`: it can never claim anyone.
   */
  compile(value: JsonValue, place: Place): Match | Claim | readonly InnerStep[] | undefined
  /** What an asker gets whom no step claims. */
  otherwise?(value: JsonValue, place: Place): Claim | undefined
  /**
   * What it says of the variant of an asker whom another selector may have claimed; `match` is what
   * `compile` gave.
   */
  naming?(value: JsonValue, place: Place, match: Match): Naming | undefined
}

/** One of several steps that a selector compiles to, with its way from the entry. */
export type InnerStep = Omit<Step, 'nextStage' | 'constant'>

/**
 * Names the variant of an asker who has the feature by a selector that names none: the feature is
 * on for gold, and the experiment still says which version of it. The first naming that gives a
 * variant does.
 */
export interface Naming {
  readonly match: Match
  /** Whose it is; for explaining. */
  readonly selector?: string
  readonly path?: Path
  /** What `allEnabled` lists beside a variant that no assignment stands for. */
  readonly experimentId?: JsonValue
  /**
   * `compat: 'r2'`: `allEnabled` lists the feature by its variant, not by whether it is enabled
   * (docs/spec/r2.md, section 13).
   */
  readonly listed?: boolean
}

/**
 * What a selector may know while it compiles: where it stands, by which semantics, and where to
 * report.
 */
export interface Place {
  readonly feature: string
  /** The mapping that holds the key. */
  readonly entry: JsonObject
  /** The way to the key, the key included. */
  readonly path: Path
  readonly compat: Compat
  readonly loggedOutExperiments: boolean
  readonly bucketing: Bucketing
  readonly shared: SharedDefinitions
  /** Reports a fault, by default of the key's own value. */
  report(problem: EntryProblem): void
  /** Reports a key of a mapping within the entry that nobody reads. */
  unknownKey(key: string, path: Path, known: readonly string[]): void
  /**
   * Compiles the `who` selectors of a mapping that stands inside this one: an experiment's
   * eligibility, a gate. Keys in `others` are the caller's business; any further key is reported as
   * unknown.
   */
  who(mapping: JsonObject, path: Path, others: readonly string[]): readonly Step[]
  /** The same place, where nothing is reported. */
  silent(): Place
}

/** A fault of an entry, before it has a line. */
export interface EntryProblem {
  readonly code: ProblemCode
  readonly message: string
  /** Default: the key that is being compiled. */
  readonly path?: Path
  /**
   * What is at fault: the key itself, what it holds (the default), or one place within the entry's
   * text.
   */
  readonly at?: 'key' | 'value' | 'text'
  /** Default `error`: the entry is refused. */
  readonly severity?: Severity
}

/** True or false. */
export const FLAG: Schema = { type: 'boolean' }
