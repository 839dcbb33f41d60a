import { closest, distance } from 'fastest-levenshtein'

/** The known word that was probably meant, when one is near enough to be worth saying. */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined
  const nearest = closest(word.toLowerCase(), [...known])
  return distance(word.toLowerCase(), nearest) <= Math.max(1, Math.floor(word.length / 3))
    ? nearest
    : undefined
}
