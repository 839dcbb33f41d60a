import { generationOf, HISTORY } from '../sources/fleet-records'
import type { KeyStore } from '../sources/key-store'
import { type Entry, type History, historyOf, readBeside, withoutText } from './history'
import { readEntry } from './store-state'

/** A part of the history. */
export interface HistoryPage extends History {
  /** Of the text that is there; undefined: there is none. */
  readonly hash: string | undefined
  /** There are older ones. */
  readonly hasMore: boolean
}

export interface PageOptions {
  /** Generations with a smaller number. Default: the newest. */
  readonly before?: number
  readonly limit: number
  readonly signal?: AbortSignal
}

/** Entries that are read at once: each has a whole text. */
const AT_ONCE = 8

/**
 * Reads the history of one store a page at a time. An entry is written once and never changed, so each is
 * read once, and remembered without its text.
 */
export class HistoryReader {
  /** By number. As many as the store has. */
  private readonly entries = new Map<number, Entry>()

  constructor(private readonly store: KeyStore) {}

  /**
   * A page, and what is in force. All after the text in force is read for that, whatever the page: which
   * of them were published follows from those that came later.
   */
  async page({ before = Infinity, limit, signal }: PageOptions): Promise<HistoryPage> {
    const numbers = await this.numbers(signal)
    const wanted = numbers.filter((one) => one < before).slice(0, limit)
    const least = wanted.at(-1) ?? Infinity
    const hasMore = wanted.length > 0 && (numbers.at(-1) ?? least) < least
    await this.read(
      numbers.filter((one) => one >= least),
      signal,
    )
    const beside = await readBeside(this.store, signal)
    await this.readDownTo(beside.hash, numbers, signal)
    const found = historyOf(this.known(), beside, this.store)
    const generations = found.generations.filter(
      ({ generation }) => generation < before && generation >= least,
    )
    return { ...found, hash: beside.hash, generations, hasMore }
  }

  /** Of those that were read, the newest generation of each text, by its hash. */
  byHash(): ReadonlyMap<string, number> {
    return new Map([...this.known()].reverse().map(({ hash, generation }) => [hash, generation]))
  }

  /** The newest first. */
  private known(): readonly Entry[] {
    return [...this.entries.values()].sort((a, b) => b.generation - a.generation)
  }

  /** The numbers that there are, the newest first. */
  private async numbers(signal?: AbortSignal): Promise<readonly number[]> {
    const keys = await this.store.keys(HISTORY, signal)
    const numbers = keys.flatMap((key) => generationOf(key) ?? []).sort((a, b) => b - a)
    const there = new Set(numbers)
    for (const number of this.entries.keys()) if (!there.has(number)) this.entries.delete(number)
    await this.forgetAnother(signal)
    return numbers
  }

  /** A store that lost its data counts from one again. */
  private async forgetAnother(signal?: AbortSignal): Promise<void> {
    const [newest] = this.known()
    if (newest === undefined) return
    const now = await readEntry(this.store, newest.generation, signal)
    if (now?.hash !== newest.hash || now.at !== newest.at) this.entries.clear()
  }

  private async readDownTo(
    hash: string | undefined,
    numbers: readonly number[],
    signal?: AbortSignal,
  ): Promise<void> {
    for (let from = 0; from < numbers.length; from += AT_ONCE) {
      if (hash === undefined || this.byHash().has(hash)) return
      await this.read(numbers.slice(from, from + AT_ONCE), signal)
    }
  }

  private async read(numbers: readonly number[], signal?: AbortSignal): Promise<void> {
    const missing = numbers.filter((number) => !this.entries.has(number))
    for (let from = 0; from < missing.length; from += AT_ONCE) {
      const some = missing.slice(from, from + AT_ONCE)
      const found = await Promise.all(some.map((one) => readEntry(this.store, one, signal)))
      for (const entry of found) if (entry) this.entries.set(entry.generation, withoutText(entry))
    }
  }
}
