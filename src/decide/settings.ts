import type { LiveflagError } from '../core/errors'
import type { JsonObject } from '../core/json'
import {
  ANYTHING,
  badOption,
  checkOptions,
  FEATURES,
  FUNCTION,
  isObject,
  numberFrom,
  objectWith,
  oneOf,
  type OptionKinds,
  wholeNumberFrom,
} from '../core/options'
import { STATUSES } from '../core/participation'
import { type World, worldOf } from '../core/world'
import type { Features } from '../engine/features'
import type { BufferedWriterOptions } from '../recording/buffered'
import { POSITIVE_MS } from '../recording/option-kinds'
import { postgresStore } from '../recording/postgres'
import { sqliteStore } from '../recording/sqlite'
import type { Store } from '../recording/store'
import type { DecisionReason } from './answer'
import { type Limits, LIMITS } from './limits'
import type { AnswerStore } from './answer-store'

export type WriteMode = 'sync' | 'async' | 'disabled'

export interface DeciderOptions {
  readonly features: Features
  /**
   * A store, the path of a SQLite file, or the URL of a PostgreSQL database. Default `liveflag.db`
   * in the working directory.
   */
  readonly store?: Store | string
  /**
   * When a decision is written: before the answer (`sync`, the default; so is any word that is not
   * known), behind it (`async`), or never (`disabled`). One that assigns is always written before
   * the answer.
   */
  readonly writeMode?: WriteMode
  /**
   * Shares answers with other processes, as `redisAnswers(url)` does, for as long as they are kept:
   * which process answers first has answered for all of them. Default: each has its own cache, over
   * the store that they share.
   */
  readonly answers?: AnswerStore
  /** How long an answer is kept; default 60. 0 keeps none. */
  readonly cacheTtlSeconds?: number
  /**
   * How much one subject may be in. `deterministic`: the first three experiments for which they
   * qualify, by priority and hash, from the live config alone. Left out, or an object: by what was
   * decided before, as the store has it.
   */
  readonly limits?: 'deterministic' | Partial<Limits>
  /** How long an answer waits for the store at most, in milliseconds; default 1000. */
  readonly timeoutMs?: number
  /**
   * Whom an experiment may have while the store is away or stalls. `known`, the default: those of
   * whom this process knows that they are in it; nobody new, whose reason is `participation_limit`.
   * `nobody`: no one. `deterministic`: whom the stateless limits choose, whatever they are in
   * already. The rows say `degraded`.
   */
  readonly whenStoreIsAway?: 'known' | 'nobody' | 'deterministic'
  /**
   * How decisions are written behind answers; see `bufferedWriter`. Default: its own defaults, with
   * this `timeoutMs` and `whenFull: 'block'`.
   */
  readonly log?: BufferedWriterOptions
  /** Makes a World of a subject; default: a user with that id, and the attributes. */
  readonly world?: (subject: string, attributes: JsonObject) => World
  /**
   * Receives errors of the store and of functions of the application. Default: a process warning.
   * Of one code, once a minute.
   */
  readonly onError?: (error: LiveflagError) => void
  readonly onMetric?: DeciderMetrics
  /**
   * The clock of records, in milliseconds since 1970; default that of `features`, by which
   * experiments start and end.
   */
  readonly now?: () => number
}

/** Counts as they happen; never called with anything but numbers and known words. */
export interface DeciderMetrics {
  /** An answer was given, whether from the cache or not. */
  decision?(reason: DecisionReason): void
  /** A call of the store came back. */
  storeSeconds?(operation: 'admit' | 'read', seconds: number): void
}

/** The options with every default filled in. */
export interface Settled {
  readonly features: Features
  readonly store: Store
  readonly writeMode: WriteMode
  readonly answers: AnswerStore | undefined
  readonly cacheTtlSeconds: number
  readonly limits: Limits
  readonly isDeterministic: boolean
  readonly timeoutMs: number
  readonly whenStoreIsAway: 'known' | 'nobody' | 'deterministic'
  readonly log: BufferedWriterOptions
  readonly world: (subject: string, attributes: JsonObject) => World
  readonly onError: (error: LiveflagError) => void
  readonly onMetric: DeciderMetrics
  readonly now: () => number
}

/** A user with an id, and the attributes. */
export const plainWorld = (id: string, attributes: JsonObject): World =>
  worldOf({ user: { id }, attributes })

const CALL = 'createDecider'
const STORE = objectWith(
  ['admit', 'write'],
  'sqliteStore(path), postgresStore(url) or memoryStore()',
)

const KINDS: OptionKinds<DeciderOptions> = {
  features: FEATURES,
  store: ANYTHING,
  answers: objectWith(
    ['get', 'keepFirst', 'close'],
    'a store of answers, such as redisAnswers(url)',
  ),
  // Any word that is not known is `sync`.
  writeMode: ANYTHING,
  limits: ANYTHING,
  log: ANYTHING,
  world: FUNCTION,
  onError: FUNCTION,
  onMetric: ANYTHING,
  now: FUNCTION,
  cacheTtlSeconds: numberFrom(0, undefined, 'seconds, 0 to cache nothing'),
  timeoutMs: POSITIVE_MS,
  whenStoreIsAway: oneOf(['known', 'nobody', 'deterministic']),
}

/** Throws LIVEFLAG_BAD_OPTION for an option that is not valid. */
export function readOptions(options: DeciderOptions): Settled {
  checkOptions(CALL, options, KINDS)
  const { features, limits = {}, timeoutMs = 1000, writeMode } = options
  if (!FEATURES.fits(features)) throw badOption(CALL, 'features', features, FEATURES.wanted)
  return {
    features,
    store: readStore(options.store ?? 'liveflag.db'),
    writeMode: writeMode === 'async' || writeMode === 'disabled' ? writeMode : 'sync',
    answers: options.answers,
    cacheTtlSeconds: options.cacheTtlSeconds ?? 60,
    limits: limits === 'deterministic' ? LIMITS : readLimits(limits),
    isDeterministic: limits === 'deterministic',
    timeoutMs,
    whenStoreIsAway: options.whenStoreIsAway ?? 'known',
    // The store may be slower than answers are: a full log holds them up, and loses nothing while
    // the store is well.
    log: { timeoutMs, whenFull: 'block', ...options.log },
    world: options.world ?? plainWorld,
    onError: options.onError ?? ((error) => process.emitWarning(error)),
    onMetric: options.onMetric ?? {},
    now: options.now ?? (() => features.now()),
  }
}

function readStore(store: Store | string): Store {
  if (typeof store === 'string')
    return /^postgres(ql)?:\/\//.test(store) ? postgresStore(store) : sqliteStore(store)
  if (!STORE.fits(store)) throw badOption(CALL, 'store', store, STORE.wanted)
  return store
}

const LIMIT_KINDS: OptionKinds<Limits> = {
  maxConcurrent: wholeNumberFrom(0),
  cooldownDays: numberFrom(0, undefined, 'days, 0 for no cooldown'),
  active: {
    fits: (value) =>
      Array.isArray(value) &&
      value.every((status: unknown) => STATUSES.some((known) => known === status)),
    wanted: `a list of some of ${STATUSES.join(', ')}`,
  },
}

function readLimits(limits: Partial<Limits>): Limits {
  if (!isObject(limits))
    throw badOption(
      CALL,
      'limits',
      limits,
      "'deterministic', or an object with maxConcurrent, cooldownDays and active",
    )
  checkOptions<Partial<Limits>>(`${CALL}: limits`, limits, LIMIT_KINDS)
  return { ...LIMITS, ...limits }
}
