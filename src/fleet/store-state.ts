import {
  HEAD,
  generationOf,
  HISTORY,
  type HistoryEntry,
  historyKey,
  QUARANTINE,
  quarantineKey,
  type Quarantined,
  readHistoryEntry,
  readQuarantined,
  readRollout,
  ROLLOUT,
  type Rollout,
} from '../sources/fleet-records'
import { contentHash } from '../sources/bytes'
import { type KeyStore, StoreError } from '../sources/key-store'

/** The text that the store has now. */
export interface Head {
  readonly text: string
  readonly hash: string
  /** Of the key, for the write that replaces it. */
  readonly version: string
}

export interface StoredRollout {
  readonly rollout: Rollout
  readonly version: string
}

/** What a publisher finds in a store. */
export interface StoreState {
  readonly head: Head | undefined
  /** The entry of the text that is published; undefined where another tool wrote it, or there is none. */
  readonly current: HistoryEntry | undefined
  /** Entries above `current`, the newest first; all that were read where there is no `current`. */
  readonly above: readonly HistoryEntry[]
  /** Every number up to it is used. */
  readonly newest: number
  /** Undefined: no generation is staged. */
  readonly staged: StoredRollout | undefined
  /** What a publisher left behind that was killed when its generation was in force: its stages are over. */
  readonly over: StoredRollout | undefined
  readonly quarantined: readonly Quarantined[]
}

/** Nearly always the newest entry, or the one below a generation that was taken back. */
const LOOKED_AT_FIRST = 3
/** Of a store in which each entry is a request. A text that is further down is as another tool's. */
const MOST_LOOKED_AT = 100
const AT_ONCE = 20

/**
 * Reads a store in the order that makes it safe to compare and set afterwards: what has the version of
 * the head was read before all that is concluded from it.
 */
export async function readState(store: KeyStore, signal?: AbortSignal): Promise<StoreState> {
  for (;;) {
    const state = await readPrepared(store, signal)
    // What seems to be another tool's may be a publisher at work since the head was read.
    if (!isOutside(state, store.isAtomic)) return state
    const now = await store.get(HEAD, signal)
    if (now?.version === state.head?.version) return state
  }
}

/** A database has no table before somebody writes for the first time, and a writer makes it. */
async function readPrepared(store: KeyStore, signal?: AbortSignal): Promise<StoreState> {
  try {
    return await readOnce(store, signal)
  } catch (error) {
    if (!(error instanceof StoreError) || error.kind !== 'unusable') throw error
    await store.write([{ key: quarantineKey(0), bytes: undefined }], signal)
    return readOnce(store, signal)
  }
}

async function readOnce(store: KeyStore, signal?: AbortSignal): Promise<StoreState> {
  const head = await readHead(store, signal)
  const found = await readStaged(store, signal)
  const quarantined = await readQuarantine(store, signal)
  const numbers = [
    await newestEntry(store, signal),
    ...quarantined.map(({ generation }) => generation),
    found?.rollout.generation ?? 0,
  ]
  const newest = Math.max(...numbers)
  const { current, above } = await findCurrent(store, head?.hash, newest, signal)
  const isOver = found !== undefined && areStagesOver(found.rollout, head?.hash, current)
  const staged = isOver ? undefined : found
  return { head, current, above, newest, staged, over: isOver ? found : undefined, quarantined }
}

/**
 * Whether what is staged is in force, or was. Where writes take effect one after another a rollout may
 * outlive its stages.
 */
export const areStagesOver = (
  { generation, hash }: Rollout,
  headHash: string | undefined,
  current: Pick<HistoryEntry, 'generation'> | undefined,
): boolean => hash === headHash || (current !== undefined && generation <= current.generation)

/** Whether another tool wrote the text that is there. */
export const isOutside = (
  { head, current, above }: Pick<StoreState, 'current' | 'above'> & { readonly head: unknown },
  isAtomic: boolean,
): boolean =>
  head !== undefined && (current === undefined || knownPublished(above, isAtomic).length > 0)

export async function readHead(store: KeyStore, signal?: AbortSignal): Promise<Head | undefined> {
  const stored = await store.get(HEAD, signal)
  if (stored === undefined) return undefined
  const { bytes, version } = stored
  return { text: new TextDecoder().decode(bytes), hash: contentHash(bytes), version }
}

/** What another tool wrote there is no rollout. */
export async function readStaged(
  store: KeyStore,
  signal?: AbortSignal,
): Promise<StoredRollout | undefined> {
  const stored = await store.get(ROLLOUT, signal)
  const rollout = stored && readRollout(stored.bytes)
  return stored && rollout && { rollout, version: stored.version }
}

