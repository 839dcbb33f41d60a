/// <reference lib="esnext.disposable" preserve="true" />
import type {
  FeatureName,
  FeatureNameOf,
  FeatureTypes,
  JsonStructure,
  ReadableOf,
  VariantOf,
} from '../core/feature-types'
import type { JsonValue } from '../core/json'
import type { Facts } from '../core/world'
import type { Exposure } from '../engine/exposure'
import type { Features } from '../engine/features'
import type { FeaturesOptions } from '../engine/options'
import type { Questions } from '../engine/questions'

export interface TestFeaturesOptions extends Omit<FeaturesOptions, 'source'> {
  /**
   * Your runner's hook: everything that has been set is undone after each test. Without it, what a
   * test has set is undone where the runner's hooks are global (Jest, Mocha, Vitest with `globals`)
   * or the file is run by node:test; what was set before the tests is kept then.
   */
  readonly afterEach?: (restore: () => Promise<void>) => unknown
  /** Your runner's hook, for `forEachVariant` where it is not global. */
  readonly beforeEach?: (run: () => void) => unknown
  /** The same. */
  readonly describe?: (title: string, define: () => void) => unknown
  /** Your runner's hook, such as Jest's `afterAll`: the features are closed. */
  readonly afterAll?: (close: () => Promise<void>) => unknown
}

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
   * Puts a feature in the live config with `value` for everybody; `'on'` and `'off'` are switches,
   * as in the file. In force when this resolves; overrides win over it.
   */
  set<Name extends FeatureName>(
    name: Name,
    // eslint-disable-next-line @typescript-eslint/no-redundant-type-constituents -- a text is anything until types are generated
    value: ReadableOf<Name> | 'on' | 'off',
  ): Promise<void>
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
  /** Undoes everything that was set since the beginning, and empties `exposed`. */
  restore(): Promise<void>
  /**
   * Runs `fn` as a visitor, across await too: questions without a request are about that visitor.
   * Calls at the same time do not see each other.
   *
   * @example await features.as({ user: { id: 't2_beef' } }, () => renderHeader())
   */
  as<T>(facts: Facts, fn: (request: Questions) => T): T
  /**
   * What has been exposed, oldest first; emptied after each test and by `restore`. Overrides are not
   * exposed.
   */
  readonly exposed: readonly Exposure[]
  /**
   * Defines tests once for each variant; before each of them the variant is set. Without a list, the
   * variants are those of the experiment that `setDefinition` has set.
   *
   * @throws {LiveflagError} LIVEFLAG_BAD_OPTION without variants, or where no runner runs
   * @example
   * features.forEachVariant('checkout', ['old', 'new'], (variant) => {
   *   it('charges once', () => expect(pay()).toBe(1))
   * })
   */
  forEachVariant<Name extends FeatureName, const V extends VariantOf<Name>>(
    name: Name,
    variants: readonly V[],
    fn: (variant: V) => void,
  ): void
  forEachVariant<Name extends FeatureName>(name: Name, fn: (variant: VariantOf<Name>) => void): void
  /** The same for a switch: on, then off. */
  forEachState(name: FeatureName, fn: (enabled: boolean) => void): void
  /** Closes: `await using features = testFeatures()` undoes everything at the end of the block. */
  [Symbol.asyncDispose](): Promise<void>
}

/** What features are overridden by in the beginning, by name. */
export type InitialValues = [keyof FeatureTypes] extends [never]
  ? Readonly<Record<string, JsonValue>>
  : { readonly [Name in FeatureName]?: ReadableOf<Name> }
