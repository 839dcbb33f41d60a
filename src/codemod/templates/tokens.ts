/** A word, a text, a number or a sign of an expression. */
export interface Token {
  readonly text: string
  readonly start: number
  readonly end: number
}

const TOKEN =
  /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[A-Za-z_$][\w$]*|\d[\w.]*|[=!]==?|[<>]=?|&&|\|\||\S/g

export const tokensOf = (code: string): readonly Token[] =>
  Array.from(code.matchAll(TOKEN), ({ 0: text, index }) => ({
    text,
    start: index,
    end: index + text.length,
  }))

const OPENING = new Set(['(', '[', '{'])
const CLOSING = new Set([')', ']', '}'])

/** The places of the tokens that are inside of no brackets and that are wanted. */
export function topLevel(
  tokens: readonly Token[],
  isWanted: (text: string) => boolean,
): readonly number[] {
  let depth = 0
  return tokens.flatMap(({ text }, at) => {
    if (CLOSING.has(text)) depth--
    const found = depth === 0 && isWanted(text) ? [at] : []
    if (OPENING.has(text)) depth++
    return found
  })
}

/** The text of a literal; undefined of anything else. */
export const textOfToken = ({ text }: Token): string | undefined =>
  /^["']/.test(text) && !text.includes('\\') ? text.slice(1, -1) : undefined
