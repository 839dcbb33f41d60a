import { randomUUID } from 'node:crypto'
import {
  ANYTHING,
  badOption,
  checkOptions,
  FUNCTION,
  LONGEST_TIMER_MS,
  numberFrom,
  type OptionKinds,
  TIMEOUT_MS,
  wholeNumberFrom,
} from '../core/options'
import type { Problem } from '../core/problem'
import { wallClock } from '../runtime/timers'
import {
  type Ack,
  encodeRecord,
  type HistoryEntry,
  ROLLOUT,
  type Rollout,
} from '../sources/fleet-records'
import { type KeyStore, StoreError } from '../sources/key-store'
import { notStaged } from './abort'
import { type Candidate, candidateOf, planEntry, releasing } from './entries'
import type { Refusal } from './judge'
import { gather, readAcks } from './processes'
import {
  type Base,
  baseOf,
  isBase,
  PUBLISH_OPTIONS,
  type PublishOptions,
  type PublishResult,
  readAs,
  refusalsOf,
} from './publish'
import type { StoredAck } from './roll'
import { reaching } from './stage'
import { type StageProgress, Stages, type StagesEnd } from './stages'
import { readEntry, readState, type StoredRollout, type StoreState } from './store-state'

export interface StageOptions {
  /** Percentages of the processes, growing, such as `[1, 10, 100]`. */
  readonly stages: readonly number[]
  /** How long each stage lasts at least. Default 30 seconds. */
  readonly eachMs?: number
  /** How many processes a stage asks at least. Default 1. */
  readonly minAcks?: number
  /**
   * How long processes stay on the generation when its publisher is gone. Default 60 seconds.
   */
  readonly limitMs?: number
  /** How long a process may take to acknowledge. Default: as long as a stage, and 15 seconds at least. */
  readonly ackWithinMs?: number
  readonly onStage?: (progress: StageProgress) => void
}

export type StagedResult =
  | Exclude<PublishResult, { kind: 'refused' }>
  | {
      readonly kind: 'refused'
      readonly refusals: readonly (Refusal | NoProcesses)[]
      readonly problems: readonly Problem[]
    }
  /** The signal was aborted before anything was written. */
  | { readonly kind: 'interrupted'; readonly generation: undefined; readonly hash: string }
  | (Exclude<StagesEnd, { kind: 'published' }> & {
      readonly generation: number
      readonly hash: string
    })

/** A generation cannot be tried where nobody says how it does. */
export interface NoProcesses {
  readonly code: 'processes'
  readonly message: string
}

const EACH_MS = 30_000
const LIMIT_MS = 60_000
const ACK_WITHIN_MS = 15_000
const MOST_ATTEMPTS = 20

/**
 * Publishes a text to a growing part of the processes. It is withdrawn, and put under quarantine,
 * where it is bad in one of them, or one does not acknowledge it.
 *
 * @example
 * const result = await publishStaged(store, text, { stages: [1, 10, 100], by: 'ann', reason: 'launch' })
 * if (result.kind === 'withdrawn') console.log(result.reason)
 */
export async function publishStaged(
  store: KeyStore,
  text: string,
  options: StageOptions & PublishOptions,
): Promise<StagedResult> {
  checkOptions('publishStaged', options, { ...PUBLISH_OPTIONS, ...STAGE_OPTIONS })
  checkStages(options)
  return stageAs(store, candidateOf(text, 'staged', options), options)
}

/** Publishes a text in stages whose problems may have been judged before. */
export async function stageAs(
  store: KeyStore,
  candidate: Candidate,
  options: StageOptions & PublishOptions,
): Promise<StagedResult> {
  const begun = await beginAgain(store, candidate, options).catch((error: unknown) => {
    // What has begun is never abandoned in the middle: only reading is.
    if (!options.signal?.aborted) throw error
    return notBegun(candidate)
  })
  return 'kind' in begun ? begun : through(store, begun, options)
}

