import { closest, distance } from 'fastest-levenshtein'

/** A longer word is far from every known one, and to find out how far takes long. */
const LONGEST = 100

/** The known word that was probably meant, when one is near enough to be worth saying. */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || word.length > LONGEST) return undefined
  const nearest = closest(word.toLowerCase(), [...known])
  return distance(word.toLowerCase(), nearest) <= Math.max(1, Math.floor(word.length / 3))
    ? nearest
    : undefined
}

/** Shorter words are near to too many others. */
const SHORTEST = 4

/**
 * Whether a word differs from a known one as a mistake in typing makes it: by letter case, by one character, or by two
 * neighbours that are swapped.
 */
export function isMisspelt(word: string, known: string): boolean {
  const [typed, right] = [word.toLowerCase(), known.toLowerCase()]
  if (word === known || right.length < SHORTEST) return false
  if (Math.abs(typed.length - right.length) > 1) return false
  const from = [...typed].findIndex((char, i) => char !== right[i])
  const swapped =
    typed.slice(0, from) + (typed[from + 1] ?? '') + (typed[from] ?? '') + typed.slice(from + 2)
  return typed === right || (from >= 0 && swapped === right) || distance(typed, right) === 1
}
