import type { JsonValue } from '../../../core/json'
import { endOfString } from '../../../core/nesting'
import { GrowingMapping } from '../growing-mapping'
import { MAX_TEXT, MAX_TEXT_DEPTH, tooLongText } from '../limits'
import { mayLoseNumbers } from '../numbers'
import { moved, type Unplaced } from '../places'
import type { TimeSlice } from '../../../runtime/time-slice'
import { inspectJson } from './inspect'
import { nestedTooDeep, syntaxProblem } from './json-text'
import { decode, keysWithin, type Member, skipBlank, ValueScan } from './scan'

/** A value with the index after it. */
interface Read {
  readonly value: JsonValue
  readonly end: number
}

type Add = (key: string, member: Member, value: JsonValue) => void

/** What the native parser is given at once. */
const PIECE = 64 * 1024

/** So much of a longer value is gone through before the clock is asked. */
const SCANNED = 256 * 1024

/**
 * The parts of a GrowthBook payload that are encrypted: each is one text, as long as all that is in
 * it, and was read by whoever had the key.
 */
const ENCRYPTED = /^encrypted[A-Z]/

/** How much of a text is read again to say what is wrong with it. */
const CONTEXT = 1000

/**
 * Reads JSON in slices: values of up to 64 KiB by the native parser, which cannot be interrupted, and
 * what holds them here. Much slower than the native parser alone, so it is for large texts.
 */
export class SlicedJson {
  /** Keys that are there twice, and numbers that are not kept. */
  readonly problems: Unplaced[] = []
  /** Why the text is not JSON. */
  fatal: Unplaced | undefined

  constructor(
    private readonly text: string,
    private readonly slice: TimeSlice,
    private readonly pieceLength = PIECE,
  ) {}

  /** Reads a text that is an object, and hands over each member. Sets `fatal` when it is none. */
  *readObject(add: Add): Generator<void, void> {
    const end = yield* this.members(skipBlank(this.text, 0), 1, add)
    if (end === undefined) return
    const rest = skipBlank(this.text, end)
    if (rest < this.text.length) this.fail('{}', end, 0)
  }

  /** Returns the index after the object that begins at `start`. */
  private *members(start: number, depth: number, add: Add): Generator<void, number | undefined> {
    const { text } = this
    let before = start + 1
    for (let at = skipBlank(text, before); ; at = skipBlank(text, before)) {
      const isFirst = before === start + 1
      if (isFirst && text.charAt(at) === '}') return at + 1
      const keyStart = isFirst ? at : skipBlank(text, at + 1)
      const keyEnd = text.charAt(keyStart) === '"' ? endOfString(text, keyStart) : keyStart
      const key = decode(text.slice(keyStart, keyEnd))
      const colon = skipBlank(text, keyEnd)
      const isKey = (isFirst || text.charAt(at) === ',') && text.charAt(colon) === ':'
      if (typeof key !== 'string' || !isKey)
        return this.fail(isFirst ? '{' : '{"":""', before, start)
      const valueStart = skipBlank(text, colon + 1)
      const longest = depth === 1 && ENCRYPTED.test(key) ? Infinity : MAX_TEXT
      const read = yield* this.value(valueStart, depth, isFirst ? '{' : '{"":""', before, longest)
      if (read === undefined) return undefined
      before = read.end
      const member = { keyStart, keyEnd, valueStart, valueEnd: before, keys: 0, depth: 0 }
      add(key, member, read.value)
      if (this.fatal) return undefined
      if (this.slice.isOver()) yield
      const next = skipBlank(text, before)
      if (text.charAt(next) === '}') return next + 1
    }
  }

  private *list(start: number, depth: number): Generator<void, Read | undefined> {
    const { text } = this
    const items: JsonValue[] = []
    let before = start + 1
    for (let at = skipBlank(text, before); ; at = skipBlank(text, before)) {
      const isFirst = before === start + 1
      if (isFirst && text.charAt(at) === ']') return { value: items, end: at + 1 }
      const context = isFirst ? '[' : '[""'
      if (!isFirst && text.charAt(at) !== ',') return this.fail(context, before, start)
      const itemStart = isFirst ? at : skipBlank(text, at + 1)
      const read = yield* this.value(itemStart, depth, context, before)
      if (read === undefined) return undefined
      items.push(read.value)
      before = read.end
      if (this.slice.isOver()) yield
      const next = skipBlank(text, before)
      if (text.charAt(next) === ']') return { value: items, end: next + 1 }
    }
  }

  /**
   * `context` and `before`: what is read again to say what is wrong where there is no value. A text
   * longer than `longest` is refused.
   */
  private *value(
    at: number,
    depth: number,
    context: string,
    before: number,
    longest = MAX_TEXT,
  ): Generator<void, Read | undefined> {
    const scan = new ValueScan(this.text, at)
    const isShort = scan.run(at + this.pieceLength)
    if (scan.at === at) return this.fail(context, before, at)
    const char = this.text.charAt(at)
    if (!isShort && (char === '{' || char === '[')) return yield* this.collection(at, depth + 1)
    // A number may be as long as a text: the end of either is searched in slices.
    while (!isShort && !scan.run(scan.at + SCANNED)) if (this.slice.isOver()) yield
    if (scan.at - at > longest) {
      this.problems.push(tooLongText(scan.at - at, at))
      return { value: null, end: scan.at }
    }
    if (depth + scan.deepest > MAX_TEXT_DEPTH) return this.refuse(nestedTooDeep(at))
    const piece = this.text.slice(at, scan.at)
    const value = decode(piece)
    if (value === undefined) return this.refuse(moved(syntaxProblem(piece), at))
    const isClean = char === '"' || (keysWithin(value) === scan.keys && !mayLoseNumbers(piece))
    return { value: isClean ? value : this.inspected(piece, at), end: scan.at }
  }

  private *collection(start: number, depth: number): Generator<void, Read | undefined> {
    if (depth > MAX_TEXT_DEPTH) return this.refuse(nestedTooDeep(start))
    if (this.text.charAt(start) === '[') return yield* this.list(start, depth)
    const mapping = new GrowingMapping(this.problems)
    const end = yield* this.members(start, depth, (key, { keyStart }, value) =>
      mapping.add(key, keyStart, value),
    )
    return end === undefined ? undefined : { value: mapping.whole, end }
  }

  private inspected(piece: string, base: number): JsonValue {
    const { value, problems } = inspectJson(piece)
    this.problems.push(...problems.map((problem) => moved(problem, base)))
    return value
  }

  /**
   * Says what is wrong after `before`: `context` replaces all that is good before it in a collection
   * that begins at `start`. Its last value is a string, which what follows cannot continue.
   */
  private fail(context: string, before: number, start: number): undefined {
    const excerpt = this.text.slice(before, before + CONTEXT)
    const { message, offset, ...rest } = syntaxProblem(context + excerpt)
    this.refuse({
      ...rest,
      offset: Math.min(before + Math.max(0, offset - context.length), this.text.length),
      message:
        typeof message === 'string'
          ? message
          : (lineOf) =>
              message((at) => lineOf(at < context.length ? start : before + at - context.length)),
    })
  }

  private refuse(problem: Unplaced): undefined {
    this.fatal ??= problem
  }
}
