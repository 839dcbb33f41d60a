import { LiveflagError } from '../core/errors'
import { isJsonList, isJsonObject, type JsonObject, type JsonValue, kindOf } from '../core/json'
import { ANYTHING, checkOptions, FUNCTION, type OptionKinds } from '../core/options'
import type { Problem } from '../core/problem'
import { Engine } from '../engine/features'
import { type FeaturesOptions, readOptions } from '../engine/options'
import type { SnapshotInfo } from '../engine/snapshot-info'
import { bindMethods } from '../runtime/bind-methods'
import { memory } from '../sources/memory'
import { badValue, define, jsonText } from './json-text'
import type { InitialValues, TestFeatures } from './settable'

export interface TestFeaturesOptions extends Omit<FeaturesOptions, 'source'> {
  /**
   * Your runner's hook, such as Jest's `afterEach`: everything that a test has set is undone after
   * it.
   */
  readonly afterEach?: (restore: () => Promise<void>) => unknown
  /** Your runner's hook, such as Jest's `afterAll`: the features are closed. */
  readonly afterAll?: (close: () => Promise<void>) => unknown
}

/** The kind of each option; `openFeatures` checks the values. */
const OPTIONS: OptionKinds<TestFeaturesOptions> = {
  enabled: ANYTHING,
  compat: ANYTHING,
  loggedOutExperiments: ANYTHING,
  onExposure: ANYTHING,
  selectors: ANYTHING,
  deferExposures: ANYTHING,
  onUsage: ANYTHING,
  onMetric: ANYTHING,
  validExposureRequest: ANYTHING,
  dedupeExposures: ANYTHING,
  forceByUrl: ANYTHING,
  strict: ANYTHING,
  waitForFile: ANYTHING,
  guards: ANYTHING,
  badEntry: ANYTHING,
  now: ANYTHING,
  afterEach: FUNCTION,
  afterAll: FUNCTION,
}

/**
 * Features for tests: no file, no network, no timer, nothing global, so that any number of tests
 * run side by side. `initial` overrides features by name; a feature that nobody has set is off, or
 * gives the default of the code. Throws LIVEFLAG_BAD_OPTION on a value that JSON cannot say, and on
 * an unknown option, `source` among them.
 *
 * @example
 * const features = testFeatures({ search_v2: true, theme: 'dark' }, { afterEach, afterAll })
 * features.setBoolean('search_v2', false)
 */
export function testFeatures(
  initial: InitialValues = {},
  given: TestFeaturesOptions = {},
): TestFeatures {
  checkOptions('testFeatures', given, OPTIONS)
  const { afterEach, afterAll, ...options } = given
  for (const [name, value] of Object.entries(initial)) jsonText('testFeatures', name, value)
  const features = new SettableFeatures(initial, options)
  afterEach?.(() => features.restore())
  afterAll?.(() => features.close())
  return features
}

type Texts = Readonly<Record<'entries' | 'payload', ReturnType<typeof memory>>>

/** Two texts, as one text is either a live config or a GrowthBook payload. */
const emptyTexts = (): Texts => ({
  entries: memory('{}', { format: 'json', name: 'test entries' }),
  payload: memory('{}', { format: 'json', name: 'test payload' }),
})

const SETTERS = [
  'setBoolean',
  'setString',
  'setInteger',
  'setNumber',
  'setObject',
  'setVariant',
  'unset',
  'set',
  'setDefinition',
  'setSegment',
  'restore',
] as const

class SettableFeatures extends Engine implements TestFeatures {
  private readonly definitions = new Map<string, JsonValue>()
  private readonly segments = new Map<string, JsonValue>()
  private opening: Promise<void> | undefined
  private closed = false

  constructor(
    private readonly initial: Readonly<Record<string, JsonValue>>,
    options: Omit<FeaturesOptions, 'source'>,
    /** Read anew for every answer. */
    private readonly overrides: Record<string, JsonValue> = { ...initial },
    private readonly variants: Record<string, string> = {},
    private readonly texts = emptyTexts(),
  ) {
    super(
      {
        ...readOptions({
          ...options,
          source: [texts.entries, texts.payload],
          guards: { allowEmpty: true, ...options.guards },
        }),
        reportUnknown: false,
      },
      { forcedValues: overrides, forcedVariants: variants },
    )
    bindMethods(this, SETTERS)
  }

  override open(): Promise<void> {
    return (this.opening ??= super.open())
  }

  override close(): Promise<void> {
    this.closed = true
    return super.close()
  }

