import type { SharedDefinitions } from '../core/definitions'
import { guarded, isThenable } from '../core/guarded'
import type { ExperimentDefinition } from '../core/trail'
import { compileExperiment, type Experiment } from '../rules/experiment'
import { runInline } from '../rules/inline'
import type { BrowserRules } from './bootstrap'
import { Emitter } from './events'
import { ExposureSeal } from './exposure-seal'
import type { Settled } from './options'
import { Reporter } from './reporter'
import type { RequestRules } from './request'
import type { Recorders } from './request-log'
import { UnknownNames } from './unknown-names'

/** The same rules for requests that record nothing, count nothing and report nothing. */
export function silentRules(options: Settled): RequestRules {
  const silent = new Reporter(new Emitter(() => undefined), options.now)
  silent.close()
  const nothing = { onExposure: undefined, onUsage: undefined, deferExposures: false }
  return requestRules({ ...options, ...nothing, onUnknown: 'ignore' }, silent)
}

/** Builds what all requests of one engine share. */
export function requestRules(options: Settled, reporter: Reporter): RequestRules {
  const unknown = new UnknownNames(options.onUnknown, reporter, options.now)
  return {
    compat: options.compat,
    now: options.now,
    recorders: recorders(options, reporter),
    admissions: { of: undefined },
    asker: {
      forceByUrl: options.forceByUrl,
      onThrow: (question, error) => reporter.threw('world-threw', `World.${question}`, error),
      onBadId: (question, kind) => reporter.badId(question, kind),
      onSelectorFailed: (...why) => reporter.selectorFailed(...why),
    },
    refused: (decision, snapshot) => {
      if (decision.error?.code === 'FLAG_NOT_FOUND') unknown.asked(decision.feature, snapshot)
    },
    threw: (what, error) => reporter.threw('world-threw', what, error),
    mismatch: (decision, { error }) => reporter.mismatch(decision, error?.message ?? ''),
    inline: inlineExperiments(),
    browser: browserRules(options, reporter, unknown),
  }
}

/** Without a secret, another process cannot open what this one seals. */
function browserRules(options: Settled, reporter: Reporter, unknown: UnknownNames): BrowserRules {
  const { exposureSecret, onExposure, now } = options
  const isReceived = exposureSecret !== undefined || onExposure !== undefined
  let seal: ExposureSeal | undefined
  return {
    seal: () => (isReceived ? (seal ??= new ExposureSeal(exposureSecret, now)) : undefined),
    hidden: (name, snapshot) => {
      if (snapshot.find(name)) reporter.notForClients(name)
      else unknown.asked(name, snapshot)
    },
  }
}

/**
 * Wraps the callbacks of the application: one that throws or rejects is reported and does not break
 * a request.
 */
function recorders(options: Settled, reporter: Reporter): Recorders {
  const { onExposure, onUsage, validExposureRequest } = options
  const call = <T>(where: string, callback: () => T): T | undefined =>
    guarded(callback, (error) => reporter.threw('exposure-threw', where, error))
  return {
    exposure:
      onExposure &&
      ((exposure, entry) => void call('onExposure', () => onExposure(exposure, entry))),
    exposes: onExposure !== undefined || options.deferExposures,
    usage: onUsage && ((usage) => void call('onUsage', () => onUsage(usage))),
    warning: (decision) => reporter.decided(decision),
    // When the callback fails, the exposure is recorded.
    isValid: (world) => {
      const answer = call('validExposureRequest', () => validExposureRequest(world)) ?? true
      if (isThenable(answer))
        reporter.promised('validExposureRequest', 'every exposure counts as valid')
      return answer
    },
    now: options.now,
    dedupe: options.dedupeExposures,
  }
}

/**
 * Compiles an experiment in code once, as long as the code uses the same definition object and the
 * saved groups do not change.
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
