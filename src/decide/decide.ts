/**
 * `liveflag/decide`: decisions that are written down, their stores, and records of exposures and
 * usage.
 */
export type { DecisionReason, DecisionResult } from './answer'
export type { Conversion } from './conversion'
export { createDecider, type Decider } from './decider'
export type { Limits } from './limits'
export { redisAnswers, type RedisAnswersClient, type RedisAnswersOptions } from './redis-answers'
export type { AnswerStore } from './answer-store'
export { exposureRecorder, usageRecorder } from './recorders'
export type { DeciderMetrics, DeciderOptions, WriteMode } from './settings'
export { bufferedWriter, type BufferedWriterOptions } from '../recording/buffered'
export { memoryStore } from '../recording/memory'
export { postgresStore } from '../recording/postgres'
export { sqliteStore } from '../recording/sqlite'
export type { Store } from '../recording/store'
export type { BufferedWriter, WriterMetric, WriterStats } from '../recording/buffered-writer'
