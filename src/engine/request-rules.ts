import type { SharedDefinitions } from '../core/definitions'
import { guarded, isThenable } from '../core/guarded'
import type { ExperimentDefinition } from '../core/trail'
import { compileExperiment, type Experiment } from '../rules/experiment'
import { runInline } from '../rules/inline'
import type { Settled } from './options'
import type { Reporter } from './reporter'
import type { RequestRules } from './request'
import type { Recorders } from './request-log'

/** What every request of one engine shares. */
export function requestRules(options: Settled, reporter: Reporter): RequestRules {
  return {
    compat: options.compat,
    now: options.now,
    asker: {
      forceByUrl: options.forceByUrl,
      onThrow: (question, error) => reporter.threw('world-threw', `World.${question}`, error),
      onBadId: (question, kind) => reporter.badId(question, kind),
    },
    refused: (decision, snapshot) => {
      if (options.reportUnknown && decision.error?.code === 'FLAG_NOT_FOUND')
        reporter.unknown(decision.feature, snapshot)
    },
    threw: (what, error) => reporter.threw('world-threw', what, error),
    mismatch: (decision, { error }) => reporter.mismatch(decision, error?.message ?? ''),
    inline: inlineExperiments(),
  }
}

/**
 * The application's callbacks are called here; they may throw or reject, and cannot break a
 * request.
 */
export function recorders(options: Settled, reporter: Reporter): Recorders {
  const { onExposure, onUsage, validExposureRequest } = options
  const told = <T>(where: string, call: () => T): T | undefined =>
    guarded(call, (error) => reporter.threw('exposure-threw', where, error))
  return {
    exposure: onExposure && ((exposure) => void told('onExposure', () => onExposure(exposure))),
    exposes: onExposure !== undefined || options.deferExposures,
    usage: onUsage && ((usage) => void told('onUsage', () => onUsage(usage))),
    warning: (decision) => reporter.decided(decision),
    // When nobody can tell, the exposure is recorded.
    isValid: (world) => {
      const answer = told('validExposureRequest', () => validExposureRequest(world)) ?? true
      if (isThenable(answer))
        reporter.promised('validExposureRequest', 'every exposure counts as valid')
      return answer
    },
    now: options.now,
    dedupe: options.dedupeExposures,
  }
}

/**
 * Experiments in code are compiled once for as long as the code holds on to their definition, and
 * saved groups stay.
 */
function inlineExperiments(): RequestRules['inline'] {
  const compiled = new WeakMap<SharedDefinitions, WeakMap<ExperimentDefinition, Experiment>>()
  return (definition, asker, shared) => {
    const known = compiled.get(shared) ?? new WeakMap<ExperimentDefinition, Experiment>()
    compiled.set(shared, known)
    const experiment =
      known.get(definition) ?? compileExperiment(definition, { ...shared, report: () => undefined })
    known.set(definition, experiment)
    return runInline(experiment, asker)
  }
}
