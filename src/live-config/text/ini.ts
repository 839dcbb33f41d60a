import type { Path, Position } from '../../core/problem'
import type { Parsed } from './entry'
import type { EntryCollector } from './entry-collector'
import { locateInJson } from './json/locate'
import { LocatedEntry } from './located-entry'
import { MAX_ENTRIES, MAX_TEXT, tooLongText, tooManyEntries } from './limits'
import { detached } from './detached'
import type { TimeSlice } from '../../runtime/time-slice'
import { empty, type LineIndex, placed, refused, type Unplaced } from './places'

/** A part of an option's value with the place where it begins. */
export interface IniPart {
  readonly offset: number
  readonly text: string
}

/** `key = value`, without the indented lines on which the value may go on. */
export interface IniOptionLine {
  readonly key: string
  readonly offset: number
  readonly first: IniPart
}

export type IniLine =
  | { readonly kind: 'skip' }
  | { readonly kind: 'section'; readonly name: string; readonly lost?: Unplaced }
  | { readonly kind: 'more'; readonly part: IniPart }
  | { readonly kind: 'option'; readonly option: IniOptionLine }
  | { readonly kind: 'wrong'; readonly problem: Unplaced }

/** The one section that is ours; an ini file of r2 holds much else. */
const SECTION = 'live_config'

/** The state after the lines above. */
export interface IniContext {
  readonly inSection: boolean
  readonly inOption: boolean
}

/**
 * One line by the rules of Python 2's RawConfigParser, r2's own reader. No library reads this
 * dialect: keys keep their case, a line that is indented goes on with the value above, and " ;"
 * cuts a comment off only where the value begins.
 */
function readIniLine(line: string, offset: number, { inSection, inOption }: IniContext): IniLine {
  const body = strip(line)
  const first = line.charAt(0)
  if (body === '' || first === '#' || first === ';' || /^rem(?:[ \t\f\v]|$)/i.test(line))
    return { kind: 'skip' }
  if (isBlank(first) && inSection && inOption) return { kind: 'more', part: partOf(line, offset) }
  const section = /^\[([^\]]+)\]/.exec(line)
  if (section) return sectionOf(line, section, offset)
  if (!inSection)
    return wrong(offset, `${shown(body)} is before any section; begin with a line [live_config]`)
  const separator = line.search(/[:=]/)
  if (separator <= 0 || isBlank(first))
    return wrong(
      offset,
      `${shown(body)} is no "key = value" line; add the key and "=", or begin the line with # for a comment`,
    )
  return { kind: 'option', option: optionOf(line, offset, separator) }
}

/** Python reads nothing that follows a section's name on its line, such as after an unusual line break. */
function sectionOf(
  line: string,
  [bracketed, name = '']: readonly string[],
  offset: number,
): IniLine {
  const { offset: at, text } = partOf(
    line.slice(bracketed?.length),
    offset + (bracketed?.length ?? 0),
  )
  if (name !== SECTION || text === '' || /^[#;]/.test(text)) return { kind: 'section', name }
  const message = `${shown(text)} follows [${SECTION}] on its line, where nothing is read; begin a new line`
  return {
    kind: 'section',
    name,
    lost: { code: 'syntax', severity: 'warning', message, offset: at },
  }
}

function optionOf(line: string, offset: number, separator: number): IniOptionLine {
  const { offset: start, text } = partOf(line.slice(separator + 1), offset + separator + 1)
  const raw = line.slice(start - offset)
  const semicolon = raw.indexOf(';')
  // As in Python only the first semicolon counts, and before one at the very start stands, by index
  // -1, the last character.
  const value =
    semicolon >= 0 && isBlank(raw.at(semicolon - 1) ?? '') ? strip(raw.slice(0, semicolon)) : text
  return {
    key: strip(line.slice(0, separator)),
    offset,
    first: { offset: start, text: value === '""' ? '' : value },
  }
}

function partOf(text: string, offset: number): IniPart {
  let start = 0
  while (isBlank(text.charAt(start))) start++
  return { offset: offset + start, text: strip(text) }
}

const wrong = (offset: number, message: string): IniLine => ({
  kind: 'wrong',
  problem: { code: 'syntax', severity: 'error', message, offset },
})
const shown = (text: string): string =>
  JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)

/** Python's isspace for bytes: trim() knows more blanks, and they belong to the value. */
const isBlank = (char: string): boolean => char !== '' && ' \t\r\f\v'.includes(char)

function strip(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text.charAt(start))) start++
  while (end > start && isBlank(text.charAt(end - 1))) end--
  return text.slice(start, end)
}

