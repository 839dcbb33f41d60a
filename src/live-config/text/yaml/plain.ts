import type { JsonValue } from '../../../core/json'
import { MAX_TEXT_DEPTH, MAX_VALUES } from '../limits'
import type { Unplaced } from '../places'
import type { TimeSlice } from '../../../runtime/time-slice'
import { FlowReader, type Reading } from './flow'
import { columnOf, isDash, isRestBlank, lineEndAt, skipSpaces, startOfContent } from './lines'
import { GrowingMapping, type PlacedMember } from '../growing-mapping'
import { plainAt, quotedAt } from './scalar'
import type { Search } from './search'

/** One member of a block mapping, or one item of a block list, that is not plain. */
export interface Leaf {
  readonly start: number
  readonly end: number
  /** The column of its first character, from 0. */
  readonly column: number
}

/** Undefined: it is not plain. */
type Read = Generator<void, JsonValue | undefined>

/**
 * Reads the YAML that people and programs write for the most part: mappings and lists in blocks,
 * flow collections, plain and quoted texts of one line. That is many times faster than the library,
 * and goes on in slices. `readLeaf` reads the rest, a member or an item at a time.
 */
export class PlainReader implements Reading {
  readonly problems: Unplaced[] = []
  /** The first place that is not plain. */
  unclearAt: number | undefined
  private depth = 0
  private values = 0

  constructor(
    readonly text: string,
    readonly slice: TimeSlice,
    private readonly readLeaf: (leaf: Leaf) => JsonValue | undefined,
    readonly search?: Search,
  ) {}

  get hasTooMany(): boolean {
    return this.values > MAX_VALUES
  }

  countValue(): boolean {
    this.values++
    return !this.hasTooMany
  }

  /** The members of the outermost mapping, whose first key is at `start`. */
  *members(start: number): Generator<void, readonly PlacedMember[] | undefined> {
    const { text } = this
    const members: PlacedMember[] = []
    const add = (key: string, offset: number, value: JsonValue) =>
      void members.push({ key, offset, value })
    const isRead = yield* this.readMembers(start, text.length, columnOf(text, start), add)
    return isRead ? members : undefined
  }

  /** False, and `unclearAt` set, where something is not plain. */
  private *readMembers(
    start: number,
    end: number,
    column: number,
    add: (key: string, offset: number, value: JsonValue) => void,
  ): Generator<void, boolean> {
    for (let at = start; at < end;) {
      const key = keyAt(this.text, at)
      const next = key && this.nextItem(at, end, column, true)
      if (key === undefined || next === undefined) return this.unclear(at) !== undefined
      const value = yield* this.item(key.name, key.end, { start: at, end: next, column }, true)
      if (value === undefined) return false
      add(key.name, at, value)
      at = startOfContent(this.text, next, end)
      if (this.slice.isOver()) yield
    }
    return true
  }

  private *list(start: number, end: number, column: number): Read {
    const items: JsonValue[] = []
    for (let at = start; at < end;) {
      const next = isDash(this.text, at) ? this.nextItem(at, end, column, false) : undefined
      if (next === undefined) return this.unclear(at)
      const value = yield* this.item(items.length, at + 1, { start: at, end: next, column }, false)
      if (value === undefined) return undefined
      items.push(value)
      at = startOfContent(this.text, next, end)
      if (this.slice.isOver()) yield
    }
    return items
  }

  /** One member or item; `at` is the index after its colon or dash. */
  private *item(step: string | number, at: number, leaf: Leaf, isMember: boolean): Read {
    const begin = this.beginOfValue(at, leaf.end)
    const isSought = this.search?.enter(step, leaf.start, begin)
    const value = isSought === false ? null : yield* this.valueAt(begin, at, leaf, isMember)
    const read = value === undefined ? this.readLeaf(leaf) : value
    this.search?.leave()
    if (read === undefined || !this.countValue()) return this.unclear(leaf.start)
    if (value === undefined) this.unclearAt = undefined
    return read
  }

