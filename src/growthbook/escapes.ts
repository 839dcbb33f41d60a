import { DIGITS, except, SPACE, type Units, WORD } from './code-units'

/** What stands for one unit or a set of them in a JavaScript pattern: an escape, or a character of its own. */
export const ATOM = /^(?:\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|c[A-Za-z]|\d+|[^])|[^])/

const SETS: ReadonlyMap<string, Units> = new Map([
  ['\\d', DIGITS], ['\\D', except(DIGITS)],
  ['\\w', WORD], ['\\W', except(WORD)],
  ['\\s', SPACE], ['\\S', except(SPACE)],
])

const CONTROLS: ReadonlyMap<string, number> = new Map([['\\0', 0], ['\\t', 9], ['\\n', 10], ['\\v', 11], ['\\f', 12], ['\\r', 13]])

/** `\d` and its like, which no letter case changes. */
export const setOf = (atom: string): Units | undefined => SETS.get(atom)

/** The one unit that an atom stands for; undefined for those that refer back, and for octal and unfinished escapes. */
export function codeOf(atom: string): number | undefined {
  if (!atom.startsWith('\\')) return atom.charCodeAt(0)
  const control = CONTROLS.get(atom)
  if (control !== undefined) return control
  if (/^\\(?:\d|[ck]$)/.test(atom)) return undefined
  if (atom.length === 2) return atom.charCodeAt(1)
  return atom[1] === 'c' ? atom.charCodeAt(2) % 32 : parseInt(atom.slice(2), 16)
}
