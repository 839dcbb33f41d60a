import { diffArrays } from 'diff'
import { canonicalText } from '../../core/canonical'
import {
  isJsonList,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  jsonEqual,
  own,
} from '../../core/json'
import { type Added, blockLayout, flowLayout, type Layout, type Plan } from './layout'
import type { Lines, Node, Slot, Splice } from './tree'
import type { Writer } from './writer'

/** Writes a value over another one, and touches only what differs. */
export class Changer {
  private splices: Splice[] = []
  private readonly block: Layout
  private readonly flow: Layout

  constructor(
    private readonly lines: Lines,
    private readonly writer: Writer,
  ) {
    this.block = blockLayout(lines, writer)
    this.flow = flowLayout(lines, writer)
  }

  /** The splices that write `wanted` as the value of the slot. */
  change(parent: Node, slot: Slot, wanted: JsonValue): readonly Splice[] {
    this.splices = []
    this.visit(parent, slot, wanted)
    return this.splices
  }

  /** The same, with the whole value written anew. */
  replace(parent: Node, slot: Slot, wanted: JsonValue): readonly Splice[] {
    this.splices = []
    this.write(parent, slot, wanted)
    return this.splices
  }

  /** Removes and adds members of the collection itself. */
  layOut(node: Node, plan: Plan): readonly Splice[] | undefined {
    return (node.isFlow ? this.flow : this.block)(node, plan)
  }

  private visit(parent: Node, slot: Slot, wanted: JsonValue): void {
    const { node } = slot
    if (node && jsonEqual(node.value, wanted)) return
    const before = this.splices.length
    if (node?.kind === 'map' && isJsonObject(wanted) && this.map(node, wanted)) return
    if (node?.kind === 'list' && isJsonList(wanted) && this.list(node, wanted)) return
    this.splices.length = before
    this.write(parent, slot, wanted)
  }

  private map(node: Node, wanted: JsonObject): boolean {
    const names = new Set(node.slots.map(({ key = '' }) => key))
    const kept = node.slots.filter(({ key = '' }) => Object.hasOwn(wanted, key))
    if (kept.length === 0 || names.size < node.slots.length) return false
    const items = Object.entries(wanted).flatMap(([key, value]): Added[] =>
      names.has(key) ? [] : [{ key, value }],
    )
    for (const slot of kept) this.visit(node, slot, own(wanted, slot.key ?? '') ?? null)
    const removed = new Set(node.slots.filter((slot) => !kept.includes(slot)))
    return this.lay(node, {
      removed,
      added: items.length > 0 ? [{ after: kept.at(-1), items }] : [],
    })
  }

  /** Items that are equal stay; of the others, one takes the place of another where both are. */
  private list(node: Node, wanted: readonly JsonValue[]): boolean {
    const removed = new Set<Slot>()
    const added: { after: Slot | undefined; items: Added[] }[] = []
    const before = node.slots.map((slot) => canonicalText(slot.node?.value ?? null))
    let [at, to] = [0, 0]
    let after: Slot | undefined
    let free: Slot[] = []
    const settle = (): void => {
      for (const slot of free) removed.add(slot)
      free = []
    }
    for (const { count, added: isNew, removed: isGone } of diffArrays(
      before,
      wanted.map((item) => canonicalText(item)),
    )) {
      if (isGone) {
        free.push(...node.slots.slice(at, at + count))
        at += count
        continue
      }
      if (!isNew) {
        settle()
        after = node.slots[at + count - 1]
        at += count
        to += count
        continue
      }
      const values = wanted.slice(to, to + count)
      to += count
      for (const slot of free.splice(0, values.length)) {
        this.visit(node, slot, values.shift() ?? null)
        after = slot
      }
      if (values.length > 0) added.push({ after, items: values.map((value) => ({ value })) })
    }
    settle()
    return removed.size < node.slots.length && this.lay(node, { removed, added })
  }

  private lay(node: Node, plan: Plan): boolean {
    const splices = this.layOut(node, plan)
    if (splices) this.splices.push(...splices)
    return splices !== undefined
  }

  private write(parent: Node, slot: Slot, wanted: JsonValue): void {
    const { node } = slot
    if (parent.isFlow) this.writeInBrackets(slot, wanted)
    else if (node?.kind === 'scalar' && !isCollection(wanted) && this.isOneLine(node))
      this.splices.push({ ...rangeOf(node), text: this.writer.inline(wanted, node) })
    else this.writeInLines(slot, wanted)
  }

  private writeInBrackets({ node, after, end }: Slot, wanted: JsonValue): void {
    if (node) {
      const indent = this.lines.indentOf(node.start)
      const text =
        this.writer.linesInBrackets(wanted, indent, node) ?? this.writer.inline(wanted, node)
      this.splices.push({ ...rangeOf(node), text })
    } else {
      const head = after === undefined ? ': ' : ' '
      this.splices.push({
        start: after ?? end,
        end: after ?? end,
        text: head + this.writer.inline(wanted),
      })
    }
  }

  /** From the colon or the dash on. A comment on that line stays. */
  private writeInLines(slot: Slot, wanted: JsonValue): void {
    const { node, after, start } = slot
    const { lines } = this
    const at = after ?? slot.end
    const lineEnd = lines.endOf(at)
    const isBelow = node !== undefined && node.start > lineEnd
    const comment = isBelow ? lines.text.slice(at, lineEnd).trimEnd() : ''
    const column = lines.columnOf(start)
    const isItem = slot.key === undefined
    const indent = isItem
      ? column + 2
      : column + (isJsonList(wanted) ? this.listStep(node, column) : this.writer.step)
    const below = this.writer.lines(wanted, indent, node)
    const colon = after === undefined ? ':' : ''
    const inline = below === undefined ? ` ${this.writer.inline(wanted, node)}` : undefined
    const text =
      inline !== undefined
        ? colon + inline + comment
        : isItem && comment === ''
          ? ` ${below}`
          : `${colon}${comment}\n${' '.repeat(indent)}${below}`
    // A comment after the last of several lines is about that line, which goes.
    const end = node === undefined ? at : isBelow ? lines.endOf(node.end) : node.end
    this.splices.push({ start: at, end, text })
  }

  private listStep(node: Node | undefined, column: number): number {
    if (node?.kind === 'list' && !node.isFlow) return this.lines.columnOf(node.start) - column
    return this.writer.listStep
  }

  private isOneLine({ start, end }: Node): boolean {
    const text = this.lines.text.slice(start, end)
    return !text.includes('\n') && !/^[|>]/.test(text)
  }
}

const isCollection = (value: JsonValue): boolean => typeof value === 'object' && value !== null
const rangeOf = ({ start, end }: Node) => ({ start, end })