/** `key = value`, one part for each line of the value. */
interface IniOption extends IniOptionLine {
  readonly parts: IniPart[]
  /** How many characters the value has; of one that is too long not all are in `parts`. */
  size: number
}

/** r2's ini file. All values are text; selectors read them. */
export function* parseIni(
  text: string,
  collector: EntryCollector,
  slice: TimeSlice,
): Generator<void, Parsed> {
  const { lines } = collector
  const reader = new IniReader()
  for (let at = 0; at < text.length;) {
    if (slice.isOver()) yield
    const end = text.indexOf('\n', at) < 0 ? text.length : text.indexOf('\n', at)
    const line = lineAt(text, at, end, reader)
    const problem = reader.take(line, end - at)
    if (problem) return refused(placed(problem, lines))
    if (line.kind === 'section' && line.lost) collector.report(line.lost, undefined)
    if (reader.options.length > MAX_ENTRIES) return refused(placed(tooManyEntries(at), lines))
    at = end + 1
  }
  if (!reader.hasSection)
    return refused(placed(reader.inSection ? noSection(reader.sections) : empty('ini'), lines))
  for (const option of reader.options) {
    if (slice.isOver()) yield
    const { size, first } = option
    if (size > MAX_TEXT) collector.report(tooLongText(size, first.offset), option.key)
    collector.add(new IniEntry(option, size > MAX_TEXT ? null : textOf(option), lines))
  }
  return collector.parsed()
}

const textOf = ({ parts }: IniOption): string => detached(parts.map((part) => part.text).join('\n'))

/** So much of a line that is too long is read: its key. */
const BEGINNING = 2000

/** A line that is too long is a comment, an option without its value, or wrong. */
function lineAt(text: string, at: number, end: number, context: IniContext): IniLine {
  if (end - at <= MAX_TEXT) return readIniLine(text.slice(at, end), at, context)
  const line = text.slice(at, at + BEGINNING)
  return strip(line) === ''
    ? { kind: 'wrong', problem: tooLongText(end - at, at) }
    : readIniLine(line, at, context)
}

/** So many sections are named where the right one is missing. */
const NAMED_SECTIONS = 5

class IniReader {
  readonly sections: string[] = []
  hasSection = false
  readonly options: IniOption[] = []
  private section: string | undefined
  private option: IniOption | undefined

  get inSection(): boolean {
    return this.section !== undefined
  }

  get inOption(): boolean {
    return this.option !== undefined
  }

  /** `length`: of the whole line, which may be longer than what was read of it. */
  take(line: IniLine, length: number): Unplaced | undefined {
    if (line.kind === 'wrong') return line.problem
    if (line.kind === 'more') this.addPart(line.part, length)
    if (line.kind === 'section') this.begin(line.name)
    if (line.kind === 'option') {
      this.option = { ...line.option, parts: [], size: 0 }
      this.addPart(line.option.first, length > MAX_TEXT ? length : line.option.first.text.length)
      if (this.section === SECTION) this.options.push(this.option)
    }
    return undefined
  }

  /** Parts of a value that is too long are counted alone. */
  private addPart(part: IniPart, length: number): void {
    if (this.option === undefined) return
    this.option.size += length + 1
    if (this.option.size <= MAX_TEXT) this.option.parts.push(part)
  }

  private begin(section: string): void {
    this.section = section
    this.option = undefined
    this.hasSection ||= section === SECTION
    const isNew = this.sections.length < NAMED_SECTIONS && !this.sections.includes(section)
    if (isNew) this.sections.push(section)
  }
}

function noSection(sections: readonly string[]): Unplaced {
  const found = sections.map((name) => `[${name}]`).join(', ')
  return {
    code: 'not-an-object',
    severity: 'error',
    message: `there is no section [${SECTION}], only ${found}; add it, with one line for each feature`,
    offset: 0,
  }
}

class IniEntry extends LocatedEntry {
  constructor(
    private readonly option: IniOption,
    private readonly written: string | null,
    private readonly lines: LineIndex,
  ) {
    super(detached(option.key), written)
  }

  get text(): string | undefined {
    return this.written ?? undefined
  }

  override get position(): Position {
    return this.lines.at(this.option.offset)
  }

  protected override part(path: Path, target: 'key' | 'value'): Position {
    const index =
      path.length === 0
        ? (this.written ?? '').search(/\S/)
        : (locateInJson(this.written ?? '', path, target) ?? -1)
    return index < 0 ? this.position : this.character(index)
  }

  protected override character(index: number): Position {
    let rest = index
    for (const { offset, text } of this.option.parts) {
      if (rest <= text.length) return this.lines.at(offset + rest)
      rest -= text.length + 1
    }
    return this.position
  }
}
