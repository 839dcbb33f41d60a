/**
 * How a text is quoted: `double` has backslash escapes, `single` doubles its quote, `plain` has
 * neither (but may be folded).
 */
export type Style = 'double' | 'single' | 'plain'

const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

/**
 * Returns where the decoded text's character at `index` is in the source that begins at `start`. It
 * counts characters that are not white space, so folding, indentation and line breaks do not
 * matter; white space itself has no exact place.
 */
export function sourceOffset(
  source: string,
  start: number,
  style: Style,
  decoded: string,
  index: number,
): number {
  let at = skipBlank(source, start, style)
  for (let i = 0; i < index;) {
    if (isBlank(decoded.charCodeAt(i))) {
      i++
      continue
    }
    const unit = unitAt(source, at, style)
    at = skipBlank(source, at + unit.length, style)
    i += unit.width
  }
  return Math.min(at, source.length)
}

interface Unit {
  readonly length: number
  /** The UTF-16 code units of the character. */
  readonly width: number
  readonly blank: boolean
}

function unitAt(source: string, at: number, style: Style): Unit {
  const char = source.charAt(at)
  if (style === 'single' && char === "'") return { length: 2, width: 1, blank: false }
  if (style !== 'double' || char !== '\\')
    return { length: 1, width: 1, blank: isBlank(source.charCodeAt(at)) }
  const escape = source.charAt(at + 1)
  const digits = HEX_DIGITS[escape]
  if (digits === undefined) return { length: 2, width: 1, blank: 'ntr \n\t'.includes(escape) }
  const code = parseInt(source.slice(at + 2, at + 2 + digits), 16)
  return { length: 2 + digits, width: code > 0xffff ? 2 : 1, blank: isBlank(code) }
}

function skipBlank(source: string, from: number, style: Style): number {
  let at = from
  while (at < source.length) {
    const unit = unitAt(source, at, style)
    if (!unit.blank) break
    at += unit.length
  }
  return at
}

const isBlank = (char: number): boolean => char === 32 || char === 10 || char === 13 || char === 9