const notBegun = ({ hash }: Candidate): StagedResult => ({
  ...{ kind: 'interrupted', generation: undefined, hash },
})

async function beginAgain(
  store: KeyStore,
  candidate: Candidate,
  options: StageOptions & PublishOptions,
): Promise<Begun | StagedResult> {
  let { basedOn } = options
  for (let tries = 0; tries < MOST_ATTEMPTS; tries++) {
    const state = await readState(store, options.signal)
    basedOn ??= baseOf(state)
    const begun = await begin(store, candidate, state, { ...options, basedOn })
    if (begun !== undefined) return begun
    options.signal?.throwIfAborted()
  }
  throw new StoreError('unreachable', store.name, 'others are publishing all the time', 'try again')
}

const STAGE_OPTIONS: OptionKinds<StageOptions> = {
  stages: { fits: Array.isArray, wanted: 'a list of percentages' },
  eachMs: numberFrom(0, LONGEST_TIMER_MS),
  minAcks: wholeNumberFrom(0),
  limitMs: numberFrom(1000, LONGEST_TIMER_MS),
  ackWithinMs: TIMEOUT_MS,
  onStage: FUNCTION,
}

function checkStages({ stages }: StageOptions): void {
  const grow = stages.every((stage, i) => stage > (stages[i - 1] ?? 0))
  if (stages.length === 0 || !grow || stages.at(-1) !== 100)
    throw badOption('publishStaged', 'stages', stages, 'percentages that grow, the last one 100')
}

interface Begun {
  readonly rollout: Rollout
  readonly version: string
  readonly entry: HistoryEntry
  readonly base: Base
  readonly before: readonly StoredAck[]
  readonly problems: readonly Problem[]
}

/** Undefined: the number was taken meanwhile. */
async function begin(
  store: KeyStore,
  candidate: Candidate,
  state: StoreState,
  options: StageOptions & PublishOptions & { readonly basedOn: Base | number },
): Promise<Begun | StagedResult | undefined> {
  const base = baseOf(state)
  if (!isBase(state, options.basedOn)) return { kind: 'changed', now: base }
  if (base.hash === candidate.hash)
    return { kind: 'unchanged', generation: base.generation, hash: candidate.hash }
  const { refusals, problems } = await refusalsOf(candidate, state, readAs(store, options))
  const { minAcks = 1, signal } = options
  const least = refusals.length > 0 ? 0 : Math.max(1, minAcks)
  const { there, stored: before } = await gather(store, least, { ...(signal && { signal }) })
  const few = tooFew(there, options)
  if (refusals.length > 0 || few)
    return { kind: 'refused', refusals: [...refusals, ...(few ? [few] : [])], problems }
  if (options.dryRun) return { kind: 'checked', basedOn: base.generation ?? null, problems }
  if (signal?.aborted) return notBegun(candidate)
  const { entry, writes } = planEntry(candidate, state, store.isAtomic)
  const rollout = rolloutOf(entry, there, options)
  const result = await store.write([
    ...writes,
    ...releasing(entry, state.quarantined),
    { key: ROLLOUT, bytes: encodeRecord(rollout), basedOn: rolloutIn(state)?.version ?? null },
  ])
  const version = result.written ? result.versions.get(ROLLOUT) : undefined
  return version === undefined ? undefined : { rollout, version, entry, base, before, problems }
}

/** Also one whose stages are over: the key is there. */
const rolloutIn = ({ staged, over }: StoreState): StoredRollout | undefined => staged ?? over

function tooFew(
  acks: readonly Ack[],
  { minAcks = 1 }: Pick<StageOptions, 'minAcks'>,
): NoProcesses | undefined {
  if (acks.length >= Math.max(1, minAcks)) return undefined
  const said =
    acks.length === 0
      ? 'no process has acknowledged lately'
      : `only ${acks.length} of at least ${minAcks} processes have acknowledged lately`
  return {
    code: 'processes',
    message: `${said}, so nothing can be tried in stages; open the source of each with the option fleet, or run liveflag sync --fleet`,
  }
}