  /** There is nothing to wait for: what was set answers before any text has been read. */
  override get snapshot(): SnapshotInfo {
    const info = super.snapshot
    return info.status === 'NOT_READY' ? { ...info, status: 'READY' } : info
  }

  setBoolean(name: string, value: boolean): this {
    return this.override('setBoolean', name, value, typeof value === 'boolean', 'true or false')
  }

  setString(name: string, value: string): this {
    return this.override('setString', name, value, typeof value === 'string', 'a text')
  }

  setInteger(name: string, value: number): this {
    return this.override('setInteger', name, value, Number.isSafeInteger(value), 'a whole number')
  }

  setNumber(name: string, value: number): this {
    return this.override('setNumber', name, value, Number.isFinite(value), 'a number')
  }

  setObject(name: string, value: JsonObject | readonly JsonValue[]): this {
    return this.override(
      'setObject',
      name,
      value,
      isJsonObject(value) || isJsonList(value),
      'an object or a list',
    )
  }

  setVariant(name: string, variant: string, value: JsonValue = variant): this {
    if (typeof variant !== 'string' || variant === '')
      throw badValue(
        'setVariant',
        `${name} is given ${kindOf(variant)}; give the name of a variant`,
      )
    define(this.override('setVariant', name, value, true, 'a JSON value').variants, name, variant)
    return this
  }

  unset(name: string): this {
    Reflect.deleteProperty(this.variants, name)
    Reflect.deleteProperty(this.overrides, name)
    return this
  }

  async set(name: string, value: JsonValue): Promise<void> {
    jsonText('set', name, value)
    await this.define(
      'set',
      this.definitions,
      name,
      { default: value },
      ({ feature }) => feature === name,
    )
  }

  setDefinition(name: string, definition: JsonValue): Promise<void> {
    return this.define(
      'setDefinition',
      this.definitions,
      name,
      definition,
      ({ feature }) => feature === name,
    )
  }

  setSegment(name: string, members: JsonValue): Promise<void> {
    return this.define(
      'setSegment',
      this.segments,
      name,
      members,
      ({ path = '' }) =>
        path === `segments.${name}` ||
        path.startsWith(`segments.${name}.`) ||
        path.startsWith(`segments.${name}[`),
    )
  }

  async restore(): Promise<void> {
    for (const name of Object.keys(this.overrides)) this.unset(name)
    Object.assign(this.overrides, this.initial)
    if (this.closed || this.definitions.size + this.segments.size === 0) return
    this.definitions.clear()
    this.segments.clear()
    await this.install()
  }

  private async define(
    setter: string,
    into: Map<string, JsonValue>,
    name: string,
    value: JsonValue,
    isOfIt: (problem: Problem) => boolean,
  ): Promise<void> {
    if (this.closed)
      throw new LiveflagError(
        'LIVEFLAG_CLOSED',
        `${setter}: the features are closed, so ${name} cannot be set; make new ones`,
      )
    // What the text says is kept, as what it was made from may change.
    into.set(name, JSON.parse(jsonText(setter, name, value)) as JsonValue)
    await this.install()
    const violation = this.snapshot.problems.find(
      (problem) => problem.severity === 'error' && isOfIt(problem),
    )
    if (violation) throw badValue(setter, `${name} is refused: ${violation.message}`, violation)
  }

  private override(
    setter: string,
    name: string,
    value: JsonValue,
    fits: boolean,
    wanted: string,
  ): this {
    if (!fits) throw badValue(setter, `${name} is given ${kindOf(value)}; give ${wanted}`)
    jsonText(setter, name, value)
    Reflect.deleteProperty(this.variants, name)
    define(this.overrides, name, value)
    return this
  }

  private async install(): Promise<void> {
    const all = [...this.definitions]
    const entries = all
      .filter(([, definition]) => !isOfPayload(definition))
      .map(([name, definition]) => [`feature_${name}`, definition])
    const features = all.filter(([, definition]) => isOfPayload(definition))
    const segments = [...this.segments]
    const groups = segments.map(([name, members]): [string, JsonValue] => [
      name,
      isJsonList(members) ? members : { type: 'condition', condition: members },
    ])
    await this.open()
    await Promise.all([
      this.texts.entries.set(
        JSON.stringify({
          ...(segments.length > 0 && { segments: Object.fromEntries(segments) }),
          ...Object.fromEntries(entries),
        }),
      ),
      this.texts.payload.set(
        JSON.stringify({
          savedGroups: Object.fromEntries(groups),
          features: Object.fromEntries(features),
        }),
      ),
    ])
  }
}

const isOfPayload = (definition: JsonValue): boolean =>
  isJsonObject(definition) && Object.hasOwn(definition, 'defaultValue')
