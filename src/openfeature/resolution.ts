import type { ErrorCode, FlagMetadata, ResolutionDetails } from '@openfeature/server-sdk'
import type { JsonValue } from '../core/json'
import type { ValueDetails } from '../engine/typed-value'

/**
 * The answer of the engine in OpenFeature's shape (docs/openfeature.md has the table). An error is
 * returned and not thrown: a thrown one would lose the metadata and cost a stack.
 *
 * @param offIsFalse a feature that is switched off is false where the code asks for a boolean,
 * instead of the code's default
 */
export function resolutionOf<T extends JsonValue>(
  { value, reason, variant, error, decision }: ValueDetails<T>,
  otherwise: T,
  flagMetadata: FlagMetadata,
  offIsFalse: boolean,
): ResolutionDetails<T> {
  if (error) return errorResolution(otherwise, error.code as ErrorCode, error.message, flagMetadata)
  if (decision.reason === 'DISABLED' && !(offIsFalse && typeof otherwise === 'boolean'))
    return { value: otherwise, reason: 'DISABLED', flagMetadata }
  return {
    value,
    reason: decision.forced ? 'OVERRIDE' : reason,
    ...(variant !== undefined && { variant }),
    flagMetadata,
  }
}

export const errorResolution = <T>(
  value: T,
  errorCode: ErrorCode,
  errorMessage: string,
  flagMetadata: FlagMetadata,
): ResolutionDetails<T> => ({ value, reason: 'ERROR', errorCode, errorMessage, flagMetadata })
