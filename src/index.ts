export type { Assignment } from './core/assignment'
export type { Decision, DecisionError, Reason } from './core/decision'
export { type ErrorCode, LiveflagError } from './core/errors'
export type { JsonObject, JsonValue } from './core/json'
export type { Position, Problem, ProblemCode, Severity } from './core/problem'
export type { Compat, EntryProblem } from './core/selector'
export type {
  CustomSelector as Selector,
  SelectorClaim,
  SelectorMatch,
  SelectorPlace,
  Visitor,
} from './core/custom-selector'
export type { Draw } from './core/trace'
export {
  type Account,
  type AccountFacts,
  type Facts,
  type Overrides,
  type Page,
  type World,
  worldOf,
} from './core/world'
export type { Events } from './engine/events'
export type { ExplainedStep, Explanation } from './engine/explain'
export type { Exposure } from './engine/exposure'
export type { FeatureMetrics, ReadSource } from './engine/feature-metrics'
export { type Features, openFeatures } from './engine/features'
export type { Change } from './live-config/change'
export type { Edit } from './live-config/edits'
export { type Checked, type CheckOptions, checkText } from './live-config/check'
export { liveConfigSchema } from './live-config/schema'
export type { Format } from './core/source'
export type { Guards } from './live-config/guards'
export { growthbook, type GrowthBookOptions } from './sources/growthbook'
export type { FeaturesOptions } from './engine/options'
export type { Enabled, Questions } from './engine/questions'
export type { RequestOptions } from './engine/request-context'
export type { SnapshotInfo } from './engine/snapshot-info'
export { directory, type DirectoryOptions } from './sources/directory'
export { file } from './sources/file'
export { http, type HttpOptions } from './sources/http'
export { lastGood } from './sources/last-good'
export { memory } from './sources/memory'
export type { RuleDetail } from './core/trail'
export type { ExperimentDefinition } from './core/trail'
export type { ExperimentResult } from './core/trail'
export type { StickyDocuments } from './core/sticky'
export type { ValueDetails } from './engine/typed-value'
export type { FeatureUsage } from './engine/usage'
export type {
  Content,
  FetchResult,
  Outcome,
  PartSink,
  Sink,
  Source,
  SourceMetrics,
  SourceProblem,
  TextSink,
  WatchState,
} from './core/source'
