import type { Decision } from '../core/decision'
import type { JsonObject, JsonValue } from '../core/json'
import type { ExperimentDefinition, ExperimentResult } from '../core/trail'
import type { Overrides } from '../core/world'
import type { Explanation } from './explain'
import type { Exposure } from './exposure'
import type { ValueDetails } from './typed-value'

/** What can be asked about features, in a request or without one. */
export interface Questions {
  /**
   * Whether the visitor has the feature. Records the exposure of the answer. Never throws.
   *
   * @example if (req.features.isEnabled('search_v2')) showNewSearch()
   */
  isEnabled(name: string, overrides?: Overrides): boolean
  /**
   * The visitor's variant, controls included; undefined when excluded, not eligible or not an
   * experiment.
   *
   * @example const colour = req.features.variant('button') ?? 'blue'
   */
  variant(name: string, overrides?: Overrides): string | undefined
  /**
   * The whole answer. Records nothing.
   *
   * @example const { enabled, reason, selector } = req.features.decide('search_v2')
   */
  decide(name: string, overrides?: Overrides): Decision
  /** The answer, and selector by selector how it came about. Slow; records nothing. */
  explain(name: string, overrides?: Overrides): Explanation
  /**
   * Every feature that the visitor has, as `isEnabled` says: `true`, or the variant of an experiment,
   * controls included. It has no values; `decide` has them.
   * Made to be sent to a browser, which must then report the exposures: none is recorded here. The
   * object has no prototype, so any name is a plain key.
   */
  allEnabled(overrides?: Overrides): Readonly<Record<string, Enabled>>
  /**
   * The feature's value; `otherwise` when it is unknown, null or not a boolean. A feature without
   * values is a boolean itself.
   *
   * @example const isDense = req.features.getBooleanValue('dense_list', false)
   */
  getBooleanValue(name: string, otherwise: boolean, overrides?: Overrides): boolean
  /**
   * The feature's value, or its variant when it has no values; `otherwise` when there is neither,
   * or it is not a string.
   *
   * @example const theme = req.features.getStringValue('theme', 'light')
   */
  getStringValue(name: string, otherwise: string, overrides?: Overrides): string
  /** The feature's value; `otherwise` when it is unknown, null or not a number. */
  getNumberValue(name: string, otherwise: number, overrides?: Overrides): number
  /** The feature's value when it is a mapping or a list; else `otherwise`. */
  getObjectValue<T extends JsonObject | readonly JsonValue[]>(
    name: string,
    otherwise: T,
    overrides?: Overrides,
  ): T
  /**
   * The value, if it has the type of the default, with reason and variant; else the default, with
   * the error that says why.
   *
   * @example const { value, reason, error } = req.features.details('page_size', 20)
   */
  details<T extends JsonValue>(name: string, otherwise: T, overrides?: Overrides): ValueDetails<T>
  /**
   * Runs an experiment that is in the code and not in the live config, in GrowthBook's shape.
   * Records its exposure.
   */
  inlineExperiment(experiment: ExperimentDefinition, overrides?: Overrides): ExperimentResult
  /**
   * The exposures of this request so far: with `onExposure`, or with `deferExposures` for a browser
   * to report.
   */
  readonly exposures: readonly Exposure[]
}

export type Enabled = true | { readonly experimentId?: JsonValue; readonly variant: string }
