import { LiveflagError } from '../core/errors'
import { isJsonList, isJsonObject, type JsonObject, type JsonValue, kindOf } from '../core/json'
import type { Problem } from '../core/problem'
import { type Facts, worldOf } from '../core/world'
import type { Exposure } from '../engine/exposure'
import { Engine } from '../engine/features'
import { type FeaturesOptions, readOptions } from '../engine/options'
import type { Questions } from '../engine/questions'
import type { SnapshotInfo } from '../engine/snapshot-info'
import { bindMethods } from '../runtime/bind-methods'
import { Definitions, type DefinitionsMark } from './definitions'
import { badValue, define, jsonText } from './json-text'
import { addHooks, describeEach, type Runner } from './runner'
import type { TestFeatures } from './settable'

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
  'as',
  'forEachVariant',
  'forEachState',
] as const

/** What has been set, to come back to. */
interface Mark {
  readonly overrides: Readonly<Record<string, JsonValue>>
  readonly variants: Readonly<Record<string, string>>
  readonly definitions: DefinitionsMark
  readonly exposed: number
}

/** Older Node has no such symbol; `using` is compiled to this one then. */
const DISPOSE: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol.for('nodejs.asyncDispose')

export class SettableFeatures extends Engine implements TestFeatures {
  private opening: Promise<void> | undefined
  private closed = false
  private readonly start: Mark

  constructor(
    initial: Readonly<Record<string, JsonValue>>,
    options: Omit<FeaturesOptions, 'source'>,
    private readonly runner: Partial<Runner>,
    /** Read anew for every answer. */
    private readonly overrides: Record<string, JsonValue> = { ...initial },
    private readonly variants: Record<string, string> = {},
    private readonly definitions = new Definitions(),
    readonly exposed: Exposure[] = [],
  ) {
    super(
      {
        ...readOptions({
          ...options,
          onExposure: recordInto(exposed, options.onExposure),
          source: definitions.sources,
          guards: { allowEmpty: true, ...options.guards },
        }),
        // What a test does not set is off, and need not be there.
        onUnknown: options.onUnknown ?? 'ignore',
      },
      { forcedValues: overrides, forcedVariants: variants },
    )
    bindMethods(this, SETTERS)
    this.start = this.mark()
  }

  /** Undoes after each test what that test has set. */
  restoreByItself(): void {
    let before = this.start
    addHooks(this.runner, {
      before: () => void (before = this.mark()),
      after: () => this.restoreTo(before),
    })
  }

  [DISPOSE](): Promise<void> {
    return this.close()
  }

  as<T>(facts: Facts, fn: (request: Questions) => T): T {
    return this.run(worldOf(facts), fn)
  }

  forEachVariant(
    name: string,
    given: readonly string[] | ((variant: string) => void),
    fn?: (variant: string) => void,
  ): void {
    const [variants, block] =
      typeof given === 'function' ? [this.definitions.variantsOf(name), given] : [given, fn]
    if (!Array.isArray(variants) || variants.length === 0)
      throw badValue('forEachVariant', `${name} has no variants; give a list of their names`)
    if (typeof block !== 'function')
      throw badValue('forEachVariant', 'give a function that defines tests')
    describeEach('forEachVariant', this.runner, variants as readonly string[], {
      title: (variant) => `${name}: ${variant}`,
      set: (variant) => this.setVariant(name, variant),
      define: block,
    })
  }

  forEachState(name: string, fn: (enabled: boolean) => void): void {
    describeEach('forEachState', this.runner, [true, false], {
      title: (enabled) => `${name}: ${enabled ? 'on' : 'off'}`,
      set: (enabled) => this.setBoolean(name, enabled),
      define: fn,
    })
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
      this.definitions.entries,
      name,
      value === 'on' || value === 'off' ? value : { default: value },
      ({ feature }) => feature === name,
    )
  }

  setDefinition(name: string, definition: JsonValue): Promise<void> {
    return this.define(
      'setDefinition',
      this.definitions.entries,
      name,
      definition,
      ({ feature }) => feature === name,
    )
  }

  setSegment(name: string, members: JsonValue): Promise<void> {
    return this.define(
      'setSegment',
      this.definitions.segments,
      name,
      members,
      ({ path = '' }) =>
        path === `segments.${name}` ||
        path.startsWith(`segments.${name}.`) ||
        path.startsWith(`segments.${name}[`),
    )
  }

  restore(): Promise<void> {
    return this.restoreTo(this.start)
  }

  private mark(): Mark {
    return {
      overrides: { ...this.overrides },
      variants: { ...this.variants },
      definitions: this.definitions.mark(),
      exposed: this.exposed.length,
    }
  }

  private async restoreTo(mark: Mark): Promise<void> {
    for (const name of Object.keys(this.overrides)) this.unset(name)
    Object.assign(this.overrides, mark.overrides)
    Object.assign(this.variants, mark.variants)
    this.exposed.length = Math.min(this.exposed.length, mark.exposed)
    if (!this.closed && this.definitions.restore(mark.definitions)) await this.install()
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
    await this.open()
    await this.definitions.write()
  }
}

/**
 * The application's own receiver gets each of them, too. What is none is for `readOptions` to refuse.
 */
function recordInto(
  exposed: Exposure[],
  receive: FeaturesOptions['onExposure'],
): NonNullable<FeaturesOptions['onExposure']> {
  if (receive !== undefined && typeof receive !== 'function') return receive
  return (exposure, entry) => {
    exposed.push(exposure)
    return receive?.(exposure, entry)
  }
}
