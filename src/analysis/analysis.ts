/** `liveflag/analysis`: reports of experiments that were recorded, and plans of those to come. */
export { experimentsIn, type ConfiguredExperiment } from './configured'
export { experimentReport, type ExperimentReport, type ReportQuestion } from './experiment-report'
export { type GatedRamp, gatedRampIn, gatedRampOf } from './gated-ramp'
export {
  type Gated,
  type GateOptions,
  type GateOutcome,
  type GateVerdict,
  judgeGates,
} from './gates'
export type { LiftBounds } from './lift-bounds'
export { NO_RAMP_EDITS, withRampEdit } from './ramp-edit'
export type { RampEdit } from '../experiments/ramp-course'
export {
  effectsByDay,
  planExperiment,
  type Plan,
  type PlanFigures,
  type PlannedDay,
  type PlannedMetric,
  type PlanOptions,
} from './planning'
export { alone, difference, lift, type Side, sideOfMeans, sideOfRates } from './comparisons'
export { adjustByBefore, type Adjusted } from './cuped'
export { benjaminiHochberg, holm } from './many-tests'
export { Moments, PairMoments } from './moments'
export { momentsOf, quantileOf, unitsForSkewness, type Values, winsorised } from './outliers'
export { sideOfRatio } from './ratio-metric'
export { judge, type Judged, type Uncertain } from './uncertain'
