/** Reading the brackets of a JSON text without parsing it: a parser recurses, and this does not. */

const QUOTE = 34
const BACKSLASH = 92

export const isQuote = (char: number): boolean => char === QUOTE
export const isOpening = (char: number): boolean => char === 123 || char === 91
export const isClosing = (char: number): boolean => char === 125 || char === 93

/** So much of a string is gone through character by character; the search for a long one is native. */
const SHORT = 100

/** The index after the string whose quote is at `start`; of one that never ends, the text's end. */
export function endOfString(text: string, start: number): number {
  const short = Math.min(start + SHORT, text.length)
  let i = start + 1
  for (; i < short; i++) {
    const char = text.charCodeAt(i)
    if (char === QUOTE) return i + 1
    if (char === BACKSLASH) i++
  }
  return i >= text.length ? text.length : endOfLongString(text, i)
}

/** `from`: an index in the string that is no escaped character. */
function endOfLongString(text: string, from: number): number {
  for (let at = from; ;) {
    const quote = text.indexOf('"', at)
    if (quote < 0) return text.length
    let backslash = quote - 1
    while (backslash >= at && text.charCodeAt(backslash) === BACKSLASH) backslash--
    // An even number of backslashes are escapes of each other.
    if ((quote - backslash) % 2 === 1) return quote + 1
    at = quote + 1
  }
}

/**
 * Where the brackets of a text, JSON or not, begin to nest deeper than `most` levels; undefined when
 * they never do. Brackets in strings do not count.
 */
export function nestedDeeperAt(text: string, most: number): number | undefined {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (char === QUOTE) i = endOfString(text, i) - 1
    else if (isOpening(char) && ++depth > most) return i
    else if (isClosing(char)) depth--
  }
  return undefined
}
