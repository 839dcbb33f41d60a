import { ANYTHING, checkOptions, wholeNumberFrom } from '../core/options'
import {
  type HistoryEntry,
  historyKey,
  type Quarantined,
  type Rollout,
} from '../sources/fleet-records'
import type { KeyStore } from '../sources/key-store'
import {
  areStagesOver,
  currentOf,
  knownPublished,
  readEntries,
  readEntry,
  readHead,
  readQuarantine,
  readStaged,
} from './store-state'

/**
 * What became of a generation. `in force`: it is published; `replaced`: it was; `staged`: it is on its
 * way through its stages; `withdrawn`: it was taken back, and is under quarantine; `never published`:
 * its publisher was killed before, or another one was faster, or its stages were ended.
 */
export type GenerationState = 'in force' | 'replaced' | 'staged' | 'withdrawn' | 'never published'

/** One generation, without its text. */
export interface Generation extends Omit<HistoryEntry, 'text'> {
  readonly state: GenerationState
  /** Of the text. */
  readonly bytes: number
  readonly quarantined?: Quarantined
}

export interface History {
  /** Of the store. */
  readonly name: string
  /** The newest first. */
  readonly generations: readonly Generation[]
  /** The text was written by another tool since the last generation. */
  readonly isOutside: boolean
  /** There is no text: nothing was published yet, or somebody removed the key. */
  readonly isEmpty: boolean
  readonly staged: Rollout | undefined
}

/** Who published what, when and why. */
export async function history(store: KeyStore, signal?: AbortSignal): Promise<History> {
  const entries = await readEntries(store, signal)
  return historyOf(entries.map(withoutText), await readBeside(store, signal), store)
}

/** One entry, without its text. */
export type Entry = Omit<HistoryEntry, 'text'> & Pick<Generation, 'bytes'>

export const withoutText = ({ text, ...rest }: HistoryEntry): Entry => ({
  ...rest,
  bytes: Buffer.byteLength(text),
})

/** What says which of the entries is in force, and what became of the others. */
export interface Beside {
  readonly quarantined: readonly Quarantined[]
  readonly rollout: Rollout | undefined
  /** Of the text that is there; undefined: there is none. */
  readonly hash: string | undefined
}

/** The head is read last: what is in force then has its entry. */
export async function readBeside(store: KeyStore, signal?: AbortSignal): Promise<Beside> {
  const quarantined = await readQuarantine(store, signal)
  const rollout = (await readStaged(store, signal))?.rollout
  const head = await readHead(store, signal)
  return { quarantined, rollout, hash: head?.hash }
}

/** @param entries the newest first; those of the text in force, and all after it, are among them */
export function historyOf(
  entries: readonly Entry[],
  { quarantined, rollout, hash }: Beside,
  { name, isAtomic }: Pick<KeyStore, 'name' | 'isAtomic'>,
): History {
  const { current, above } = currentOf(entries, hash)
  const staged = rollout && areStagesOver(rollout, hash, current) ? undefined : rollout
  return {
    name,
    generations: generationsOf({ entries, quarantined, staged, current, isAtomic }),
    isOutside:
      hash !== undefined && (current === undefined || knownPublished(above, isAtomic).length > 0),
    isEmpty: hash === undefined,
    staged,
  }
}

interface Seen {
  /** The newest first. */
  readonly entries: readonly Entry[]
  readonly quarantined: readonly Quarantined[]
  readonly staged: Rollout | undefined
  readonly current: Entry | undefined
  readonly isAtomic: boolean
}

function generationsOf({ entries, quarantined, staged, current, isAtomic }: Seen): Generation[] {
  const known = new Set(knownPublished(entries, isAtomic))
  const takenBack = new Map(quarantined.map((one) => [one.generation, one]))
  const stateOf = (entry: Entry): GenerationState => {
    if (entry === current) return 'in force'
    if (entry.generation === staged?.generation) return 'staged'
    if (takenBack.has(entry.generation)) return 'withdrawn'
    return known.has(entry) ? 'replaced' : 'never published'
  }
  return entries.map((entry) => {
    const found = takenBack.get(entry.generation)
    return { ...entry, state: stateOf(entry), ...(found && { quarantined: found }) }
  })
}

/** One generation with its text; undefined where there is none of this number. */
export const generation = (
  store: KeyStore,
  number: number,
  signal?: AbortSignal,
): Promise<HistoryEntry | undefined> => readEntry(store, number, signal)

export interface PruneOptions {
  /** How many generations stay: the newest, and whatever is in force or staged. */
  readonly keep: number
  readonly signal?: AbortSignal
}

/**
 * Removes old generations, for stores that hold only so much. What is in force, what is staged and what is
 * under quarantine stays. Nothing else ever removes a generation.
 *
 * @returns the numbers that were removed
 */
export async function prune(store: KeyStore, options: PruneOptions): Promise<readonly number[]> {
  checkOptions('prune', options, { keep: wholeNumberFrom(1), signal: ANYTHING })
  const { keep, signal } = options
  const { generations } = await history(store, signal)
  const removed = generations
    .slice(keep)
    .filter(({ state }) => state === 'replaced' || state === 'never published')
    .map(({ generation: number }) => number)
    .reverse()
  // The oldest first, so that a process that is killed meanwhile leaves no gap.
  for (const number of removed)
    await store.write([{ key: historyKey(number), bytes: undefined }], signal)
  return removed
}
