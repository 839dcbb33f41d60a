import type { Settled } from './options'
import type { Reporter } from './reporter'
import type { RequestRules } from './request'

/** What every request of one engine shares; the application's callbacks are called here, and cannot break a request. */
export function requestRules(options: Settled, reporter: Reporter): RequestRules {
  const { onExposure, validExposureRequest } = options
  const guarded = <T>(where: string, call: () => T): T | undefined => {
    try {
      return call()
    } catch (error) {
      reporter.threw('exposure-threw', where, error)
      return undefined
    }
  }
  return {
    compat: options.compat,
    asker: {
      forceByUrl: options.forceByUrl,
      onThrow: (question, error) => reporter.threw('world-threw', `World.${question}`, error),
    },
    dedupe: options.dedupeExposures,
    now: options.now,
    record: onExposure && ((exposure) => guarded('onExposure', () => onExposure(exposure))),
    // When nobody can tell, the exposure is owed.
    isValid: (world) => guarded('validExposureRequest', () => validExposureRequest(world)) ?? true,
    warn: (decision) => reporter.overCap(decision),
  }
}
