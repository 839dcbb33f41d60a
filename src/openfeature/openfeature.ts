/** `liveflag/openfeature`: a live config behind OpenFeature's API, for Node servers. */
export type { ContextMapping } from '../engine/evaluation-context'
export { type FeaturesOrOpen, LiveflagProvider } from './provider'
export type { ProviderOptions } from './options'
export { type EvaluationEvent, telemetryHook, type TelemetryOptions } from './telemetry'
export type { Conversion } from './tracking'
