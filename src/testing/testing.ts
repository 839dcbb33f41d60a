export type { ContractCase } from './contract'
export type {
  Adapter,
  BadEntry,
  Dialect,
  Features as ServedFeatures,
  Format,
  Handle,
  ReportedProblem,
  StartOptions,
  Status,
  ReportedEvent,
  Watching,
} from './reload/adapter'
export { BITS, bitsOf, liveConfigDialect, numberOf } from './reload/live-config-dialect'
export type { Pattern } from './reload/pattern'
export { patterns } from './reload/patterns/all'
export { reportText, totals } from './reload/report'
export { type Report, type Result, runKit, type RunOptions, type Way } from './reload/runner'
export type { Change, Open, Refusal, Scale, Write } from './reload/steps'
export type { Setting } from './reload/observation'
export { Trial } from './reload/trial'
export type { InitialValues, TestFeatures } from './settable'
export { testFeatures, type TestFeaturesOptions } from './test-features'
export { type OpenedStickyStore, stickyContract } from './sticky-contract'
export {
  type ExpectedExposure,
  type LiveflagMatchers,
  type MatcherAnswer,
  matchers,
} from './matchers'
