import type { Items } from './entries/judge'
import { checkRemoved, type Guards } from './guards'
import { emptyPart, type Part } from './part'
import { atOnce } from '../runtime/time-slice'

/** The state of one text: what its source reports is written here. */
export interface Slot {
  part: Part
  /** Its text is gone. It stays in force while the guards refuse its removal. */
  leaving?: boolean
}

/** The slot of a source, and those of its texts when it has several. */
interface Group {
  readonly own: Slot
  /** In the order of their names. */
  texts: Map<string, Slot>
  /** No name that was ever there comes after it. */
  last?: string
}

const partsOf = ({ own, texts }: Group): readonly Part[] => [
  own.part,
  ...Array.from(texts.values(), ({ part }) => part),
]
export const hasContent = ({ hash }: Part): boolean => hash !== undefined

/** The features of several parts; of two with one name the later one. */
export const itemsOf = (parts: readonly Part[]): Items =>
  new Map(parts.flatMap(({ items }) => [...items]))

/** The parts of all sources, in the order in which they override each other. */
export class Slots {
  private readonly groups: readonly Group[]

  constructor(sources: readonly string[]) {
    this.groups = sources.map((source) => ({ own: { part: emptyPart(source) }, texts: new Map() }))
  }

  get all(): readonly Part[] {
    return this.groups.flatMap(partsOf)
  }

  /** The parts to show: a source whose texts have states of their own is left out. */
  get shown(): readonly Part[] {
    return this.groups.flatMap(({ own, texts }) => {
      const rest = Array.from(texts.values(), ({ part }) => part)
      const { hash, failure, refused } = own.part
      return rest.length > 0 && !hash && !failure && !refused ? rest : [own.part, ...rest]
    })
  }

  /** The parts of each source that have a content. */
  get contents(): readonly (readonly Part[])[] {
    return this.groups.map((group) => partsOf(group).filter(hasContent))
  }

  /** Whether every source has reported all of its content. */
  get areFilled(): boolean {
    return this.groups.every(({ own, texts }) => {
      let staying = 0
      // It is asked for each of ten thousand files that come, so it makes no lists.
      for (const { leaving, part } of texts.values()) {
        if (leaving) continue
        if (!hasContent(part)) return false
        staying++
      }
      return staying > 0 || hasContent(own.part)
    })
  }

  /** The slots of all parts. */
  get each(): readonly Slot[] {
    return this.groups.flatMap(({ own, texts }) => [own, ...texts.values()])
  }

  /**
   * The slot of the text with this name, and the index of its source. Undefined when there is none:
   * the name of a source of several texts is that of none of them.
   */
  find(name: string): { readonly index: number; readonly slot: Slot } | undefined {
    for (const [index, { own, texts }] of this.groups.entries()) {
      const slot = texts.get(name) ?? (texts.size === 0 ? own : undefined)
      if (slot?.part.source === name) return { index, slot }
    }
    return undefined
  }

  /** The parts of each source as they would be with another part in a slot. */
  partsWith(slot: Slot, part: Part): readonly (readonly Part[])[] {
    return this.groups.map(({ own, texts }) =>
      [own, ...texts.values()].map((one) => (one === slot ? part : one.part)),
    )
  }

  own(index: number): Slot {
    return this.group(index).own
  }

  /** The slot of a text that the source has now. */
  text(index: number, name: string, now: number): Slot {
    const group = this.group(index)
    const known = group.texts.get(name)
    if (known) {
      known.leaving = false
      return known
    }
    // The source was checked just now, else the text would not be known.
    const slot = { part: { ...emptyPart(name), confirmedAt: now } }
    group.texts.set(name, slot)
    // A directory reports its files in order: to sort ten thousand for each would take seconds.
    if (group.last === undefined || group.last < name) group.last = name
    else group.texts = new Map([...group.texts].sort(([a], [b]) => (a < b ? -1 : 1)))
    return slot
  }

  /**
   * Marks a text as gone; the next `removeMarked` removes it when the guards allow that. Returns false
   * when the text is not known.
   */
  markRemoved(index: number, name: string): boolean {
    const slot = this.group(index).texts.get(name)
    if (slot === undefined) return false
    // When it comes back unchanged, it is read anew.
    const { readHash: _, ...part } = slot.part
    slot.part = part
    slot.leaving = true
    return true
  }

  /**
   * Removes the texts that are gone, those of one source together, because one may have taken over
   * what another had. A removal that the guards refuse stays and is a problem. `inForce`: the parts
   * of each source before. Returns the generation after it: each removal gets a number of its own,
   * so generations rise.
   */
  removeMarked(inForce: readonly (readonly Part[])[], guards: Guards, generation: number): number {
    return this.groups.reduce(
      (newest, group, i) => letGoOf(group, inForce[i] ?? [], guards, newest),
      generation,
    )
  }

  private group(index: number): Group {
    const group = this.groups[index]
    if (group === undefined) throw new RangeError(`there is no source ${index}`)
    return group
  }
}

function letGoOf(
  group: Group,
  inForce: readonly Part[],
  guards: Guards,
  generation: number,
): number {
  const gone = [...group.texts].filter(([, { leaving }]) => leaving)
  if (gone.length === 0) return generation
  const staying = itemsOf(
    Array.from(group.texts.values())
      .filter(({ leaving }) => !leaving)
      .map(({ part }) => part),
  )
  const refused = atOnce(checkRemoved(itemsOf(inForce), staying, guards, true))
  // A text without features in force can be removed at once.
  const going = gone.filter(
    ([, { part }]) => !refused || [...part.items.keys()].every((name) => staying.has(name)),
  )
  const names = new Set(going.map(([name]) => name))
  for (const [name, slot] of gone)
    if (refused && !names.has(name)) slot.part = { ...slot.part, refused }
  group.texts = new Map([...group.texts].filter(([name]) => !names.has(name)))
  const newest = generation + going.filter(([, { part }]) => hasContent(part)).length
  if (newest > generation) group.own.part = { ...group.own.part, generation: newest }
  return newest
}