function rolloutOf(
  { generation, hash, basedOn, by, reason }: HistoryEntry,
  acks: readonly Ack[],
  { stages, eachMs = EACH_MS, minAcks = 1, limitMs = LIMIT_MS }: StageOptions,
): Rollout {
  const hosts = acks.map(({ host }) => host)
  const percent = reaching(stages[0] ?? 100, generation, minAcks, hosts)
  const publisher = randomUUID()
  return {
    ...{ generation, hash, basedOn, percent, stages, eachMs, minAcks, limitMs, publisher },
    ...{ beat: 1, by, reason, at: wallClock() },
  }
}

async function through(
  store: KeyStore,
  { rollout, version, entry, base, before, problems }: Begun,
  options: Omit<StageOptions, 'stages'> & Pick<PublishOptions, 'signal'>,
): Promise<StagedResult> {
  const { eachMs, generation, hash, basedOn } = rollout
  const { ackWithinMs = Math.max(eachMs, ACK_WITHIN_MS), onStage, signal } = options
  const stages = new Stages(store, { rollout, version }, entry, base.version, before, {
    ackWithinMs,
    ...(onStage && { onStage }),
    ...(signal && { signal }),
  })
  const end = await stages.run()
  return end.kind === 'published'
    ? { kind: 'published', generation, hash, basedOn, problems }
    : { ...end, generation, hash }
}

export interface ResumeOptions extends Pick<StageOptions, 'ackWithinMs' | 'onStage'> {
  readonly signal?: AbortSignal
}

/**
 * Goes on with the generation that is being staged, whose publisher is gone; one that is still there
 * ends.
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION where no generation is being staged
 */
export async function resumeStages(
  store: KeyStore,
  options: ResumeOptions = {},
): Promise<StagedResult> {
  const { ackWithinMs, onStage } = STAGE_OPTIONS
  checkOptions('resumeStages', options, { ackWithinMs, onStage, signal: ANYTHING })
  const { signal } = options
  for (let tries = 0; tries < MOST_ATTEMPTS; tries++) {
    const state = await readState(store, signal)
    if (state.over) return overAlready(store, state.over, state, signal)
    if (state.staged === undefined) throw notStaged(store)
    const { rollout: old } = state.staged
    const entry = await readEntry(store, old.generation, signal)
    const base = baseOf(state)
    if (entry?.hash !== old.hash || (base.generation ?? null) !== old.basedOn) {
      await store.write([{ key: ROLLOUT, bytes: undefined, basedOn: state.staged.version }])
      return { kind: 'superseded', generation: old.generation, hash: old.hash }
    }
    const before = await readAcks(store, signal)
    const publisher = randomUUID()
    const rollout = { ...old, publisher, beat: old.beat + 1, at: wallClock() }
    const bytes = encodeRecord(rollout)
    const written = await store.write([{ key: ROLLOUT, bytes, basedOn: state.staged.version }])
    const version = written.written ? written.versions.get(ROLLOUT) : undefined
    if (version !== undefined)
      return through(store, { rollout, version, entry, base, before, problems: [] }, options)
  }
  throw new StoreError('unreachable', store.name, 'others are publishing all the time', 'try again')
}

/** Its publisher was killed after the last step: only the rollout is to be removed. */
async function overAlready(
  store: KeyStore,
  { rollout, version }: StoredRollout,
  { current }: StoreState,
  signal?: AbortSignal,
): Promise<StagedResult> {
  const { generation, hash, basedOn } = rollout
  await store.write([{ key: ROLLOUT, bytes: undefined, basedOn: version }], signal)
  return current?.generation === generation
    ? { kind: 'published', generation, hash, basedOn, problems: [] }
    : { kind: 'superseded', generation, hash }
}
