import { isOutside, readEntry, readState } from '../../src/fleet/store-state'
import { contentHash } from '../../src/sources/bytes'
import { generationOf, HISTORY, type HistoryEntry } from '../../src/sources/fleet-records'
import type { KeyStore } from '../../src/sources/key-store'

/** Entries that were read already, by number. */
export type KnownEntries = Map<number, HistoryEntry>

/**
 * The generations from the one in force down to the first. Throws where one is missing or damaged.
 *
 * @param entries for who asks again and again: what is in it is not read again
 */
export async function chainOf(
  store: KeyStore,
  entries: KnownEntries = new Map(),
): Promise<readonly number[]> {
  for (const number of (await store.keys(HISTORY)).flatMap((key) => generationOf(key) ?? [])) {
    const entry = entries.get(number) ?? (await readEntry(store, number))
    if (entry) entries.set(number, entry)
  }
  const state = await readState(store)
  const generation = state.current?.generation
  const chain: number[] = []
  for (let at = generation ?? null; at !== null; at = entries.get(at)?.basedOn ?? null) {
    const entry = entries.get(at)
    if (entry === undefined) throw new Error(`generation ${at} is missing`)
    if (contentHash(entry.text) !== entry.hash) throw new Error(`generation ${at} is damaged`)
    if (at === generation && entry.text !== state.head?.text)
      throw new Error('the head is another text')
    chain.push(at)
  }
  if (isOutside(state, store.isAtomic)) throw new Error('the head was not published')
  return chain
}
