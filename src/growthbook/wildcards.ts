import { foldCase } from './letter-case'

/** What `*` becomes before a pattern is parsed as a URL, because `*` cannot stand in a host. */
export const WILDCARD = '_____'

/**
 * Whether a text is what a pattern with wildcards says, in any case. A wildcard stands for any text without a line end.
 * Each piece is taken where it first fits; trying further could not help, so the time is that of searching.
 */
export function compileWildcards(pattern: string): (text: string) => boolean {
  const pieces = foldCase(pattern).split(WILDCARD)
  const [first = '', ...others] = pieces
  const last = others.pop()
  if (last === undefined) return (text) => foldCase(text) === first
  return (text) => {
    const folded = foldCase(text)
    const end = folded.length - last.length
    if (!folded.startsWith(first) || !folded.endsWith(last) || end < first.length) return false
    let at = first.length
    for (const piece of others) {
      const found = folded.indexOf(piece, at)
      if (found === -1 || found + piece.length > end || hasLineEnd(folded, at, found)) return false
      at = found + piece.length
    }
    return !hasLineEnd(folded, at, end)
  }
}

const hasLineEnd = (text: string, from: number, to: number): boolean => /[\n\r\u2028\u2029]/.test(text.slice(from, to))
