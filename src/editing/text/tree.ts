import type { JsonValue } from '../../core/json'

/** A value as it is written: where it is in the text, and what is beneath it. */
export interface Node {
  /** `tied`: an alias, or a mapping with keys that are not plain: it is only replaced as a whole. */
  readonly kind: 'map' | 'list' | 'scalar' | 'tied'
  readonly start: number
  /** Where its last character ends: no comment and no line break that follows is in it. */
  readonly end: number
  /** Written in brackets. */
  readonly isFlow: boolean
  readonly value: JsonValue
  readonly slots: readonly Slot[]
  readonly quote?: '"' | "'" | undefined
}

/** A member of a mapping or an item of a list. */
export interface Slot {
  readonly key?: string
  /** Where the key, the dash, or the item in brackets begins. */
  readonly start: number
  readonly keyEnd: number
  /** After the colon or the dash; undefined where neither is written. */
  readonly after?: number | undefined
  /** Undefined when nothing is written for the value. */
  readonly node?: Node | undefined
  readonly end: number
}

/** A part of the text that is replaced. */
export interface Splice {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Applies splices that do not overlap; of two at one place the one that was made first is first. */
export function spliced(text: string, splices: readonly Splice[]): string {
  let done = ''
  let at = 0
  for (const { start, end, text: insert } of splices.toSorted((a, b) => a.start - b.start)) {
    if (start < at) throw new Error('splices overlap')
    done += text.slice(at, start) + insert
    at = end
  }
  return done + text.slice(at)
}

/** Lines of a text by offsets. */
export class Lines {
  private starts: readonly number[] | undefined

  constructor(readonly text: string) {}

  /** The offset at which a line begins, counted from 1; the end of the text beyond the last. */
  startOfLine(line: number): number {
    this.starts ??= startsIn(this.text)
    return this.starts[line - 1] ?? this.text.length
  }

  startOf(offset: number): number {
    return offset === 0 ? 0 : this.text.lastIndexOf('\n', offset - 1) + 1
  }

  /** The offset of the line break, or the end of the text. */
  endOf(offset: number): number {
    const end = this.text.indexOf('\n', offset)
    return end < 0 ? this.text.length : end
  }

  /** Whether only blanks are before the offset on its line. */
  beginsLine(offset: number): boolean {
    return /^[ \t]*$/.test(this.text.slice(this.startOf(offset), offset))
  }

  /** Whether nothing but a comment follows on the line. */
  endsLine(offset: number): boolean {
    return /^[ \t]*(?:(?:#|\/\/).*)?$/.test(this.text.slice(offset, this.endOf(offset)))
  }

  /** The white space that begins the line. */
  indentOf(offset: number): string {
    return /^[ \t]*/.exec(this.text.slice(this.startOf(offset), offset))?.[0] ?? ''
  }

  columnOf(offset: number): number {
    return offset - this.startOf(offset)
  }
}

function startsIn(text: string): readonly number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}
