import type { Units } from './code-units'

/**
 * RE2 reads code points, JavaScript's patterns without `u` read code units, of which a character
 * beyond the basic plane has two. Such halves are written as private code points, in patterns and
 * in texts: U+D83D is U+10D83D.
 */
const FIRST_HALF = 0xd800
const LAST_HALF = 0xdfff
const PRIVATE = 0x100000

/** A text in the characters that `writeUnits` writes. */
export const asUnits = (text: string): string =>
  text.replace(/[\uD800-\uDFFF]/g, (half) => String.fromCodePoint(PRIVATE + half.charCodeAt(0)))

/** Writes a pattern for one of these units, escaped so that RE2 reads nothing else into it. */
export function writeUnits(units: Units): string {
  const [only] = units
  if (only === undefined) return '[^\\x{0}-\\x{10FFFF}]'
  if (units.length === 1 && only[0] === only[1]) return writeCode(privately(only[0]))
  return `[${units.flatMap(inPlanes).map(writeRange).join('')}]`
}

type Range = readonly [first: number, last: number]

const writeRange = ([first, last]: Range): string =>
  first === last ? writeCode(first) : `${writeCode(first)}-${writeCode(last)}`

const writeCode = (code: number): string =>
  isAlphanumeric(code) ? String.fromCharCode(code) : `\\x{${code.toString(16)}}`

const isAlphanumeric = (code: number): boolean =>
  code < 0x80 && /[0-9A-Za-z]/.test(String.fromCharCode(code))

const privately = (code: number): number =>
  code >= FIRST_HALF && code <= LAST_HALF ? code + PRIVATE : code

/** A range, cut where halves begin and end. */
function inPlanes([first, last]: Range): Range[] {
  const pieces: Range[] = [
    [first, Math.min(last, FIRST_HALF - 1)],
    [Math.max(first, FIRST_HALF), Math.min(last, LAST_HALF)],
    [Math.max(first, LAST_HALF + 1), last],
  ]
  return pieces
    .filter(([from, to]) => from <= to)
    .map(([from, to]) => [privately(from), privately(to)])
}
