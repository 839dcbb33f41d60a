import { isJsonObject, type JsonValue } from '../../core/json'
import type { Format } from '../../core/source'
import {
  FEATURE_PREFIX,
  readWritten,
  type WrittenEntry,
  type WrittenText,
} from '../../live-config/read-entries'
import { iniEntry } from './ini'
import { jsonTree } from './json-tree'
import { PlainText } from './plain-lines'
import { Lines, type Node, type Slot } from './tree'
import { JsonWriter, type Writer, YamlWriter } from './writer'
import { yamlTree } from './yaml-tree'

/** An entry with the collection that holds it, in a text that may be a part of the file. */
export interface Found {
  readonly parent: Node
  readonly slot: Slot
  readonly lines: Lines
  /** Where the part begins in the plain text. */
  readonly base: number
}

/** The library reads a text as a whole in one step, so it must not be long. */
const LONGEST_WHOLE = 2 * 1024 * 1024

/** A text of a live config, and where its entries are. */
export class Written {
  readonly plain: PlainText
  readonly lines: Lines
  readonly read: WrittenText
  readonly syntax: 'ini' | 'json' | 'yaml'
  private whole: Node | undefined
  /** Those of a collection that holds many entries, by their keys. */
  private readonly slotsOf = new WeakMap<Node, ReadonlyMap<string | undefined, Slot>>()
  private inParts: boolean | undefined
  private readonly keyLines: (number | undefined)[] = []
  private sortedLines: readonly number[] | undefined

  /** `previous`: a text that says nearly the same, which makes reading faster. */
  constructor(
    readonly text: string,
    readonly format: Format,
    previous?: Written,
  ) {
    this.plain = new PlainText(text)
    this.lines = new Lines(this.plain.plain)
    this.read = readWritten(text, format, previous?.read)
    this.syntax = format === 'yaml' && isJson(this.plain.plain) ? 'json' : format
  }

  get writer(): Writer {
    const { plain } = this.plain
    return this.syntax === 'json' ? new JsonWriter(plain) : new YamlWriter(plain)
  }

  keyOf(feature: string): string {
    return this.read.dialect === 'growthbook' ? feature : FEATURE_PREFIX + feature
  }

  valueOf(feature: string): JsonValue | undefined {
    return this.read.features.get(feature)?.value
  }

  /** How often the text has the feature. */
  count(feature: string): number {
    const key = this.keyOf(feature)
    return this.read.dialect === 'growthbook'
      ? (this.root?.slots.filter((slot) => slot.key === key).length ?? 0)
      : this.read.keys.filter((entry) => entry.key === key).length
  }

  /** Undefined of an ini file, and where the place cannot be found. */
  find(feature: string): Found | undefined {
    const key = this.keyOf(feature)
    if (this.syntax === 'ini') return undefined
    if (!this.isInParts) return this.foundIn(this.root, key, this.lines, 0)
    const entry = this.read.features.get(feature)
    const [start, end] = this.partOf(entry)
    if (entry === undefined || start === undefined) return undefined
    const part = this.lines.text.slice(start, end)
    return this.foundIn(yamlTree(part, { [key]: entry.value }), key, new Lines(part), start)
  }

  /** Where the lines of an entry begin and end in the plain text, its line break left out. */
  range(feature: string): readonly [start: number, end: number] | undefined {
    if (this.syntax === 'ini') {
      const [at] = this.partOf(this.read.features.get(feature))
      if (at === undefined) return undefined
      const { start, end } = iniEntry(this.lines, at)
      return [start, end]
    }
    const found = this.find(feature)
    if (found === undefined) return undefined
    const { slot, lines, base, parent } = found
    const end = parent.isFlow
      ? slot.end
      : lines.endsLine(slot.end)
        ? lines.endOf(slot.end)
        : slot.end
    return [base + slot.start, base + end]
  }

  /** The lines of an entry as they are written. */
  entryText(feature: string): string | undefined {
    const range = this.range(feature)
    return range && this.lines.text.slice(...range)
  }

