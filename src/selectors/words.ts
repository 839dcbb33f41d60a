/** How selectors say in words whom they claim. */

/** Names beyond are counted alone. */
const MOST_NAMES = 3

/** `2 users (gary, wendy)`, `12 users`. */
export function someOf(names: readonly string[], one: string, many: string): string {
  const count = `${names.length} ${names.length === 1 ? one : many}`
  return names.length <= MOST_NAMES ? `${count} (${names.join(', ')})` : count
}

/** `a`, `a or b`, `a, b or c`. */
export const either = (names: readonly string[], word = 'or'): string =>
  names.length < 2
    ? names.join('')
    : `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1) ?? ''}`

/** `25 %`, `0.5 %`; a share is from 0 to 1. */
export const percentOf = (share: number): string => `${Number((share * 100).toFixed(4))} %`
