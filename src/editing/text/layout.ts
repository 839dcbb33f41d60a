import { isJsonList, type JsonValue } from '../../core/json'
import type { Lines } from './tree'
import type { Node, Slot, Splice } from './tree'
import type { Writer } from './writer'

/** What is written in place of nothing: a member of a mapping, or an item of a list. */
export interface Added {
  readonly key?: string
  readonly value: JsonValue
}

/** The slots of one collection: which stay, and what is put where. */
export interface Plan {
  readonly removed: ReadonlySet<Slot>
  /** `after` undefined: before every slot that stays. */
  readonly added: readonly { readonly after: Slot | undefined; readonly items: readonly Added[] }[]
}

/**
 * Removes and adds slots. Undefined when the text is written in a way that this cannot do; the
 * collection is then written anew.
 */
export type Layout = (node: Node, plan: Plan) => readonly Splice[] | undefined

/** Collections of YAML in lines: each slot begins a line. */
export function blockLayout(lines: Lines, writer: Writer): Layout {
  const written = ({ key, value }: Added, column: number): string =>
    key === undefined
      ? `- ${writer.lines(value, column + 2) ?? writer.inline(value)}`
      : memberLines(writer, key, value, column)
  return (node, { removed, added }) => {
    const splices: Splice[] = []
    for (const slot of removed) {
      if (!lines.beginsLine(slot.start) || !lines.endsLine(slot.end)) return undefined
      splices.push(linesOf(lines, slot))
    }
    const first = node.slots.find((slot) => !removed.has(slot))
    for (const { after, items } of added) {
      const beside = after ?? first
      if (beside === undefined || !lines.endsLine(beside.end)) return undefined
      if (after === undefined && !lines.beginsLine(beside.start)) return undefined
      const column = lines.columnOf(beside.start)
      const block = items.map((item) => ' '.repeat(column) + written(item, column)).join('\n')
      const at = after === undefined ? lines.startOf(beside.start) : lines.endOf(after.end)
      splices.push({ start: at, end: at, text: after === undefined ? `${block}\n` : `\n${block}` })
    }
    return splices
  }
}

/** The lines of a slot with a line break: the one after it, or at the end of the text before it. */
function linesOf(lines: Lines, slot: Slot): Splice {
  const [start, end] = [lines.startOf(slot.start), lines.endOf(slot.end)]
  if (end < lines.text.length) return { start, end: end + 1, text: '' }
  return { start: Math.max(0, start - 1), end, text: '' }
}

/** `key: value`, and the lines of the value below it. */
export function memberLines(writer: Writer, key: string, value: JsonValue, column: number): string {
  const head = writer.key(key)
  const indent = column + (isJsonList(value) ? writer.listStep : writer.step)
  const below = writer.lines(value, indent)
  if (below === undefined) return head + writer.inline(value)
  return `${head.trimEnd()}\n${' '.repeat(indent)}${below}`
}

/** Collections in brackets, of YAML and JSON. */
export const flowLayout =
  (lines: Lines, writer: Writer): Layout =>
  (node, plan) =>
    new FlowPlan(lines, writer, node, plan).splices()

/** One collection in brackets. What is removed at its end takes the comma before it along. */
class FlowPlan {
  private readonly done: Splice[] = []
  private readonly kept: readonly Slot[]
  private readonly last: Slot | undefined
  /** The slots after the last one that stays. */
  private readonly tail: readonly Slot[]

  constructor(
    private readonly lines: Lines,
    private readonly writer: Writer,
    private readonly node: Node,
    private readonly plan: Plan,
  ) {
    this.kept = node.slots.filter((slot) => !plan.removed.has(slot))
    this.last = this.kept.at(-1)
    this.tail = this.last ? node.slots.slice(node.slots.indexOf(this.last) + 1) : []
  }

