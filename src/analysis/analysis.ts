/** `liveflag/analysis`: reports of experiments that were recorded, and plans of those to come. */
export { experimentsIn, type ConfiguredExperiment } from './configured'
export { experimentReport, type ExperimentReport, type ReportQuestion } from './experiment-report'
export {
  planExperiment,
  type Plan,
  type PlanFigures,
  type PlannedMetric,
  type PlanOptions,
} from './planning'
