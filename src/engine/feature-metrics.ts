import type { Decision } from '../core/decision'
import type { JsonValue } from '../core/json'
import type { FetchResult, SourceMetrics } from '../core/source'
import type { Reporter } from './reporter'

/**
 * Counters of reads and fetches. They are called while a request waits, so count in memory only.
 */
export interface FeatureMetrics extends SourceMetrics {
  /**
   * The code read a feature: one call for each `isEnabled`, `variant`, `get…Value` and `details`,
   * repeated questions included. `value` is what the caller got, defaults of the code included;
   * null when there is no variant. `decide`, `explain` and `allEnabled` are not counted.
   */
  read?(feature: string, source: ReadSource, value: JsonValue): void
}

/**
 * Where a value came from, in GrowthBook's words. `force`: a selector, a rule, or `on`. `override`:
 * forced for this request or by its address, or of an override file. `not_ready`: nothing was in
 * force yet. `refused`: the entry never had a good version. `type_mismatch`: the code asks for
 * another type, and got its default.
 */
export type ReadSource =
  | 'unknownFeature'
  | 'defaultValue'
  | 'force'
  | 'override'
  | 'experiment'
  | 'prerequisite'
  | 'cyclicPrerequisite'
  | 'not_ready'
  | 'refused'
  | 'type_mismatch'

export function readSourceOf({
  error,
  generation,
  rule,
  forced,
  assignment,
  participation,
  selector,
  reason,
}: Decision): ReadSource {
  if (error?.code === 'FLAG_NOT_FOUND') return generation === 0 ? 'not_ready' : 'unknownFeature'
  if (error?.code === 'PARSE_ERROR') return 'refused'
  if (forced) return 'override'
  if (rule) return rule.source
  if (assignment) return 'experiment'
  // Considered and not assigned: excluded, outside the traffic, or not for them.
  if (participation || selector === 'experiment') return 'defaultValue'
  return reason === 'DEFAULT' || reason === 'DISABLED' || reason === 'ERROR'
    ? 'defaultValue'
    : 'force'
}

/**
 * Wraps the application's counters, so that one that throws breaks neither a request nor a source.
 */
export function guardedMetrics(metrics: FeatureMetrics, reporter: Reporter): FeatureMetrics {
  const failed = (member: string, error: unknown): void =>
    reporter.threw('listener-threw', `onMetric.${member}`, error)
  return {
    ...(metrics.read && {
      read(feature: string, source: ReadSource, value: JsonValue): void {
        try {
          metrics.read?.(feature, source, value)
        } catch (error) {
          failed('read', error)
        }
      },
    }),
    fetched(source: string, result: FetchResult, seconds: number): void {
      try {
        metrics.fetched?.(source, result, seconds)
      } catch (error) {
        failed('fetched', error)
      }
    },
    notKept(source: string): void {
      try {
        metrics.notKept?.(source)
      } catch (error) {
        failed('notKept', error)
      }
    },
  }
}
