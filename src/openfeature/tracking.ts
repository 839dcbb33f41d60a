import type { EvaluationContext, TrackingEventDetails } from '@openfeature/server-sdk'

/** What `client.track` reports, in the shape that a decider's `convert` takes. */
export interface Conversion {
  /** What happened: `purchase`. */
  readonly name: string
  /** Who did it: the targeting key. */
  readonly unit: string
  /** How much: money, seconds. */
  readonly value?: number
  /** `eventId` of the details: the same event reported twice counts once. */
  readonly eventId?: string
  /** Milliseconds since 1970. */
  readonly at: number
}

/** Undefined without a targeting key: a conversion that is nobody's joins with nothing. */
export function conversionOf(
  name: string,
  { targetingKey }: EvaluationContext,
  { value, eventId }: TrackingEventDetails,
  at: number,
): Conversion | undefined {
  if (targetingKey === undefined || targetingKey === '') return undefined
  return {
    name,
    unit: targetingKey,
    at,
    ...(typeof value === 'number' && Number.isFinite(value) && { value }),
    ...(typeof eventId === 'string' && eventId !== '' && { eventId }),
  }
}
