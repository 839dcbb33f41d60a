import type { Path, Position } from '../../core/problem'
import type { Parsed } from './entry'
import type { EntryCollector } from './entry-collector'
import { locateInJson } from './json/locate'
import { LocatedEntry } from './located-entry'
import { MAX_ENTRIES, tooManyEntries } from './limits'
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
  | { readonly kind: 'section'; readonly name: string }
  | { readonly kind: 'more'; readonly part: IniPart }
  | { readonly kind: 'option'; readonly option: IniOptionLine }
  | { readonly kind: 'wrong'; readonly problem: Unplaced }

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
  if (section) return { kind: 'section', name: section[1] ?? '' }
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

/** The one section that is ours; an ini file of r2 holds much else. */
const SECTION = 'live_config'

/** `key = value`, one part for each line of the value. */
interface IniOption extends IniOptionLine {
  readonly parts: readonly IniPart[]
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
    const problem = reader.take(readIniLine(text.slice(at, end), at, reader))
    if (problem) return refused(placed(problem, lines))
    at = end + 1
  }
  if (!reader.sections.has(SECTION))
    return refused(placed(reader.inSection ? noSection(reader.sections) : empty('ini'), lines))
  const excess = reader.options[MAX_ENTRIES]
  if (excess) return refused(placed(tooManyEntries(excess.offset), lines))
  for (const option of reader.options) {
    if (slice.isOver()) yield
    const value = option.parts.map((part) => part.text).join('\n')
    collector.add(new IniEntry(option, detached(value), lines))
  }
  return collector.parsed()
}

class IniReader {
  readonly sections = new Set<string>()
  readonly options: IniOption[] = []
  private section: string | undefined
  private parts: IniPart[] | undefined

  get inSection(): boolean {
    return this.section !== undefined
  }

  get inOption(): boolean {
    return this.parts !== undefined
  }

  take(line: IniLine): Unplaced | undefined {
    if (line.kind === 'wrong') return line.problem
    if (line.kind === 'more') this.parts?.push(line.part)
    if (line.kind === 'section') {
      this.sections.add((this.section = line.name))
      this.parts = undefined
    }
    if (line.kind === 'option') {
      this.parts = [line.option.first]
      if (this.section === SECTION) this.options.push({ ...line.option, parts: this.parts })
    }
    return undefined
  }
}

function noSection(sections: ReadonlySet<string>): Unplaced {
  const found = [...sections]
    .slice(0, 5)
    .map((name) => `[${name}]`)
    .join(', ')
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
    private readonly written: string,
    private readonly lines: LineIndex,
  ) {
    super(detached(option.key), written)
  }

  get text(): string {
    return this.written
  }

  override get position(): Position {
    return this.lines.at(this.option.offset)
  }

  protected override part(path: Path, target: 'key' | 'value'): Position {
    const index =
      path.length === 0
        ? this.written.search(/\S/)
        : (locateInJson(this.written, path, target) ?? -1)
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
