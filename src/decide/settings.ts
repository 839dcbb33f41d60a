import { LiveflagError, shown } from '../core/errors'
import type { JsonObject } from '../core/json'
import { STATUSES } from '../core/participation'
import { type World, worldOf } from '../core/world'
import type { Features } from '../engine/features'
import type { BufferedWriterOptions } from '../recording/buffered'
import { postgresStore } from '../recording/postgres'
import { sqliteStore } from '../recording/sqlite'
import type { Store } from '../recording/store'
import type { DecisionReason } from './answer'
import { type Limits, LIMITS } from './limits'

export type WriteMode = 'sync' | 'async' | 'disabled'

export interface DeciderOptions {
  readonly features: Features
  /** A store, the path of a SQLite file, or the URL of a PostgreSQL database. Default `liveflag.db` in the working directory. */
  readonly store?: Store | string
  /**
   * When a decision is written: before the answer (`sync`, the default; so is any word that is not known), behind it
   * (`async`), or never (`disabled`). One that assigns is always written before the answer.
   */
  readonly writeMode?: WriteMode
  /** How long an answer is kept; default 60. 0 keeps none. */
  readonly cacheTtlSeconds?: number
  /**
   * How much one subject may be in. `deterministic`: the first three experiments for which they qualify, by priority and
   * hash, from the live config alone. Left out, or an object: by what was decided before, as the store has it.
   */
  readonly limits?: 'deterministic' | Partial<Limits>
  /** How long an answer waits for the store at most, in milliseconds; default 1000. */
  readonly timeoutMs?: number
  /**
   * Whom an experiment may have while the store is away: as `deterministic` says (the default), recorded when it is back,
   * or nobody (`nobody`: the reason is `participation_limit`).
   */
  readonly whenStoreIsAway?: 'deterministic' | 'nobody'
  /** How decisions are written behind answers; see `bufferedWriter`. Default: its own defaults, with this `timeoutMs` and `whenFull: 'block'`. */
  readonly log?: BufferedWriterOptions
  /** Makes a World of a subject; default: a user with that id, and the attributes. */
  readonly world?: (subject: string, attributes: JsonObject) => World
  /** Told what went wrong with the store. Default: a process warning, each message once a minute. */
  readonly onError?: (error: Error) => void
  readonly onMetric?: DeciderMetrics
  /** The clock of records, in milliseconds since 1970; default that of `features`, by which experiments start and end. */
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
  readonly cacheTtlSeconds: number
  readonly limits: Limits
  readonly isDeterministic: boolean
  readonly timeoutMs: number
  readonly whenStoreIsAway: 'deterministic' | 'nobody'
  readonly log: BufferedWriterOptions
  readonly world: (subject: string, attributes: JsonObject) => World
  readonly onError: (error: Error) => void
  readonly onMetric: DeciderMetrics
  readonly now: () => number
}

/** A user with an id, and the attributes. */
export const plainWorld = (id: string, attributes: JsonObject): World =>
  worldOf({ user: { id }, attributes })

/** Throws LIVEFLAG_BAD_OPTION on what cannot be meant. */
export function readOptions(options: DeciderOptions): Settled {
  const {
    features,
    store = 'liveflag.db',
    cacheTtlSeconds = 60,
    limits = {},
    timeoutMs = 1000,
    whenStoreIsAway = 'deterministic',
    log = {},
  } = options
  expect(
    typeof features === 'object' && features !== null && typeof features.for === 'function',
    `features is ${shown(features)}; give what openFeatures resolved to`,
  )
  expect(
    Number.isFinite(cacheTtlSeconds) && cacheTtlSeconds >= 0,
    `cacheTtlSeconds is ${shown(cacheTtlSeconds)}; give seconds, 0 to keep nothing`,
  )
  expect(
    Number.isFinite(timeoutMs) && timeoutMs > 0,
    `timeoutMs is ${shown(timeoutMs)}; give milliseconds above 0`,
  )
  expect(
    whenStoreIsAway === 'deterministic' || whenStoreIsAway === 'nobody',
    `whenStoreIsAway is ${shown(whenStoreIsAway)}; write deterministic or nobody`,
  )
  return {
    features,
    store: readStore(store),
    writeMode:
      options.writeMode === 'async' || options.writeMode === 'disabled'
        ? options.writeMode
        : 'sync',
    cacheTtlSeconds,
    limits: limits === 'deterministic' ? LIMITS : readLimits(limits),
    isDeterministic: limits === 'deterministic',
    timeoutMs,
    whenStoreIsAway,
    // The store may be slower than answers are: a full log holds them up, and loses nothing while the store is well.
    log: { timeoutMs, whenFull: 'block', ...log },
    world: options.world ?? plainWorld,
    onError: options.onError ?? ((error) => process.emitWarning(error)),
    onMetric: options.onMetric ?? {},
    now: options.now ?? (() => features.now()),
  }
}

function readStore(store: unknown): Store {
  if (typeof store === 'string')
    return /^postgres(ql)?:\/\//.test(store) ? postgresStore(store) : sqliteStore(store)
  expect(
    isStore(store),
    `store is ${shown(store)}; give sqliteStore(path), postgresStore(url) or memoryStore()`,
  )
  return store
}

const isStore = (store: unknown): store is Store =>
  typeof store === 'object' && store !== null && 'admit' in store && 'write' in store

function readLimits(limits: Partial<Limits>): Limits {
  expect(
    typeof limits === 'object' && limits !== null,
    `limits is ${shown(limits)}; write 'deterministic', or an object with maxConcurrent, cooldownDays and active`,
  )
  const unknown = Object.keys(limits).find((key) => !Object.hasOwn(LIMITS, key))
  expect(
    unknown === undefined,
    `limits has no member ${shown(unknown)}; it may have maxConcurrent, cooldownDays and active`,
  )
  const settled = { ...LIMITS, ...limits }
  const { maxConcurrent, cooldownDays, active } = settled
  expect(
    Number.isInteger(maxConcurrent) && maxConcurrent >= 0,
    `limits.maxConcurrent is ${shown(maxConcurrent)}; give a whole number from 0`,
  )
  expect(
    Number.isFinite(cooldownDays) && cooldownDays >= 0,
    `limits.cooldownDays is ${shown(cooldownDays)}; give days, 0 for no cooldown`,
  )
  expect(
    Array.isArray(active) &&
      active.every((status: unknown) => STATUSES.some((known) => known === status)),
    `limits.active is ${shown(active)}; list some of ${STATUSES.join(', ')}`,
  )
  return settled
}

function expect(holds: boolean, message: string): asserts holds {
  if (!holds) throw new LiveflagError('LIVEFLAG_BAD_OPTION', `createDecider: ${message}`)
}
