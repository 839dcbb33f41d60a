import type {
  ErrorCode,
  EvaluationContext,
  FlagMetadata,
  JsonValue as FlagValue,
  OpenFeatureEventEmitter,
  Provider,
  ResolutionDetails,
  TrackingEventDetails,
} from '@openfeature/server-sdk'
import type * as ServerSdk from '@openfeature/server-sdk'
import { LiveflagError, messageOf } from '../core/errors'
import type { JsonValue } from '../core/json'
import { badOption, isFunction, isObject } from '../core/options'
import { factsOfContext } from '../engine/evaluation-context'
import type { Features } from '../engine/features'
import { loadOptional } from '../runtime/optional-package'
import { FeaturesEvents } from './features-events'
import { FlagMetadataCache } from './flag-metadata'
import { type ProviderOptions, readOptions, type Settled } from './options'
import { errorResolution, resolutionOf } from './resolution'
import { conversionOf } from './tracking'

/** Features that are open, or a function that opens them. */
export type FeaturesOrOpen = Features | (() => Promise<Features>)

const NONE: FlagMetadata = Object.freeze({})

/**
 * OpenFeature's provider for Node servers over a live config. It decides nothing itself: every answer
 * is the engine's, recorded like any other. Inside `features.run` or behind a middleware, the context
 * overrides answers of the current request; outside, it is all that is known of the visitor.
 *
 * One instance may serve several domains. Features that are given open stay open when the provider is
 * closed; features that it opened by a function are closed with it, and opened again by `initialize`.
 *
 * @example
 * const features = await openFeatures({ source: 'config/live.yaml' })
 * await OpenFeature.setProviderAndWait(new LiveflagProvider(features))
 * const client = OpenFeature.getClient()
 * await client.getBooleanValue('new_checkout', false, { targetingKey: 't2_beef', plan: 'pro' })
 */
export class LiveflagProvider implements Provider {
  readonly metadata = { name: 'liveflag' } as const
  readonly runsOn = 'server'
  readonly events: OpenFeatureEventEmitter
  private readonly sdk: typeof ServerSdk
  private readonly settled: Settled
  private current: InForce | undefined
  private opening: Promise<void> | undefined
  /** How often it was closed. */
  private closed = 0

  /**
   * @throws {LiveflagError} LIVEFLAG_BAD_OPTION, and LIVEFLAG_MISSING_PACKAGE without
   * `@openfeature/server-sdk`
   */
  constructor(
    private readonly features: FeaturesOrOpen,
    options: ProviderOptions = {},
  ) {
    if (!isFunction(features) && !(isObject(features) && 'decide' in features))
      throw badOption(
        'LiveflagProvider',
        'the first argument',
        features,
        'what openFeatures resolved to (await it), or a function that opens it',
      )
    this.settled = readOptions(options)
    this.sdk = loadOptional(
      'LiveflagProvider',
      '@openfeature/server-sdk',
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would hide that it is missing until the first use
      () => require('@openfeature/server-sdk') as typeof ServerSdk,
    )
    this.events = new this.sdk.OpenFeatureEventEmitter()
  }

  /**
   * Resolves when a content is in force. Rejects, with the code PROVIDER_FATAL when the live config is
   * what is wrong, so that the SDK does not wait for a provider that cannot become ready.
   */
  async initialize(): Promise<void> {
    await (this.opening ??= this.open())
  }

  /** Idempotent; afterwards every answer is PROVIDER_NOT_READY, until `initialize` is called again. */
  async onClose(): Promise<void> {
    const closing = this.current
    this.closed += 1
    this.current = this.opening = undefined
    closing?.events.stop()
    if (closing) await this.release(closing.features)
  }

  resolveBooleanEvaluation(
    name: string,
    otherwise: boolean,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<boolean>> {
    return Promise.resolve(this.resolve(name, otherwise, context))
  }

  resolveStringEvaluation(
    name: string,
    otherwise: string,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<string>> {
    return Promise.resolve(this.resolve(name, otherwise, context))
  }

  resolveNumberEvaluation(
    name: string,
    otherwise: number,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<number>> {
    return Promise.resolve(this.resolve(name, otherwise, context))
  }

  resolveObjectEvaluation<T extends FlagValue>(
    name: string,
    otherwise: T,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<T>> {
    return Promise.resolve(
      this.resolve(name, otherwise as JsonValue, context) as ResolutionDetails<T>,
    )
  }

  /** Hands a conversion to `onConversion`; without one, nothing happens. Never throws. */
  track(name: string, context: EvaluationContext, details: TrackingEventDetails): void {
    const { onConversion, now } = this.settled
    const conversion = onConversion && conversionOf(name, context, details, now())
    if (conversion) this.settled.guard(() => onConversion(conversion))
  }

  private async open(): Promise<void> {
    const { closed } = this
    const features = await this.opened()
    // Closed while it was being opened: nobody else will close what has come.
    if (closed !== this.closed) return this.release(features)
    const { flagSetId, errorAfterMs } = this.settled
    const events = new FeaturesEvents(features, this.events, this.sdk.ProviderEvents, errorAfterMs)
    this.current = { features, events, metadata: new FlagMetadataCache(features, flagSetId) }
    await events.start()
  }

  /** Features that were given open belong to the application. */
  private async release(features: Features): Promise<void> {
    if (typeof this.features === 'function') await features.close()
  }

  private async opened(): Promise<Features> {
    if (typeof this.features !== 'function') return this.features
    try {
      return await this.features()
    } catch (error) {
      this.opening = undefined
      const { ProviderFatalError, GeneralError } = this.sdk
      const isConfig = error instanceof LiveflagError
      throw new (isConfig ? ProviderFatalError : GeneralError)(messageOf(error), { cause: error })
    }
  }

  private resolve<T extends JsonValue>(
    name: string,
    otherwise: T,
    context: EvaluationContext,
  ): ResolutionDetails<T> {
    if (this.current === undefined) return notReady(otherwise)
    const { features, metadata } = this.current
    const { mapping, offIsFalse } = this.settled
    const details = features.details(name, otherwise, factsOfContext(context, mapping))
    const unit = details.decision.assignment?.unit
    const contextId = unit === context.targetingKey ? undefined : unit
    const flagMetadata = metadata.of(name, details.generation, contextId)
    return resolutionOf(details, otherwise, flagMetadata, offIsFalse)
  }
}

/** What an initialised provider works with. */
interface InForce {
  readonly features: Features
  readonly events: FeaturesEvents
  readonly metadata: FlagMetadataCache
}

const notReady = <T>(otherwise: T): ResolutionDetails<T> =>
  errorResolution(
    otherwise,
    'PROVIDER_NOT_READY' as ErrorCode,
    'the provider is not initialised, or it is closed; set it with setProviderAndWait',
    NONE,
  )