  /** Where a value begins: on the line, or below it. */
  private beginOfValue(at: number, end: number): number {
    return isRestBlank(this.text, at)
      ? startOfContent(this.text, lineEndAt(this.text, at) + 1, end)
      : skipSpaces(this.text, at)
  }

  private *valueAt(begin: number, at: number, { end, column }: Leaf, isMember: boolean): Read {
    if (begin >= end) return null
    const { text } = this
    const char = text.charAt(begin)
    if (char === '[' || char === '{') return yield* this.flow(begin, end, column)
    const lineEnd = lineEndAt(text, begin)
    const isBelow = lineEndAt(text, at) < begin
    if ((isBelow || !isMember) && (isDash(text, begin) || keyAt(text, begin) !== undefined))
      return yield* this.block(begin, end)
    return startOfContent(text, lineEnd + 1, end) < end ? undefined : this.scalar(begin, lineEnd)
  }

  private *block(start: number, end: number): Read {
    const column = columnOf(this.text, start)
    if (++this.depth > MAX_TEXT_DEPTH) return undefined
    if (isDash(this.text, start)) {
      const list = yield* this.list(start, end, column)
      this.depth--
      return list
    }
    const mapping = new GrowingMapping(this.problems)
    const isRead = yield* this.readMembers(start, end, column, mapping.add.bind(mapping))
    this.depth--
    return isRead ? mapping.whole : undefined
  }

  private *flow(start: number, end: number, column: number): Read {
    const { text, search } = this
    if (search && end - start > MAX_SEARCHED) return null
    const reader = new FlowReader(this, start, column)
    const value = yield* reader.collection()
    const isWhole =
      value !== undefined &&
      isRestBlank(text, reader.at) &&
      startOfContent(text, lineEndAt(text, reader.at) + 1, end) === end
    return isWhole ? value : this.unclear(Math.min(reader.at, end))
  }

  private scalar(start: number, lineEnd: number): JsonValue | undefined {
    const char = this.text.charAt(start)
    const isQuoted = char === '"' || char === "'"
    const { value, end } = isQuoted
      ? quotedAt(this.text, start)
      : plainAt(this.text, start, lineEnd)
    return value !== undefined && isRestBlank(this.text, end) ? value : undefined
  }

  /**
   * The line on which the item after the one at an index begins, or `end`; undefined where a line is
   * less indented than the items, or indented by a tab.
   */
  private nextItem(
    start: number,
    end: number,
    column: number,
    inMapping: boolean,
  ): number | undefined {
    const { text } = this
    for (let line = lineEndAt(text, start) + 1; line < end; line = lineEndAt(text, line) + 1) {
      while (text.charCodeAt(line) === LINE_END) line++
      const at = skipSpaces(text, line)
      const char = text.charAt(at)
      if (char === '\n' || char === '#' || at >= end || at - line > column) continue
      if (at - line < column || char === '\t') return undefined
      // A closing bracket, and a list, may be as far left as the key that holds it.
      if (char === ']' || char === '}') continue
      if (!(inMapping && isDash(text, at))) return line
    }
    return end
  }

  private unclear(at: number): undefined {
    this.unclearAt ??= at
  }
}

const LINE_END = 10

/** No place is looked for in a larger flow collection, which would take long. */
const MAX_SEARCHED = 256 * 1024

/** A key in front of a colon that nobody can take for anything else. */
const KEY =
  /(?:[\w$./][\w$./@+-]{0,500}(?: [\w$./@+-]{1,500}){0,50}|"[^"\\\n]{0,500}"|'[^'\n]{0,500}')(?=:(?:[ \n]|$))/y

export function keyAt(
  text: string,
  at: number,
): { readonly name: string; readonly end: number } | undefined {
  KEY.lastIndex = at
  const found = KEY.exec(text)?.[0]
  // A longer one needs a question mark before it.
  if (found === undefined || found.length > 1000) return undefined
  const name = /^["']/.test(found) ? found.slice(1, -1) : found
  return { name: ` ${name}`.slice(1), end: at + found.length + 1 }
}
