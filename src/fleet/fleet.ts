/**
 * `liveflag/fleet`: publishes a live config to every process that reads it from a store, and says who
 * published what.
 */
export {
  generation,
  type Generation,
  type GenerationState,
  history,
  type History,
  prune,
  type PruneOptions,
} from './history'
export type { Signed } from './entries'
export type { Allowed, Reading, Refusal } from './judge'
export { type HistoryPage, HistoryReader, type PageOptions } from './history-reader'
export { processes, type Progress, waitForProcesses, type Waiting } from './processes'
export { type Base, publish, published, type PublishOptions, type PublishResult } from './publish'
export { rollback, type RollbackOptions } from './rollback'
export { abortStages } from './abort'
export {
  type NoProcesses,
  publishStaged,
  type ResumeOptions,
  resumeStages,
  type StagedResult,
  type StageOptions,
} from './staged'
export type { StageProgress } from './stages'
export type {
  Ack,
  AckProblem,
  Health,
  HistoryEntry,
  HistoryKind,
  HostProblem,
  Quarantined,
  Rollout,
} from '../sources/fleet-records'
export type { KeyStore } from '../sources/key-store'
export { memoryKeyStore } from '../sources/memory-key-store'
export { openKeyStore } from '../sources/open-key-store'
