// Open a live config, ask it, and listen to it.
export { type Features, openFeatures } from './engine/features'
export type { FeaturesOptions } from './engine/options'
export type { OnUnknown, UnknownFeature } from './engine/unknown-names'
export type { AllEnabled, Enabled, Questions } from './engine/questions'
export type { RequestOptions } from './engine/request-context'
export type { ValueDetails } from './engine/typed-value'
export type { Guards } from './live-config/guards'

// The types of your features, which `liveflag types` writes into a `.d.ts`.
export type {
  ClientFeatureName,
  DecisionOn,
  FeatureName,
  FeatureNameOf,
  FeatureType,
  FeatureTypes,
  ReadableOf,
  ValueOf,
  VariantOf,
} from './core/feature-types'

// The World: how your application answers what a selector asks of the current request.
export {
  type Account,
  type AccountFacts,
  type Facts,
  type Overrides,
  type Page,
  type World,
  worldOf,
} from './core/world'

// The answer, and how it came about.
export type { Assignment } from './core/assignment'
export type { Decision, DecisionError, Reason } from './core/decision'
export type { Draw } from './core/trace'
export type { ExplainedStep, Explanation } from './engine/explain'

// What is recorded and counted.
export type { Exposure } from './engine/exposure'
export type { FeatureMetrics, ReadSource } from './engine/feature-metrics'
export { type Bootstrap, type BootstrapFeature, bootstrapScript } from './engine/bootstrap'
export type { FeatureUsage } from './engine/usage'

// The state of the live config: its snapshot, changes, problems and errors.
export { type ErrorCode, LiveflagError } from './core/errors'
export type { Position, Problem, ProblemCode, Severity } from './core/problem'
export type { Events } from './engine/events'
export type { SnapshotInfo } from './engine/snapshot-info'
export type { Trial } from './engine/trial'
export type { Change } from './live-config/change'
export type { Edit } from './live-config/edits'

// Check a text without putting it in force.
export { type Checked, type CheckOptions, checkText } from './live-config/check'
export { liveConfigSchema } from './live-config/schema'

// Where the live config comes from.
export { directory, type DirectoryOptions } from './sources/directory'
export { file } from './sources/file'
export { growthbook, type GrowthBookOptions } from './sources/growthbook'
export { http, type HttpOptions } from './sources/http'
export { lastGood } from './sources/last-good'
export { memory } from './sources/memory'

// Write a source of your own.
export type {
  Content,
  FetchResult,
  Format,
  Outcome,
  PartSink,
  Sink,
  Source,
  SourceMetrics,
  SourceProblem,
  TextSink,
  WatchState,
} from './core/source'

// Write a selector of your own.
export type {
  CustomSelector as Selector,
  SelectorClaim,
  SelectorMatch,
  SelectorPlace,
  Visitor,
} from './core/custom-selector'
export type { Compat, EntryProblem } from './core/selector'

// GrowthBook's rules and experiments in code.
export type { JsonObject, JsonValue } from './core/json'
export type { StickyDocuments } from './core/sticky'
export type { ExperimentDefinition, ExperimentResult, RuleDetail } from './core/trail'
