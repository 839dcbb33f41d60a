import type { Answered } from '../core/answers'
import type { Asker } from '../core/asker'
import type { ExperimentResult } from '../core/trail'
import type { Experiment } from './experiment'
import { assignmentOf, resultOf } from './outcome'

/** The result of an experiment that belongs to no feature, for one visitor. */
export interface Inline {
  /** Takes the place of a feature's answer, so that it is recorded like one. */
  readonly answer: Answered
  readonly result: ExperimentResult
}

/** Runs an experiment that is in the code or beside the features of a payload. */
export function runInline(experiment: Experiment, asker: Asker): Inline {
  const { key, definition } = experiment
  const outer = asker.trail
  asker.trail = undefined
  const outcome = experiment.run(asker)
  const { trail } = asker
  asker.trail = outer
  const hashed = experiment.hashed(asker)
  const result = resultOf({ ...experiment, featureId: null, outcome, hashed })
  const assignment = assignmentOf(experiment, outcome, hashed)
  const rule = {
    source: 'experiment',
    ruleId: '',
    experiment: definition,
    experimentResult: result,
  } as const
  return { answer: { feature: key, rule, trail, assignment }, result }
}
