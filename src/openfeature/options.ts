import { type LiveflagError, withCode } from '../core/errors'
import {
  badOption,
  checkOptions,
  FUNCTION,
  isObject,
  type OptionKinds,
  TEXT,
  TIMEOUT_MS,
  TRUE_OR_FALSE,
} from '../core/options'
import { guarded } from '../core/guarded'
import { type ContextMapping, MAPPED } from '../engine/evaluation-context'
import type { Conversion } from './tracking'

export interface ProviderOptions {
  /**
   * Which member of the evaluation context answers one of liveflag's own questions:
   * `{ admin: 'is_staff', loid: 'sessionId' }`. Default: each under its own name.
   */
  readonly mapping?: ContextMapping
  /** `flagSetId` of every answer's metadata. Default `liveflag`. */
  readonly flagSetId?: string
  /**
   * Whether answers carry `flagSetId`, `version` (SHA-256 of the content in force) and, where
   * something else than the targeting key was bucketed, `contextId`. Default true.
   */
  readonly ownMetadata?: boolean
  /**
   * True: a feature that is switched off is `false` where the code asks for a boolean. Default false:
   * it is the code's default, as OpenFeature says.
   */
  readonly offIsFalse?: boolean
  /** After so many milliseconds of STALE the provider is in ERROR. Default: never. */
  readonly errorAfterMs?: number
  /**
   * Receives what `client.track` reports, such as `(conversion) => decider.convert(conversion)`. What
   * it throws goes to `onError`. Default: tracking does nothing.
   */
  readonly onConversion?: (conversion: Conversion) => unknown
  /**
   * Receives LIVEFLAG_CALLBACK_FAILED when `onConversion` throws or its promise rejects, with the
   * cause. Default: it is dropped.
   */
  readonly onError?: (error: LiveflagError) => unknown
  /** The clock, in milliseconds since 1970. */
  readonly now?: () => number
}

export interface Settled {
  readonly mapping: ContextMapping
  readonly flagSetId: string | undefined
  readonly offIsFalse: boolean
  readonly errorAfterMs: number | undefined
  readonly onConversion: ((conversion: Conversion) => unknown) | undefined
  readonly guard: (call: () => unknown) => void
  readonly now: () => number
}

const CALL = 'LiveflagProvider'

const KINDS: OptionKinds<ProviderOptions> = {
  mapping: { fits: isObject, wanted: 'an object such as { admin: "is_staff" }' },
  flagSetId: TEXT,
  ownMetadata: TRUE_OR_FALSE,
  offIsFalse: TRUE_OR_FALSE,
  errorAfterMs: TIMEOUT_MS,
  onConversion: FUNCTION,
  onError: FUNCTION,
  now: FUNCTION,
}

export function readOptions(options: ProviderOptions): Settled {
  if (!isObject(options)) throw badOption(CALL, 'options', options, 'an object')
  checkOptions(CALL, options, KINDS)
  const { mapping = {}, flagSetId = 'liveflag', ownMetadata = true, onError } = options
  checkOptions<object>(
    `${CALL}: mapping`,
    mapping,
    Object.fromEntries(MAPPED.map((name) => [name, TEXT])),
  )
  return {
    mapping,
    flagSetId: ownMetadata ? flagSetId : undefined,
    offIsFalse: options.offIsFalse ?? false,
    errorAfterMs: options.errorAfterMs,
    onConversion: options.onConversion,
    guard: (call) =>
      void guarded(
        call,
        (error) =>
          void guarded(
            () => onError?.(withCode(error, 'LIVEFLAG_CALLBACK_FAILED')),
            () => undefined,
          ),
      ),
    now: options.now ?? Date.now,
  }
}
