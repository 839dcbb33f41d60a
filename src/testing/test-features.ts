import { LiveflagError } from '../core/errors'
import { isJsonList, isJsonObject, type JsonObject, type JsonValue, kindOf } from '../core/json'
import { Engine, type Features } from '../features'
import { type FeaturesOptions, readOptions } from '../options'
import { memory } from '../sources/memory'

export interface TestFeaturesOptions extends Omit<FeaturesOptions, 'source'> {
  /** Your runner's hook, such as Jest's `afterEach`: what a test has set is taken back after it. */
  readonly afterEach?: (restore: () => Promise<void>) => unknown
  /** Your runner's hook, such as Jest's `afterAll`: the features are closed. */
  readonly afterAll?: (close: () => Promise<void>) => unknown
}

/** Features that a test sets as it likes; everything else about them is as in `openFeatures`. */
export interface TestFeatures extends Features {
  /** Overrides a feature for everybody at once, also in requests that have begun. No exposure is owed for it. */
  setBoolean(name: string, value: boolean): this
  setString(name: string, value: string): this
  /** Throws LIVEFLAG_BAD_OPTION on a fraction, and so on with every value that is not of the method's type. */
  setInteger(name: string, value: number): this
  setNumber(name: string, value: number): this
  setObject(name: string, value: JsonObject | readonly JsonValue[]): this
  /** Takes an override away, also one that the features began with. */
  unset(name: string): this
  /** Puts a feature in the live config whose value is `value` for everybody. In force when this resolves; overrides lie over it. */
  set(name: string, value: JsonValue): Promise<void>
  /**
   * Puts an entry in the live config as it would stand in the file, `feature_` left out; or a feature as in a GrowthBook
   * payload, which has a `defaultValue`. Rejects with LIVEFLAG_BAD_OPTION when anything is wrong with it.
   */
  setDefinition(name: string, definition: JsonValue): Promise<void>
  /** Takes back everything that was set since the beginning. */
  restore(): Promise<void>
}

/**
 * Features for tests: no file, no network, no timer, nothing global, so that any number of tests run side by side.
 * `initial` overrides features by name; a feature that nobody has set is off, or gives the default of the code.
 */
export function testFeatures(initial: Readonly<Record<string, JsonValue>> = {}, { afterEach, afterAll, ...options }: TestFeaturesOptions = {}): TestFeatures {
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

class SettableFeatures extends Engine implements TestFeatures {
  private definitions = new Map<string, JsonValue>()
  private opening: Promise<void> | undefined

  constructor(
    private readonly initial: Readonly<Record<string, JsonValue>>,
    options: Omit<FeaturesOptions, 'source'>,
    /** Read anew for every answer. */
    private readonly overrides: Record<string, JsonValue> = { ...initial },
    private readonly texts = emptyTexts(),
  ) {
    super(readOptions({ ...options, source: [texts.entries, texts.payload], guards: { allowEmpty: true, ...options.guards } }), { forcedValues: overrides })
  }

  override open(): Promise<void> {
    return (this.opening ??= super.open())
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
    return this.override('setObject', name, value, isJsonObject(value) || isJsonList(value), 'an object or a list')
  }

  unset(name: string): this {
    Reflect.deleteProperty(this.overrides, name)
    return this
  }

  set(name: string, value: JsonValue): Promise<void> {
    return this.setDefinition(name, { default: value })
  }

  async setDefinition(name: string, definition: JsonValue): Promise<void> {
    this.definitions.set(name, definition)
    await this.install()
    const fault = this.snapshot.problems.find(({ feature, severity }) => feature === name && severity === 'error')
    if (fault) throw new LiveflagError('LIVEFLAG_BAD_OPTION', `setDefinition: ${name} is refused: ${fault.message}`, { cause: fault })
  }

  async restore(): Promise<void> {
    for (const name of Object.keys(this.overrides)) this.unset(name)
    Object.assign(this.overrides, this.initial)
    if (this.definitions.size === 0) return
    this.definitions.clear()
    await this.install()
  }

  private override(setter: string, name: string, value: JsonValue, fits: boolean, wanted: string): this {
    if (!fits) throw new LiveflagError('LIVEFLAG_BAD_OPTION', `${setter}: ${name} is given ${kindOf(value)}; give ${wanted}`)
    Object.defineProperty(this.overrides, name, { value, writable: true, enumerable: true, configurable: true })
    return this
  }

  private async install(): Promise<void> {
    const all = [...this.definitions]
    const entries = all.filter(([, definition]) => !isOfPayload(definition)).map(([name, definition]) => [`feature_${name}`, definition])
    const features = all.filter(([, definition]) => isOfPayload(definition))
    await this.open()
    await Promise.all([
      this.texts.entries.set(JSON.stringify(Object.fromEntries(entries))),
      this.texts.payload.set(JSON.stringify({ features: Object.fromEntries(features) })),
    ])
  }
}

const isOfPayload = (definition: JsonValue): boolean => isJsonObject(definition) && Object.hasOwn(definition, 'defaultValue')