  /**
   * The features whose lines, those up to the next key included, reach into these lines of the plain
   * text, counted from 1. Undefined where entries share lines.
   */
  featuresWithin(first: number, last: number): readonly string[] | undefined {
    const { keys, hasReplaced, fatal } = this.read
    if (!this.isInParts || hasReplaced || fatal) return undefined
    const found: string[] = []
    for (let i = Math.max(0, this.indexOf(first)); i < keys.length; i++) {
      const entry = keys[i]
      if (entry === undefined || this.lineOf(i) > last) break
      if (entry.key.startsWith(FEATURE_PREFIX)) found.push(entry.key.slice(FEATURE_PREFIX.length))
    }
    return found
  }

  /** The mapping that holds the features. */
  get root(): Node | undefined {
    if (this.whole === undefined && this.lines.text.length <= LONGEST_WHOLE) {
      const { features, others } = this.read
      const own = Object.fromEntries(
        [...features].map(([name, { value }]) => [this.keyOf(name), value]),
      )
      const rest = Object.fromEntries(others)
      const isPayload = this.read.dialect === 'growthbook'
      this.whole =
        this.syntax === 'json'
          ? jsonTree(this.lines.text)
          : yamlTree(this.lines.text, isPayload ? { ...rest, features: own } : { ...rest, ...own })
    }
    if (this.read.dialect !== 'growthbook') return this.whole
    return this.whole?.slots.find(({ key }) => key === 'features')?.node
  }

  /** Whether each key at the top begins a line of YAML, so that a part of the text can be read alone. */
  get isInParts(): boolean {
    const { plain } = this.plain
    return (this.inParts ??=
      this.syntax === 'yaml' &&
      this.read.dialect === 'liveflag' &&
      !/^(?:[ \t]*(?:#.*)?\n)*[ \t]*[{[]/.test(plain) &&
      !/^(?:[%?:]|---[ \t]*[^\s#])/m.test(plain) &&
      // All keys of a mapping that is not in braces begin in one column.
      (this.read.keys[0]?.position.column ?? 1) === 1)
  }

  private foundIn(
    parent: Node | undefined,
    key: string,
    lines: Lines,
    base: number,
  ): Found | undefined {
    if (parent === undefined) return undefined
    const slots = this.slotsOf.get(parent) ?? new Map(parent.slots.map((one) => [one.key, one]))
    this.slotsOf.set(parent, slots)
    const slot = slots.get(key)
    return slot && { parent, slot, lines, base }
  }

  /** From the line of the entry's key to that of the next key. */
  private partOf(entry: WrittenEntry | undefined): readonly [start?: number, end?: number] {
    if (entry === undefined) return []
    const { line } = entry.position
    const next = this.read.hasReplaced
      ? (this.linesInOrder().find((at) => at > line) ?? Infinity)
      : this.lineOf(this.indexOf(line) + 1)
    const start = this.lines.startOfLine(line)
    return [start, this.lines.startOfLine(next)]
  }

  /** The line of a key; Infinity behind the last one. Found once: it is counted. */
  private lineOf(index: number): number {
    return (this.keyLines[index] ??= this.read.keys[index]?.position.line ?? Infinity)
  }

  /** Keys that are replaced come last, wherever they are. */
  private linesInOrder(): readonly number[] {
    return (this.sortedLines ??= this.read.keys.map((_, i) => this.lineOf(i)).sort((a, b) => a - b))
  }

  /** The index of the last key that is on this line or before it; -1 when there is none. */
  private indexOf(line: number): number {
    const { keys } = this.read
    let [from, to] = [0, keys.length]
    while (from < to) {
      const middle = (from + to) >> 1
      if (this.lineOf(middle) <= line) from = middle + 1
      else to = middle
    }
    return from - 1
  }
}

function isJson(text: string): boolean {
  if (!/^\s*\{/.test(text)) return false
  try {
    return isJsonObject(JSON.parse(text) as JsonValue)
  } catch {
    return false
  }
}
