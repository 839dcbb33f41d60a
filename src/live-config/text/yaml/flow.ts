import type { JsonValue } from '../../../core/json'
import { MAX_TEXT_DEPTH } from '../limits'
import type { TimeSlice } from '../../../runtime/time-slice'
import { columnOf, lineEndAt, skipSpaces } from './lines'
import { GrowingMapping } from '../growing-mapping'
import type { Unplaced } from '../places'
import { plainItemAt, quotedAt } from './scalar'
import type { Search } from './search'

/** What a flow collection is read for. */
export interface Reading {
  readonly text: string
  readonly slice: TimeSlice
  readonly problems: Unplaced[]
  readonly search?: Search | undefined
  /** Counts one value more; false when there are too many. */
  countValue(): boolean
}

/**
 * Reads a flow collection of plain values: `[a, {b: "c"}]`, on one line or many. Where it meets
 * anything else it returns undefined, and `at` is the place.
 */
export class FlowReader {
  private depth = 0

  constructor(
    private readonly host: Reading,
    /** Where the collection begins; after reading, the index after it. */
    public at: number,
    /** The column that all of its lines must be further right than. */
    private readonly column: number,
  ) {}

  private get text(): string {
    return this.host.text
  }

  *collection(): Generator<void, JsonValue | undefined> {
    if (++this.depth > MAX_TEXT_DEPTH) return undefined
    const value = this.char === '[' ? yield* this.list() : yield* this.mapping()
    this.depth--
    return value
  }

  private get char(): string {
    return this.text.charAt(this.at)
  }

  private *list(): Generator<void, JsonValue | undefined> {
    const items: JsonValue[] = []
    for (this.at++; this.skip();) {
      if (this.isClosed(']')) return items
      this.host.search?.enter(items.length, this.at, this.at)
      const value = this.opens ? yield* this.collection() : this.scalar()
      this.host.search?.leave()
      if (value === undefined || !this.separate(']') || !this.host.countValue()) return undefined
      items.push(value)
      if (this.host.slice.isOver()) yield
    }
    return undefined
  }

  private *mapping(): Generator<void, JsonValue | undefined> {
    const mapping = new GrowingMapping(this.host.problems)
    for (this.at++; this.skip();) {
      if (this.isClosed('}')) return mapping.whole
      const offset = this.at
      const key = this.key()
      if (key === undefined || !this.skip()) return undefined
      this.host.search?.enter(key, offset, this.at)
      const value = this.opens ? yield* this.collection() : this.memberScalar()
      this.host.search?.leave()
      if (value === undefined || !this.separate('}') || !this.host.countValue()) return undefined
      mapping.add(key, offset, value)
      if (this.host.slice.isOver()) yield
    }
    return undefined
  }

  private get isQuote(): boolean {
    return this.char === '"' || this.char === "'"
  }

  private get opens(): boolean {
    return this.char === '[' || this.char === '{'
  }

  private isClosed(bracket: string): boolean {
    if (this.char !== bracket) return false
    this.at++
    return true
  }

  /** Goes past a comma, or up to the closing bracket. */
  private separate(bracket: string): boolean {
    if (!this.skip()) return false
    if (this.char !== ',') return this.char === bracket
    this.at++
    return true
  }

  private scalar(): JsonValue | undefined {
    const { value, end } = this.isQuote
      ? quotedAt(this.text, this.at)
      : plainItemAt(this.text, this.at)
    if (value !== undefined) this.at = end
    return value
  }

  /** `{a: }` has null. */
  private memberScalar(): JsonValue | undefined {
    return this.char === ',' || this.char === '}' ? null : this.scalar()
  }

  /** The key before a colon, which is passed. A number or `null` counts as it is written. */
  private key(): string | undefined {
    const start = this.at
    const isQuoted = this.isQuote
    const value = this.scalar()
    const name = isQuoted ? value : this.text.slice(start, this.at)
    const colon = skipSpaces(this.text, this.at)
    if (value === undefined || typeof name !== 'string' || this.text.charAt(colon) !== ':')
      return undefined
    const isSeparate = /[\s,{}[\]]/.test(this.text.charAt(colon + 1))
    if (!isSeparate && !isQuoted) return undefined
    this.at = colon + 1
    return colon - start > MAX_KEY ? undefined : ` ${name}`.slice(1)
  }

  /** Goes to the next character that is neither space nor comment; false when that is not plain. */
  private skip(): boolean {
    for (;;) {
      const from = this.at
      this.at = skipSpaces(this.text, from)
      if (this.char === '#' && (this.at > from || this.text.charAt(from - 1) === '\n')) {
        // The library takes one that is further left for the end of the collection.
        if (!this.isIndented()) return false
        this.at = lineEndAt(this.text, this.at)
      }
      if (this.char !== '\n') return this.char !== '' && this.char !== '#' && this.isIndented()
      this.at++
    }
  }

  /** The last closing bracket may be below the first character of the key; the library allows no other. */
  private isIndented(): boolean {
    const column = columnOfFirst(this.text, this.at)
    if (column === undefined || column > this.column) return true
    const isLast = this.depth === 1 && (this.char === ']' || this.char === '}')
    return column === this.column && isLast
  }
}

/** The longest key in front of a colon. */
const MAX_KEY = 1000

/** The column of the first character of a line; undefined for any other. */
function columnOfFirst(text: string, at: number): number | undefined {
  let start = at
  while (text.charCodeAt(start - 1) === 32) start--
  return start === 0 || text.charAt(start - 1) === '\n' ? columnOf(text, at) : undefined
}
