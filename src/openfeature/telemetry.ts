import type { logs as Logs } from '@opentelemetry/api-logs'
import type { EvaluationDetails, FlagValue, Hook, HookContext } from '@openfeature/server-sdk'
import {
  checkOptions,
  FUNCTION,
  isText,
  numberFrom,
  objectWith,
  type OptionKinds,
  TRUE_OR_FALSE,
} from '../core/options'
import { quietly } from '../core/guarded'
import { boundedCache } from '../runtime/bounded-cache'
import { loadOptional } from '../runtime/optional-package'

/** Names are OpenTelemetry's (semantic conventions 1.44). */
export interface EvaluationEvent {
  readonly eventName: 'feature_flag.evaluation'
  readonly attributes: Record<string, unknown>
}

export interface TelemetryOptions {
  /** Receives each event. Default: the logger `liveflag` of `@opentelemetry/api-logs`. */
  readonly logger?: { emit(event: EvaluationEvent): void }
  /**
   * Whether the value is an attribute also where there is a variant: it may be large, or private.
   * Default false. Without a variant OpenTelemetry requires it.
   */
  readonly value?: boolean
  /** Further attributes; undefined ones are left out. */
  readonly attributeMapper?: (
    context: Readonly<HookContext>,
    details: EvaluationDetails<FlagValue>,
  ) => Readonly<Record<string, unknown>>
  /** Names of attributes that are left out. */
  readonly excludeAttributes?: readonly string[]
  /** Leaves out the error's message; its type stays. Default false. */
  readonly excludeExceptions?: boolean
  /** The last to see an event, which it may replace; undefined drops it. */
  readonly eventMutator?: (event: EvaluationEvent) => EvaluationEvent | undefined
  /**
   * One event in so many milliseconds for the same feature, variant, reason and error, of hot
   * features. Default 0: every evaluation is an event, as OpenTelemetry says.
   */
  readonly everyMs?: number
  /** The clock, in milliseconds since 1970. */
  readonly now?: () => number
}

const CALL = 'telemetryHook'

const KINDS: OptionKinds<TelemetryOptions> = {
  logger: objectWith(['emit'], 'an object with the method emit'),
  value: TRUE_OR_FALSE,
  attributeMapper: FUNCTION,
  excludeAttributes: {
    fits: (value) => Array.isArray(value) && value.every(isText),
    wanted: 'a list of names of attributes',
  },
  excludeExceptions: TRUE_OR_FALSE,
  eventMutator: FUNCTION,
  everyMs: numberFrom(0),
  now: FUNCTION,
}

/**
 * Memory for the combinations of feature and outcome whose last event is remembered, with `everyMs`:
 * some 12,000.
 */
const MOST_REMEMBERED_BYTES = 4 * 1024 * 1024

/**
 * A hook that reports every evaluation as OpenTelemetry's event `feature_flag.evaluation`. It needs no
 * active span and never throws: what a function of the options throws drops that event.
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION, and LIVEFLAG_MISSING_PACKAGE without a `logger` and
 * without `@opentelemetry/api-logs`
 * @example OpenFeature.addHooks(telemetryHook({ everyMs: 1000 }))
 */
export function telemetryHook(options: TelemetryOptions = {}): Hook {
  checkOptions(CALL, options, KINDS)
  const { eventMutator = (event: EvaluationEvent) => event } = options
  const logger = options.logger ?? openTelemetryLogger()
  const isDue = everyInterval(options)
  return {
    finally(context, details) {
      quietly(() => {
        if (!isDue(details)) return
        const event = eventMutator(eventOf(context, details, options))
        if (event) logger.emit(event)
      })
    },
  }
}

function openTelemetryLogger(): NonNullable<TelemetryOptions['logger']> {
  const { logs } = loadOptional(
    CALL,
    '@opentelemetry/api-logs',
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would hide that it is missing until the first use
    () => require('@opentelemetry/api-logs') as { readonly logs: typeof Logs },
  )
  // Asked for each event: an application may register its logger provider after the hook.
  return {
    emit: ({ eventName, attributes }) =>
      logs.getLogger('liveflag').emit({ eventName, attributes: attributes as never }),
  }
}

function everyInterval({
  everyMs = 0,
  now = Date.now,
}: TelemetryOptions): (details: EvaluationDetails<FlagValue>) => boolean {
  if (everyMs === 0) return () => true
  const last = boundedCache<{ readonly at: number }>(MOST_REMEMBERED_BYTES)
  return ({ flagKey, variant = '', reason = '', errorCode = '' }) => {
    const key = [flagKey, variant, reason, errorCode].join('\0')
    const at = now()
    // Also when the clock was set back, there is one event in this time.
    if (Math.abs(at - (last.get(key)?.at ?? -Infinity)) < everyMs) return false
    last.set(key, { at })
    return true
  }
}

function eventOf(
  context: Readonly<HookContext>,
  details: EvaluationDetails<FlagValue>,
  options: TelemetryOptions,
): EvaluationEvent {
  const all = {
    ...standardAttributes(context, details, options),
    ...options.attributeMapper?.(context, details),
  }
  const excluded = new Set(options.excludeAttributes)
  const attributes = Object.entries(all).filter(
    ([name, value]) => value !== undefined && !excluded.has(name),
  )
  return { eventName: 'feature_flag.evaluation', attributes: Object.fromEntries(attributes) }
}

function standardAttributes(
  { context, providerMetadata }: Readonly<HookContext>,
  details: EvaluationDetails<FlagValue>,
  { value: withValue = false, excludeExceptions = false }: TelemetryOptions,
): Record<string, unknown> {
  const { flagKey, variant, value, reason = 'UNKNOWN', errorCode, errorMessage } = details
  const { contextId, flagSetId, version } = details.flagMetadata
  return {
    'feature_flag.key': flagKey,
    'feature_flag.result.variant': variant,
    'feature_flag.result.value': variant === undefined || withValue ? value : undefined,
    'feature_flag.result.reason': reason.toLowerCase(),
    'feature_flag.provider.name': providerMetadata.name,
    'feature_flag.context.id': contextId ?? context.targetingKey,
    'feature_flag.set.id': flagSetId,
    'feature_flag.version': version,
    'error.type': errorCode?.toLowerCase(),
    'feature_flag.error.message':
      errorCode === undefined || excludeExceptions || errorMessage === errorCode
        ? undefined
        : errorMessage,
  }
}
