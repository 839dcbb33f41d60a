/** Reading the brackets of a JSON text without parsing it: a parser recurses, and this does not. */

const QUOTE = 34
const BACKSLASH = 92

export const isQuote = (char: number): boolean => char === QUOTE
export const isOpening = (char: number): boolean => char === 123 || char === 91
export const isClosing = (char: number): boolean => char === 125 || char === 93

/** The index after the string whose quote is at `start`; of one that never ends, the text's end. */
export function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (char === QUOTE) return i + 1
    if (char === BACKSLASH) i++
  }
  return text.length
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
