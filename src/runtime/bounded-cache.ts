import { LRUCache } from 'lru-cache'

/** What an entry takes besides its key and its value: its slots in the cache, and an object. */
const BYTES_PER_ENTRY = 200

/** What an entry with this key takes, in bytes, when its value is small. */
export const entryBytes = (key: string): number => BYTES_PER_ENTRY + 2 * key.length

/**
 * A cache of at most so many bytes; the least recently used entries make room for a new one. One
 * that is larger than the whole cache is not stored.
 *
 * It is limited by `maxSize`, not by `max`: given `max`, LRUCache allocates all its room at once,
 * which costs each new engine some milliseconds and most of them memory that they never use.
 *
 * @param bytesOf what one entry takes; left out for values that are small
 */
export function boundedCache<Value extends object | true>(
  mostBytes: number,
  bytesOf: (value: Value, key: string) => number = (_, key) => entryBytes(key),
): LRUCache<string, Value> {
  return new LRUCache<string, Value>({ maxSize: mostBytes, sizeCalculation: bytesOf })
}

/** Texts that are remembered in at most so many bytes; the least recently used are forgotten. */
export function boundedSet(mostBytes: number): {
  has(key: string): boolean
  add(key: string): unknown
} {
  const cache = boundedCache<true>(mostBytes)
  return { has: (key) => cache.has(key), add: (key) => cache.set(key, true) }
}
