import type { JsonObject, JsonValue } from '../../../core/json'
import { MAX_TEXT_DEPTH } from '../limits'
import { endOfString, isClosing, isOpening, isQuote } from '../../../core/nesting'

/** One key of the outermost object of a JSON text, as offsets. */
export interface Member {
  /** The key's literal, quotes included. */
  readonly keyStart: number
  readonly keyEnd: number
  readonly valueStart: number
  readonly valueEnd: number
  /** How many keys are inside the value, duplicates counted. */
  readonly keys: number
  /** How deep brackets nest inside the value. */
  readonly depth: number
}

const COMMA = 44
const COLON = 58
const POINT = 46
const LETTER_E = 101

const isDigit = (char: number): boolean => char >= 48 && char <= 57

/**
 * The members of a text that JSON.parse has accepted as an object: this trusts its grammar and
 * counts only brackets.
 */
export function scanMembers(text: string): readonly Member[] {
  const members: Member[] = []
  let keyStart = -1
  let keyEnd = -1
  let valueStart = -1
  let keys = 0
  let depth = 0
  let deepest = 0
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (isQuote(char)) {
      const end = endOfString(text, i)
      if (keyStart < 0) [keyStart, keyEnd] = [i, end]
      i = end - 1
    } else if (isOpening(char)) {
      if (++depth > deepest) deepest = depth
    } else if (char === COLON) {
      if (depth > 1) keys++
      else valueStart = skipBlank(text, i + 1)
    } else if (isClosing(char) || (char === COMMA && depth === 1)) {
      if (char !== COMMA && --depth > 0) continue
      if (keyStart >= 0)
        members.push({
          keyStart,
          keyEnd,
          valueStart,
          valueEnd: trimBlank(text, i),
          keys,
          depth: deepest - 1,
        })
      keyStart = -1
      keys = 0
      deepest = 1
    }
  }
  return members
}

const isBlank = (char: number): boolean => char === 32 || char === 10 || char === 13 || char === 9

export function skipBlank(text: string, from: number): number {
  let i = from
  while (isBlank(text.charCodeAt(i))) i++
  return i
}

function trimBlank(text: string, end: number): number {
  let i = end
  while (isBlank(text.charCodeAt(i - 1))) i--
  return i
}

/** Returns undefined when the text is not JSON. */
export function decode(text: string): JsonValue | undefined {
  try {
    // Data from outside: JSON.parse returns only JSON values.
    return JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
}

/** How many keys a value has; NaN, which equals no count, when a number in it is infinite. */
export function keysWithin(value: JsonValue): number {
  if (typeof value === 'number') return Number.isFinite(value) ? 0 : NaN
  if (typeof value !== 'object' || value === null) return 0
  let keys = 0
  if (Array.isArray(value)) {
    const items = value as readonly JsonValue[]
    for (let i = 0; i < items.length; i++) keys += keysWithin(items[i] ?? null)
    return keys
  }
  // Neither loop makes an object for each member, of which a load has very many.
  const members = value as JsonObject
  for (const key in members) keys += 1 + keysWithin(members[key] ?? null)
  return keys
}

/**
 * How many keys valid JSON has, duplicates counted; undefined when it nests deeper than a text may, or has a
 * number of which digits may be lost.
 */
export function countPlainKeys(text: string): number | undefined {
  let keys = 0
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (isQuote(char)) i = endOfString(text, i) - 1
    else if (char === COLON) keys++
    else if (isClosing(char)) depth--
    else if (isOpening(char)) {
      if (++depth > MAX_TEXT_DEPTH) return undefined
    } else if (isDigit(char)) {
      const start = i
      while (isDigit(text.charCodeAt(i + 1)) || text.charCodeAt(i + 1) === POINT) i++
      // An `e` before the exponent, or more digits than a number surely keeps.
      if ((text.charCodeAt(i + 1) | 32) === LETTER_E || i - start >= 15) return undefined
    }
  }
  return keys
}

/** Finds the end of a value, as far at a time as it is asked to. */
export class ValueScan {
  /** How deep brackets nest inside. */
  deepest = 0
  /** How many keys are inside. */
  keys = 0
  private depth = 0

  constructor(
    private readonly text: string,
    public at: number,
  ) {}

  /** Goes on to the end of the value, or to an index; true at the end. */
  run(limit: number): boolean {
    const { text } = this
    while (this.at < limit && this.at < text.length) {
      const char = text.charCodeAt(this.at)
      if (
        this.depth === 0 &&
        (char === COMMA || char === COLON || isClosing(char) || isBlank(char))
      )
        return true
      if (isQuote(char)) this.at = endOfString(text, this.at)
      else this.step(char)
      if (this.depth === 0 && (isQuote(char) || isClosing(char))) return true
    }
    return this.at >= text.length
  }

  private step(char: number): void {
    this.at++
    if (char === COLON) this.keys++
    else if (isClosing(char)) this.depth--
    else if (isOpening(char) && ++this.depth > this.deepest) this.deepest = this.depth
  }
}

/** A member of a mapping or an item of a list, whose key is its value. */
export interface Child {
  readonly keyStart: number
  readonly keyEnd: number
  readonly valueStart: number
}

/** The children of the collection that begins at an index of valid JSON. */
export function* childrenAt(text: string, start: number): Generator<Child> {
  const isList = text.charAt(start) === '['
  let at = skipBlank(text, start + 1)
  while (at < text.length && !isClosing(text.charCodeAt(at))) {
    const keyEnd = isList ? at : endOfString(text, at)
    const valueStart = isList ? at : skipBlank(text, skipBlank(text, keyEnd) + 1)
    yield { keyStart: at, keyEnd, valueStart }
    const scan = new ValueScan(text, valueStart)
    scan.run(Infinity)
    at = skipBlank(text, scan.at)
    if (text.charCodeAt(at) !== COMMA) return
    at = skipBlank(text, at + 1)
  }
}
