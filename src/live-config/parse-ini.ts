import type { Path, Position } from '../core/problem'
import { detached } from './detached'
import type { Parsed } from './entry'
import { type IniLine, type IniOptionLine, type IniPart, readIniLine } from './ini-lines'
import { locateInJson } from './json-locate'
import type { LineIndex } from './line-index'
import { LocatedEntry } from './located-entry'
import type { Pace } from './pace'
import { empty, refused } from './refused'
import { Roll } from './roll'
import { placed, type Unplaced } from './unplaced'

/** The one section that is ours; an ini file of r2 holds much else. */
const SECTION = 'live_config'

/** `key = value`, one part for each line of the value. */
interface IniOption extends IniOptionLine {
  readonly parts: readonly IniPart[]
}

/** r2's ini file. Values are text; what they mean is for others to say. */
export function* parseIni(text: string, lines: LineIndex, pace: Pace): Generator<void, Parsed> {
  const reader = new IniReader()
  for (let at = 0; at < text.length; ) {
    if (pace.due()) yield
    const end = text.indexOf('\n', at) < 0 ? text.length : text.indexOf('\n', at)
    const problem = reader.take(readIniLine(text.slice(at, end), at, reader))
    if (problem) return refused(placed(problem, lines))
    at = end + 1
  }
  if (!reader.sections.has(SECTION)) return refused(placed(reader.inSection ? noSection(reader.sections) : empty('ini'), lines))
  const roll = new Roll(lines)
  for (const option of reader.options) {
    if (pace.due()) yield
    const value = option.parts.map((part) => part.text).join('\n')
    roll.add(new IniEntry(option, detached(value), lines))
  }
  return roll.parsed()
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
  const found = [...sections].slice(0, 5).map((name) => `[${name}]`).join(', ')
  return { code: 'not-an-object', severity: 'error', message: `there is no section [${SECTION}], only ${found}; add it, with one line for each feature`, offset: 0 }
}

class IniEntry extends LocatedEntry {
  constructor(
    private readonly option: IniOption,
    private readonly written: string,
    private readonly lines: LineIndex,
  ) {
    super(detached(option.key), written, written)
  }

  override get position(): Position {
    return this.lines.at(this.option.offset)
  }

  protected override part(path: Path, target: 'key' | 'value'): Position {
    const index = path.length === 0 ? this.written.search(/\S/) : (locateInJson(this.written, path, target) ?? -1)
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