export async function readQuarantine(
  store: KeyStore,
  signal?: AbortSignal,
): Promise<readonly Quarantined[]> {
  const stored = await store.list(QUARANTINE, signal)
  return [...stored.values()].flatMap(({ bytes }) => readQuarantined(bytes) ?? [])
}

/** Every entry, the newest first. */
export async function readEntries(
  store: KeyStore,
  signal?: AbortSignal,
): Promise<readonly HistoryEntry[]> {
  const stored = await store.list(HISTORY, signal)
  return [...stored.values()]
    .flatMap(({ bytes }) => readHistoryEntry(bytes) ?? [])
    .sort((a, b) => b.generation - a.generation)
}

export async function readEntry(
  store: KeyStore,
  generation: number,
  signal?: AbortSignal,
): Promise<HistoryEntry | undefined> {
  const stored = await store.get(historyKey(generation), signal)
  return stored && readHistoryEntry(stored.bytes)
}

/** How far apart two pages are that are asked for first: a page of S3 has as many keys. */
const FIRST_STRIDE = 1000

/**
 * The greatest number of an entry; 0: there is none. Where keys come in pages, it is searched for: a history
 * of any length is a few pages.
 */
async function newestEntry(store: KeyStore, signal?: AbortSignal): Promise<number> {
  if (!store.keysAfter) return greatest(await store.keys(HISTORY, signal))
  let known = 0
  let most = Infinity
  for (let at = 0, stride = FIRST_STRIDE; known < most; stride *= 2) {
    const { keys, hasMore } = await store.keysAfter(HISTORY, historyKey(at), signal)
    const last = greatest(keys)
    if (last > 0 && !hasMore) return last
    if (last > 0) known = last
    else most = at
    const between = most - known
    if (between === Infinity) at = known + stride
    else at = between <= FIRST_STRIDE ? known : known + Math.floor(between / 2)
  }
  return known
}

const greatest = (keys: readonly string[]): number =>
  Math.max(0, ...keys.flatMap((key) => generationOf(key) ?? []))

/**
 * The newest entry with the text of the head. Far down, as where another tool has put back what was there
 * long ago, it is found by reading the history whole, but not where each entry is a request.
 */
async function findCurrent(
  store: KeyStore,
  hash: string | undefined,
  newest: number,
  signal?: AbortSignal,
): Promise<Pick<StoreState, 'current' | 'above'>> {
  const first: HistoryEntry[] = []
  for (let n = newest; n > Math.max(0, newest - LOOKED_AT_FIRST); n--) {
    const entry = await readEntry(store, n, signal)
    if (entry?.hash === hash && entry) return { current: entry, above: first }
    if (entry) first.push(entry)
  }
  if (newest <= LOOKED_AT_FIRST) return { current: undefined, above: first }
  if (!store.keysAfter) return currentOf(await readEntries(store, signal), hash)
  return currentOf([...first, ...(await readNext(store, hash, newest, signal))], hash)
}

/** Down from those that were looked at first, until there is that text. */
async function readNext(
  store: KeyStore,
  hash: string | undefined,
  newest: number,
  signal?: AbortSignal,
): Promise<readonly HistoryEntry[]> {
  const read: HistoryEntry[] = []
  const least = Math.max(0, newest - MOST_LOOKED_AT)
  for (let n = newest - LOOKED_AT_FIRST; n > least; n -= AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, n - least) }, (_, i) => n - i)
    const some = await Promise.all(numbers.map((number) => readEntry(store, number, signal)))
    read.push(...some.flatMap((entry) => entry ?? []))
    if (read.some((entry) => entry.hash === hash)) break
  }
  return read
}

/** @param entries the newest first */
export function currentOf<Entry extends Pick<HistoryEntry, 'hash'>>(
  entries: readonly Entry[],
  hash: string | undefined,
): { readonly current: Entry | undefined; readonly above: readonly Entry[] } {
  const at = entries.findIndex((entry) => entry.hash === hash)
  return at < 0
    ? { current: undefined, above: entries }
    : { current: entries[at], above: entries.slice(0, at) }
}

/**
 * The entries, of those above the current one, that were in force for certain. A store whose writes
 * take effect together has no entry without its text; elsewhere what another was based on was.
 */
export function knownPublished<Entry extends Pick<HistoryEntry, 'generation' | 'kind' | 'basedOn'>>(
  above: readonly Entry[],
  isAtomic: boolean,
): readonly Entry[] {
  const bases = new Set(above.map(({ basedOn }) => basedOn))
  return above.filter(
    ({ generation, kind }) =>
      kind === 'outside' || bases.has(generation) || (isAtomic && kind !== 'staged'),
  )
}