  splices(): readonly Splice[] | undefined {
    const { removed, added } = this.plan
    const canRemove =
      this.last !== undefined &&
      [...removed].every((slot) => this.tail.includes(slot) || this.remove(slot)) &&
      this.removeTail(this.last)
    if (!canRemove) return undefined
    for (const { after, items } of added) this.add(after, items)
    return this.done
  }

  private remove(slot: Slot): boolean {
    const comma = this.comma(slot)
    if (comma !== undefined) this.done.push(wholeLines(this.lines, slot.start, comma + 1))
    return comma !== undefined
  }

  private removeTail(last: Slot): boolean {
    const [first, end] = [this.tail[0], this.tail.at(-1)]
    const comma = this.comma(last)
    if (first === undefined || end === undefined) return true
    if (comma === undefined) return false
    const isFollowed = this.plan.added.some(({ after }) => after === last)
    if (!isFollowed) this.done.push({ start: comma, end: comma + 1, text: '' })
    const to = (this.comma(end) ?? end.end - 1) + 1
    this.done.push(
      this.lines.beginsLine(first.start)
        ? wholeLines(this.lines, first.start, to)
        : { start: comma + 1, end: to, text: '' },
    )
    return true
  }

  private add(after: Slot | undefined, items: readonly Added[]): void {
    const beside = after ?? this.kept[0] ?? this.node
    const { lines, node } = this
    const isInLines = lines.beginsLine(beside.start) && node.start < lines.startOf(beside.start)
    const pad = isInLines ? lines.indentOf(beside.start) : undefined
    const glue = pad === undefined ? ', ' : `,\n${pad}`
    const block = items.map((item) => inBrackets(this.writer, item, pad)).join(glue)
    if (after === undefined) this.insert(beside.start, block + glue)
    else if (pad === undefined) this.addBeside(after, block)
    else this.addBelow(after, block, pad)
  }

  private addBeside(after: Slot, block: string): void {
    const comma = this.comma(after)
    // The comma that was before the tail stays for what comes now.
    if (after === this.last && this.tail.length > 0 && comma !== undefined)
      this.insert(comma + 1, ` ${block}`)
    else this.insert(after.end, `, ${block}`)
  }

  /** A comment beside the slot stays beside it. */
  private addBelow(after: Slot, block: string, pad: string): void {
    const comma = this.comma(after)
    const sign = comma === undefined ? after.end : comma + 1
    if (!this.lines.endsLine(sign)) return this.insert(after.end, `,\n${pad}${block}`)
    if (comma === undefined) this.insert(after.end, ',')
    const needsComma = comma !== undefined && !(after === this.last && this.tail.length > 0)
    this.insert(this.lines.endOf(sign), `\n${pad}${block}${needsComma ? ',' : ''}`)
  }

  private insert(at: number, text: string): void {
    this.done.push({ start: at, end: at, text })
  }

  private comma({ end }: Slot): number | undefined {
    return commaAfter(this.lines.text, end)
  }
}

function inBrackets(writer: Writer, { key, value }: Added, indent: string | undefined): string {
  const head = key === undefined ? '' : writer.key(key)
  const inLines = indent === undefined ? undefined : writer.linesInBrackets(value, indent)
  return head + (inLines ?? writer.inline(value))
}

/** The cut from `start` to `end`, and the lines that would be empty. */
function wholeLines(lines: Lines, start: number, end: number): Splice {
  const { text } = lines
  if (lines.beginsLine(start) && lines.endsLine(end) && lines.endOf(end) < text.length)
    return { start: lines.startOf(start), end: lines.endOf(end) + 1, text: '' }
  return { start, end: end + (/^[ \t]*/.exec(text.slice(end))?.[0].length ?? 0), text: '' }
}

/** The offset of the comma that follows, past blanks and comments. */
function commaAfter(text: string, from: number): number | undefined {
  const found = /^(?:\s|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/.exec(text.slice(from))
  const at = from + (found?.[0].length ?? 0)
  return text.charAt(at) === ',' ? at : undefined
}
