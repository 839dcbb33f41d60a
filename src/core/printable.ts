/**
 * What a terminal obeys instead of showing it, what begins a line, and what turns the direction of
 * the text around it. Joiners, which belong to scripts and emoji, are none of these.
 */
const OBEYED =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/gu

/**
 * Text from a file or a visitor, made safe to show in a line of a terminal or a log: control
 * characters are spelt out, a tab is one column.
 *
 * @example printable('a\u001b[31m') // 'a\\x1b[31m'
 */
export const printable = (text: string): string =>
  text.replaceAll('\t', ' ').replace(OBEYED, (char) => {
    const code = char.codePointAt(0) ?? 0
    const hex = code.toString(16)
    return code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`
  })

/**
 * JSON in which such characters are escaped, so that it says the same and is safe to show, too.
 *
 * @example printableJson('a\u009b31m') // '"a\\u009b31m"'
 */
export const printableJson = (value: unknown, indent?: number): string =>
  // Ends of lines are JSON's own: those in a text are escaped already.
  JSON.stringify(value, undefined, indent).replace(OBEYED, (char) =>
    char === '\n' ? char : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
