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
