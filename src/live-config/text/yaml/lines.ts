/** What block and flow collections have in common: the lines of a text, without tabs. */

const LINE_END = 10

export function lineEndAt(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end
}

export const columnOf = (text: string, at: number): number =>
  at - (text.lastIndexOf('\n', at - 1) + 1)

export function skipSpaces(text: string, from: number): number {
  let at = from
  while (text.charCodeAt(at) === 32) at++
  return at
}

/** The first character from the start of a line on that is neither space nor comment, or `end`. */
export function startOfContent(text: string, from: number, end: number): number {
  let at = from
  while (at < end) {
    while (text.charCodeAt(at) === LINE_END) at++
    at = skipSpaces(text, at)
    const char = text.charAt(at)
    if (at < end && char !== '\n' && char !== '#') return at
    at = lineEndAt(text, at) + 1
  }
  return end
}

/** Whether nothing but a comment follows on the line. */
export function isRestBlank(text: string, from: number): boolean {
  const at = skipSpaces(text, from)
  const char = text.charAt(at)
  return char === '' || char === '\n' || (char === '#' && at > from)
}

/** Whether a dash begins the item of a list here. */
export const isDash = (text: string, at: number): boolean =>
  text.charAt(at) === '-' && /^(?:[ \n]|$)/.test(text.charAt(at + 1))
