import type { Items } from './judge'
import { emptyPart, type Part } from './part'

/** Where one text stands: what its sink is told is written here. */
export interface Slot {
  part: Part
}

/** The slot of a source, and those of its texts when it has several. */
interface Group {
  readonly own: Slot
  /** In the order of their names. */
  texts: ReadonlyMap<string, Slot>
}

const partsOf = ({ own, texts }: Group): readonly Part[] => [own.part, ...Array.from(texts.values(), ({ part }) => part)]
const hasContent = ({ hash }: Part): boolean => hash !== undefined

/** The features of several parts, where two have one that of the later. */
export const itemsOf = (parts: readonly Part[]): Items => new Map(parts.flatMap(({ items }) => [...items]))

/** The parts of all sources, in the order in which they are laid over each other. */
export class Slots {
  private readonly groups: readonly Group[]

  constructor(sources: readonly string[]) {
    this.groups = sources.map((source) => ({ own: { part: emptyPart(source) }, texts: new Map() }))
  }

  get all(): readonly Part[] {
    return this.groups.flatMap(partsOf)
  }

  /** Of each source, the parts that have given content. */
  get contents(): readonly (readonly Part[])[] {
    return this.groups.map((group) => partsOf(group).filter(hasContent))
  }

  /** Whether every source has given all of its content. */
  get areFilled(): boolean {
    return this.groups.every(({ own, texts }) => (texts.size > 0 ? [...texts.values()].every(({ part }) => hasContent(part)) : hasContent(own.part)))
  }

  /** The slots of all parts. */
  get each(): readonly Slot[] {
    return this.groups.flatMap(({ own, texts }) => [own, ...texts.values()])
  }

  own(index: number): Slot {
    return this.group(index).own
  }

  /** The slot of a text that the source has from now on. */
  text(index: number, name: string, now: number): Slot {
    const group = this.group(index)
    const known = group.texts.get(name)
    if (known) return known
    // The source has just been looked at, or the text would not be known.
    const slot = { part: { ...emptyPart(name), confirmedAt: now } }
    group.texts = new Map([...group.texts, [name, slot] as const].sort(([a], [b]) => (a < b ? -1 : 1)))
    return slot
  }

  /** The other texts of the source of a text; undefined when the source no longer has it. */
  others(index: number, name: string): readonly Part[] | undefined {
    const { texts } = this.group(index)
    return texts.has(name) ? [...texts].flatMap(([other, { part }]) => (other === name ? [] : [part])) : undefined
  }

  remove(index: number, name: string): void {
    const group = this.group(index)
    group.texts = new Map([...group.texts].filter(([other]) => other !== name))
  }

  private group(index: number): Group {
    const group = this.groups[index]
    if (group === undefined) throw new RangeError(`there is no source ${index}`)
    return group
  }
}
