import { DIGITS, complement, LINE_ENDS, SPACE, unit, type Units, WORD } from './code-units'
import type { CaseFolding } from './letter-case'
import { writeUnits } from './re2'

/**
 * Matches what stands for one unit or a set of units in a JavaScript pattern: an escape, or a plain
 * character.
 */
const ATOM = /^(?:\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|c[A-Za-z]|\d+|[^])|[^])/

const SETS: ReadonlyMap<string, Units> = new Map([
  ['\\d', DIGITS],
  ['\\D', complement(DIGITS)],
  ['\\w', WORD],
  ['\\W', complement(WORD)],
  ['\\s', SPACE],
  ['\\S', complement(SPACE)],
])

const CONTROLS: ReadonlyMap<string, number> = new Map([
  ['\\0', 0],
  ['\\t', 9],
  ['\\n', 10],
  ['\\v', 11],
  ['\\f', 12],
  ['\\r', 13],
])

/** The set of `\d`, `\w`, `\s` and their opposites, which letter case does not change. */
const setOf = (atom: string): Units | undefined => SETS.get(atom)

/**
 * The unit that an atom stands for; undefined for back references, and for octal and unfinished
 * escapes.
 */
export function codeOf(atom: string): number | undefined {
  if (!atom.startsWith('\\')) return atom.charCodeAt(0)
  const control = CONTROLS.get(atom)
  if (control !== undefined) return control
  if (/^\\(?:\d|[ck]$)/.test(atom)) return undefined
  if (atom.length === 2) return atom.charCodeAt(1)
  return atom[1] === 'c' ? atom.charCodeAt(2) % 32 : parseInt(atom.slice(2), 16)
}

const DASH = unit(0x2d)
/** The meaning of `\b` within a class. */
const BACKSPACE = '\\x08'

/** `{` is a quantifier only when it is written as one. */
const QUANTIFIER = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/
/**
 * A plain group. Its name does not matter, because nobody asks what a group matched. Anything else
 * that begins with `(?` is more than a group.
 */
const GROUP = /^\((?:\?:|\?<(?![=!])[^>]*>|(?!\?))/
const MORE_THAN_GROUP = /^\(\?(?:<?[=!]|[^)]?)/

const WRITTEN: ReadonlyMap<string, string> = new Map([
  ['^', '\\A'],
  ['$', '\\z'],
  ['.', writeUnits(complement(LINE_ENDS))],
  ['|', '|'],
  [')', ')'],
  ['\\b', '\\b'],
  ['\\B', '\\B'],
])

/** Translates a valid JavaScript pattern to RE2's syntax, with JavaScript's meaning. */
export class Translation {
  readonly written: string
  /** The first part that RE2 cannot express; `written` is then meaningless. */
  untranslatable: string | undefined
  /** Steps that one character of a text may take: all parts, times their repetitions. */
  steps = 0
  private rest: string
  /** `steps` at the beginning of each open group. */
  private readonly groups: number[] = []
  /** `steps` at the beginning of the part that a quantifier would repeat. */
  private before = 0

  constructor(
    source: string,
    private readonly inAnyCase: CaseFolding,
  ) {
    this.rest = source
    let written = ''
    while (this.rest !== '' && this.untranslatable === undefined) written += this.part()
    this.written = written
  }

  private part(): string {
    const quantifier = this.take(QUANTIFIER)
    if (quantifier !== '') return this.repeated(quantifier)
    if (this.take(GROUP) !== '') {
      this.groups.push(this.steps)
      return '(?:'
    }
    this.before = this.rest.startsWith(')') ? (this.groups.pop() ?? 0) : this.steps
    this.steps++
    if (this.rest.startsWith('[')) return writeUnits(this.characterClass())
    this.untranslatable = MORE_THAN_GROUP.exec(this.rest)?.[0]
    const atom = this.take(ATOM)
    return WRITTEN.get(atom) ?? writeUnits(this.unitsOf(atom))
  }

  private repeated(quantifier: string): string {
    const times = Math.max(1, ...(quantifier.match(/\d+/g) ?? []).map(Number))
    this.steps = this.before + (this.steps - this.before) * times
    // Laziness only chooses among matches, and the question is whether there is one.
    return quantifier.length > 1 ? quantifier.replace(/\?$/, '') : quantifier
  }

  private characterClass(): Units {
    const isNegated = this.take(/^\[\^?/) === '[^'
    const members: Units[] = []
    while (this.take(/^\]/) === '') members.push(this.classMember())
    return isNegated ? complement(members.flat()) : members.flat()
  }

  private classMember(): Units {
    const from = this.classAtom()
    const to = this.take(/^-(?!\])/) === '' ? undefined : this.classAtom()
    if (to === undefined) return this.unitsOf(from)
    // Next to a set a dash is a plain dash.
    if (setOf(from) !== undefined || setOf(to) !== undefined)
      return [...this.unitsOf(from), ...DASH, ...this.unitsOf(to)]
    return this.inAnyCase([[this.codeOf(from), this.codeOf(to)]])
  }

  private classAtom(): string {
    const atom = this.take(ATOM)
    return atom === '\\b' ? BACKSPACE : atom
  }

  /** Sets such as \d already have both cases. */
  private unitsOf(atom: string): Units {
    return setOf(atom) ?? this.inAnyCase(unit(this.codeOf(atom)))
  }

  private codeOf(atom: string): number {
    const code = codeOf(atom)
    if (code === undefined) this.untranslatable ??= atom
    return code ?? 0
  }

  private take(pattern: RegExp): string {
    const taken = pattern.exec(this.rest)?.[0] ?? ''
    this.rest = this.rest.slice(taken.length)
    return taken
  }
}
