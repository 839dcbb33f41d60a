import type { Decision } from '../core/decision'
import type { JsonObject, JsonValue } from '../core/json'
import type { ExperimentDefinition, ExperimentResult } from '../core/trail'
import type { Overrides } from '../core/world'
import type { Explanation } from './explain'
import type { Exposure } from './exposure'
import type { ValueDetails } from './typed-value'

/** What can be asked of the features, in a request or without one. */
export interface Questions {
  /**
   * Whether the visitor has the feature. Records the exposure that the answer owes; never throws.
   */
  isEnabled(name: string, overrides?: Overrides): boolean
  /**
   * The visitor's variant, controls included; undefined when excluded, not eligible or not an
   * experiment.
   */
  variant(name: string, overrides?: Overrides): string | undefined
  /** The whole answer. Records nothing. */
  decide(name: string, overrides?: Overrides): Decision
  /** The answer, and selector by selector how it came about. Slow; records nothing. */
  explain(name: string, overrides?: Overrides): Explanation
  /**
   * Everything the visitor has: `true`, or the variant of an experiment, controls included. For
   * handing to a browser, which then owes the exposures: none is recorded. An object without a
   * prototype, so that any name is just a key.
   */
  allEnabled(overrides?: Overrides): Readonly<Record<string, Enabled>>
  /**
   * The feature's value, or `otherwise` when it is unknown, null, or no boolean. A feature without
   * values is one.
   */
  getBooleanValue(name: string, otherwise: boolean, overrides?: Overrides): boolean
  /**
   * The feature's value, or its variant when it has no values; `otherwise` when there is none, or
   * it is no text.
   */
  getStringValue(name: string, otherwise: string, overrides?: Overrides): string
  getNumberValue(name: string, otherwise: number, overrides?: Overrides): number
  /** Lists are objects, too. */
  getObjectValue<T extends JsonObject | readonly JsonValue[]>(
    name: string,
    otherwise: T,
    overrides?: Overrides,
  ): T
  /**
   * The value of the default's type, with how it came about: reason, variant, and why it is the
   * default if it is.
   */
  details<T extends JsonValue>(name: string, otherwise: T, overrides?: Overrides): ValueDetails<T>
  /**
   * An experiment that stands in the code and not in the live config, in GrowthBook's shape.
   * Records its exposure.
   */
  inlineExperiment(experiment: ExperimentDefinition, overrides?: Overrides): ExperimentResult
  /**
   * What this request has recorded so far: with `onExposure`, or with `deferExposures` for a
   * browser to report.
   */
  readonly exposures: readonly Exposure[]
}

export type Enabled = true | { readonly experimentId?: JsonValue; readonly variant: string }
