import { history, published } from '../../src/fleet/fleet'
import { readEntries } from '../../src/fleet/store-state'
import { contentHash } from '../../src/sources/bytes'
import type { KeyStore } from '../../src/sources/key-store'

/** The generations from the one in force down to the first. Throws where one is missing or damaged. */
export async function chainOf(store: KeyStore): Promise<readonly number[]> {
  const entries = new Map((await readEntries(store)).map((entry) => [entry.generation, entry]))
  const { generation, text } = await published(store)
  const chain: number[] = []
  for (let at = generation ?? null; at !== null; at = entries.get(at)?.basedOn ?? null) {
    const entry = entries.get(at)
    if (entry === undefined) throw new Error(`generation ${at} is missing`)
    if (contentHash(entry.text) !== entry.hash) throw new Error(`generation ${at} is damaged`)
    if (at === generation && entry.text !== text) throw new Error('the head is another text')
    chain.push(at)
  }
  if ((await history(store)).isOutside) throw new Error('the head was not published')
  return chain
}
