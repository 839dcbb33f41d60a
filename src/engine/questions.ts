import type {
  ClientFeatureName,
  DecisionOn,
  DefaultOf,
  FeatureName,
  FeatureNameOf,
  FeatureTypes,
  JsonStructure,
  ReadOf,
  TextOf,
  VariantOf,
} from '../core/feature-types'
import type { JsonValue } from '../core/json'
import type { SignedLink } from '../core/link'
import type { ExperimentDefinition, ExperimentResult } from '../core/trail'
import type { Overrides } from '../core/world'
import type { Bootstrap } from './bootstrap'
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
  isEnabled(name: FeatureName, overrides?: Overrides): boolean
  /**
   * The visitor's variant, controls included; undefined when excluded, not eligible or not an
   * experiment.
   *
   * @example const colour = req.features.variant('button') ?? 'blue'
   */
  variant<Name extends FeatureName>(name: Name, overrides?: Overrides): VariantOf<Name> | undefined
  /**
   * The whole answer. Records nothing.
   *
   * @example const { enabled, reason, selector } = req.features.decide('search_v2')
   */
  decide<Name extends FeatureName>(name: Name, overrides?: Overrides): DecisionOn<Name>
  /** The answer, and selector by selector how it came about. Slow; records nothing. */
  explain(name: FeatureName, overrides?: Overrides): Explanation
  /**
   * Every feature that the visitor has, as `isEnabled` says: `true`, or the variant of an experiment,
   * controls included. It has no values; `decide` has them.
   * Made to be sent to a browser, which must then report the exposures: none is recorded here. The
   * object has no prototype, so any name is a plain key.
   */
  allEnabled(overrides?: Overrides): AllEnabled
  /**
   * The feature's value; `otherwise` when it is unknown, null or not a boolean. A feature without
   * values is a boolean itself.
   *
   * @example const isDense = req.features.getBooleanValue('dense_list', false)
   */
  getBooleanValue(name: FeatureNameOf<boolean>, otherwise: boolean, overrides?: Overrides): boolean
  /**
   * The feature's value, or its variant when it has no values; `otherwise` when there is neither,
   * or it is not a string.
   *
   * @example const theme = req.features.getStringValue('theme', 'light')
   */
  getStringValue<Name extends FeatureNameOf<string>, const Default extends string = string>(
    name: Name,
    otherwise: Default,
    overrides?: Overrides,
  ): TextOf<Name, Default>
  /** The feature's value; `otherwise` when it is unknown, null or not a number. */
  getNumberValue(name: FeatureNameOf<number>, otherwise: number, overrides?: Overrides): number
  /** The feature's value when it is a mapping or a list; else `otherwise`. */
  getObjectValue<
    T extends DefaultOf<Name, JsonStructure>,
    Name extends FeatureNameOf<JsonStructure> = FeatureNameOf<JsonStructure>,
  >(
    name: Name,
    otherwise: T,
    overrides?: Overrides,
  ): ReadOf<Name, T>
  /**
   * The value, if it has the type of the default, with reason and variant; else the default, with
   * the error that says why.
   *
   * @example const { value, reason, error } = req.features.details('page_size', 20)
   */
  details<T, Name extends FeatureName = FeatureName>(
    name: Name,
    otherwise: T & DefaultOf<Name>,
    overrides?: Overrides,
  ): ValueDetails<ReadOf<Name, T>>
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
  /**
   * The answers that the visitor's browser may know, for `bootstrapScript` and `liveflag/client`:
   * those of features with `client: true`, without rules, lists or ids. A name that is not one of
   * them is left out, and reported once. Records nothing: the browser reports what it shows.
   *
   * @param names default: every feature with `client: true`
   * @example bootstrapScript(req.features.bootstrap(['checkout']))
   */
  bootstrap(names?: readonly ClientFeatureName[]): Bootstrap
  /**
   * The signed links that force variants in this request, for a page that shows them. See
   * docs/links.md.
   */
  readonly links: readonly SignedLink[]
}

/** What `allEnabled` returns, by name. */
export type AllEnabled = [keyof FeatureTypes] extends [never]
  ? Readonly<Record<string, Enabled>>
  : { readonly [Name in FeatureName]?: EnabledOf<VariantOf<Name>> }

type EnabledOf<Variant extends string> =
  | true
  | ([Variant] extends [never]
      ? never
      : { readonly experimentId?: JsonValue; readonly variant: Variant })

export type Enabled = true | { readonly experimentId?: JsonValue; readonly variant: string }
