import { LRUCache } from 'lru-cache'

/**
 * A cache of at most so many entries; the least recently used one makes room for a new one.
 *
 * It is limited by `maxSize`, not by `max`: given `max`, LRUCache allocates all its room at once,
 * which costs each new engine some milliseconds and most of them memory that they never use.
 */
export function boundedCache<Value extends object | true>(
  mostEntries: number,
): LRUCache<string, Value> {
  return new LRUCache<string, Value>({ maxSize: mostEntries, sizeCalculation: () => 1 })
}
