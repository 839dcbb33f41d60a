import type { JsonObject, JsonValue } from '../../core/json'
import { duplicateKey, type Unplaced } from './places'

/** A key and its value. `offset`: where the key begins. */
export interface PlacedMember {
  readonly key: string
  readonly offset: number
  readonly value: JsonValue
}

/** To list the keys of a mapping of a hundred thousand takes a tenth of a second, each time. */
const LARGE = 1000
const keysOfLarge = new WeakMap<JsonObject, readonly string[]>()

/** `Object.keys`, without a search where the mapping was read from a large text. */
export const keysIn = (mapping: JsonObject): readonly string[] =>
  keysOfLarge.get(mapping) ?? Object.keys(mapping)

/** So many duplicates of one mapping are reported one by one. */
const MOST_REPORTED = 20

/**
 * A mapping that grows member by member, since making a large one at once takes long. Of two members
 * with one key the last counts, and that is a problem.
 */
export class GrowingMapping {
  private readonly value: Record<string, JsonValue> = {}
  private readonly keys: string[] = []
  private readonly offsets: number[] = []
  private duplicates = 0

  constructor(private readonly problems: Unplaced[]) {}

  add(key: string, offset: number, value: JsonValue): void {
    if (Object.hasOwn(this.value, key)) this.reportDuplicate(key, offset)
    this.keys.push(key)
    this.offsets.push(offset)
    // An assignment to `__proto__` would set no member.
    if (key === '__proto__')
      Object.defineProperty(this.value, key, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      })
    else this.value[key] = value
  }

  get whole(): JsonObject {
    const isInOrder = this.duplicates === 0 && !this.keys.some((key) => /^\d/.test(key))
    if (this.keys.length > LARGE && isInOrder) keysOfLarge.set(this.value, this.keys)
    return this.value
  }

  private reportDuplicate(key: string, offset: number): void {
    if (++this.duplicates > MOST_REPORTED) return
    this.problems.push(duplicateKey(key, this.offsets[this.keys.indexOf(key)] ?? 0, offset))
  }
}
