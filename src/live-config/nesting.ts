import { endOfString, isClosing, isOpening } from './json-scan'

/** How deep a text may nest, entry or not: more levels than anybody needs, and fewer than recursion over a value can bear. */
export const MAX_TEXT_DEPTH = 100

/** How deep brackets nest in a text, JSON or not. */
export function nesting(text: string): number {
  let depth = 0
  let deepest = 0
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (char === 34) i = endOfString(text, i) - 1
    else if (isOpening(char)) deepest = Math.max(deepest, ++depth)
    else if (isClosing(char)) depth--
  }
  return deepest
}
