import type {
  FeatureName,
  FeatureNameOf,
  FeatureTypes,
  JsonStructure,
  ReadableOf,
  VariantOf,
} from '../core/feature-types'
import type { JsonValue } from '../core/json'
import type { Features } from '../engine/features'

/** Features that a test sets; everything else is as in `openFeatures`. */
export interface TestFeatures extends Features {
  /**
   * Overrides a feature for everybody at once, also in requests that are under way. No exposure is
   * recorded for it.
   */
  setBoolean(name: FeatureNameOf<boolean>, value: boolean): this
  setString<Name extends FeatureNameOf<string>>(
    name: Name,
    value: Extract<ReadableOf<Name>, string>,
  ): this
  /** Throws LIVEFLAG_BAD_OPTION on a fraction, as every setter does on a value of another type. */
  setInteger(name: FeatureNameOf<number>, value: number): this
  setNumber(name: FeatureNameOf<number>, value: number): this
  setObject<Name extends FeatureNameOf<JsonStructure>>(
    name: Name,
    value: Extract<ReadableOf<Name>, JsonStructure>,
  ): this
  /**
   * Overrides a feature by a variant: `variant` returns it, a value is `value` (default: the name of
   * the variant), and `isEnabled` answers as of that variant, false for one of r2's controls.
   */
  setVariant<Name extends FeatureName>(
    name: Name,
    variant: VariantOf<Name>,
    value?: ReadableOf<Name>,
  ): this
  /** Removes an override, also one that the features began with. */
  unset(name: FeatureName): this
  /**
   * Puts a feature in the live config with `value` for everybody. In force when this resolves;
   * overrides win over it.
   */
  set<Name extends FeatureName>(name: Name, value: ReadableOf<Name>): Promise<void>
  /**
   * Puts an entry in the live config as the file would have it, without `feature_`; or a feature as
   * in a GrowthBook payload, which has a `defaultValue`. Rejects with LIVEFLAG_BAD_OPTION when it
   * has a problem.
   */
  setDefinition(name: string, definition: JsonValue): Promise<void>
  /**
   * Defines a segment as the file would under `segments`: a list of ids, or a condition. To
   * GrowthBook features it is a saved group. Rejects as `setDefinition` does.
   */
  setSegment(name: string, members: JsonValue): Promise<void>
  /** Undoes everything that was set since the beginning. */
  restore(): Promise<void>
}

/** What features are overridden by in the beginning, by name. */
export type InitialValues = [keyof FeatureTypes] extends [never]
  ? Readonly<Record<string, JsonValue>>
  : { readonly [Name in FeatureName]?: ReadableOf<Name> }
