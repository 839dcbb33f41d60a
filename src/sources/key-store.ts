import { LiveflagError, type ErrorCode } from '../core/errors'

/**
 * An AbortSignal. Programs that have the types neither of Node nor of browsers do not know that name.
 */
export type Signal = typeof globalThis extends { AbortSignal: { prototype: infer Found } }
  ? Found
  : never

/**
 * What a store such as Redis is to liveflag: a few keys with values and versions, which can be
 * compared and set, and watched. Keys are relative to one live config: `''` is its text, raw, as any
 * other tool reads and writes it; what liveflag keeps beside it has names such as
 * `history/000000012`.
 */
export interface KeyStore {
  /** Its URL without user, password and other secrets. */
  readonly name: string
  /**
   * True: the writes of one call take effect together or not at all. False: one after another, in
   * the order in which they are given, up to the first conflict.
   */
  readonly isAtomic: boolean
  /** False: changes are found by reading again and again. */
  readonly notifies: boolean
  /** The value of a key; undefined when there is none. Rejects with a StoreError. */
  get(key: string, signal?: Signal): Promise<Stored | undefined>
  /**
   * The same for who has a version already. Left out when the store would send the value all the
   * same.
   */
  getUnless?(
    version: string,
    key: string,
    signal?: Signal,
  ): Promise<Stored | 'unchanged' | undefined>
  /** The keys that begin with a prefix, sorted. Rejects with a StoreError. */
  keys(prefix: string, signal?: Signal): Promise<readonly string[]>
  /**
   * One page of them, from the first that sorts after a key. Left out where one question lists all keys.
   */
  keysAfter?(prefix: string, after: string, signal?: Signal): Promise<KeyPage>
  /** The same with their values. Rejects with a StoreError. */
  list(prefix: string, signal?: Signal): Promise<ReadonlyMap<string, Stored>>
  /**
   * Writes and removes keys. Rejects with a StoreError, after which the writes may have been made
   * or not: read the keys again.
   */
  write(writes: readonly KeyWrite[], signal?: Signal): Promise<WriteResult>
  /**
   * Watches keys until the watch is closed. A connection that breaks is made again, after pauses that
   * grow and differ from process to process.
   */
  watch(keys: readonly string[], watcher: KeyWatcher): KeyWatch
  /** Idempotent. Ends connections and watches; a client that the application made stays open. */
  close(): Promise<void>
}

/** A value as a store holds it. */
export interface Stored {
  readonly bytes: Uint8Array
  /**
   * Differs after each write that changed the bytes, by whatever tool. Versions are compared, never
   * ordered.
   */
  readonly version: string
}

export interface KeyPage {
  readonly keys: readonly string[]
  readonly hasMore: boolean
}

/** One key to be written. */
export interface KeyWrite {
  readonly key: string
  /** Undefined removes the key. */
  readonly bytes: Uint8Array | undefined
  /** The version that the key must have; null: it must not exist. Left out: whatever is there. */
  readonly basedOn?: string | null
}

/**
 * Either all was written, or `conflict` is the first key that did not have the version on which its
 * write was based. `versions`: of the keys that were written and not removed.
 */
export type WriteResult =
  | { readonly written: true; readonly versions: ReadonlyMap<string, string> }
  | { readonly written: false; readonly conflict: string }

/** Receives what a watch notices. Calls never throw. */
export interface KeyWatcher {
  /**
   * It is listening, for the first time or again. What changed before was not noticed, so the
   * receiver reads now.
   */
  live(): void
  /** These keys may have changed; left out: any of them. May come twice, or for nothing. */
  changed(keys?: readonly string[]): void
  /** It does not listen now, and tries to. May be called again with another reason. */
  down(error: StoreError): void
}

export interface KeyWatch {
  /** Idempotent. Nothing is noticed afterwards. */
  close(): void
}

/**
 * Why a store did not do what it was asked. `unreachable`: it does not answer, which may pass;
 * `refused`: it does not let us in, which somebody has to put right; `unusable`: it answers, but
 * not with what belongs there.
 */
export type StoreErrorKind = 'unreachable' | 'refused' | 'unusable'

const CODES: Readonly<Record<StoreErrorKind, ErrorCode>> = {
  unreachable: 'LIVEFLAG_STORE_UNAVAILABLE',
  refused: 'LIVEFLAG_STORE_REFUSED',
  unusable: 'LIVEFLAG_STORE_UNUSABLE',
}

const SAYS: Readonly<Record<StoreErrorKind, string>> = {
  unreachable: 'cannot be reached',
  refused: 'refused the connection or the rights',
  unusable: 'cannot be used',
}

/** The message is whole: `NAME cannot be reached: REASON; ADVICE`. */
export class StoreError extends LiveflagError {
  constructor(
    readonly kind: StoreErrorKind,
    /** Of the store. */
    readonly store: string,
    readonly reason: string,
    readonly advice: string,
    options?: ErrorOptions,
  ) {
    super(CODES[kind], `${store} ${SAYS[kind]}: ${reason}; ${advice}`, options)
  }
}
