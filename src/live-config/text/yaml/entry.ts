import { isAlias, isMap, isScalar, isSeq, type Node } from 'yaml'
import type { JsonValue } from '../../../core/json'
import type { Path, Position } from '../../../core/problem'
import { atOnce, TimeSlice } from '../../../runtime/time-slice'
import { locateInJson } from '../json/locate'
import { sourceOffset } from '../json/source-offset'
import { LocatedEntry } from '../located-entry'
import type { LineIndex } from '../places'
import { startOfContent } from './lines'
import { leafText, SHORT } from './piece'
import { type Leaf, PlainReader } from './plain'
import { Search } from './search'
import {
  contentOffset,
  keyText,
  offsetOf,
  readDocument,
  styleOf,
  type YamlDocument,
} from './document'

/**
 * A piece of YAML and where it begins. Its nodes are large, so they are made again when a place is
 * asked for.
 */
export class YamlText {
  private document: YamlDocument | undefined

  constructor(
    readonly text: string,
    readonly base: number,
    private readonly lines: LineIndex,
  ) {}

  at(offset: number): Position {
    return this.lines.at(this.base + offset)
  }

  /** The value of the key at an offset. */
  valueOf(keyOffset: number): Node | null {
    const document = (this.document ??= readDocument(this.text))
    const root = document.fatal ? null : document.contents
    const pair = isMap(root) ? root.items.find(({ key }) => offsetOf(key) === keyOffset) : undefined
    return pair?.value ?? null
  }
}

export class YamlEntry extends LocatedEntry {
  constructor(
    key: string,
    value: JsonValue,
    private readonly source: YamlText,
    private readonly keyOffset: number,
    readonly text?: string,
  ) {
    super(key, value)
  }

  override get position(): Position {
    return this.source.at(this.keyOffset)
  }

  protected override part(path: Path, target: 'key' | 'value'): Position {
    const { source, keyOffset } = this
    const offset =
      typeof this.value === 'string' || source.text.length <= SHORT
        ? locate(source.text, keyOffset, source.valueOf(keyOffset), path, target)
        : locateByLines(source.text, keyOffset, [this.key, ...path], target)
    return source.at(offset)
  }

  protected override character(index: number): Position {
    const node = this.source.valueOf(this.keyOffset)
    if (!isScalar(node) || typeof node.value !== 'string')
      return node ? this.source.at(offsetOf(node)) : this.position
    return this.source.at(
      sourceOffset(
        this.source.text,
        contentOffset(node, this.source.text),
        styleOf(node),
        node.value,
        index,
      ),
    )
  }
}

/** In a long text: reads it by lines, and by the library no more than the member that holds the place. */
function locateByLines(
  text: string,
  keyOffset: number,
  path: Path,
  target: 'key' | 'value',
): number {
  const search = new Search(path)
  let held: { readonly leaf: Leaf; readonly steps: number } | undefined
  const reader = new PlainReader(
    text,
    new TimeSlice(),
    (leaf) => {
      if (search.isOnPath) held = { leaf, steps: search.steps.length }
      return null
    },
    search,
  )
  atOnce(reader.members(startOfContent(text, 0, text.length)))
  const last = search.steps.at(-1)
  if (held) return inLeaf(text, held.leaf, path.slice(held.steps), target)
  if (!last) return keyOffset
  return target === 'value' && search.steps.length === path.length && last.value < text.length
    ? last.value
    : last.name
}

function inLeaf(text: string, leaf: Leaf, path: Path, target: 'key' | 'value'): number {
  const piece = leafText(text, leaf)
  const node = nodeOf(readDocument(piece))
  return leaf.start - leaf.column + locate(piece, leaf.column, node, path, target)
}

function nodeOf(document: YamlDocument): unknown {
  const contents = document.fatal ? null : document.contents
  return isMap(contents)
    ? contents.items[0]?.value
    : isSeq(contents)
      ? contents.items[0]
      : undefined
}

function locate(
  text: string,
  keyOffset: number,
  value: unknown,
  path: Path,
  target: 'key' | 'value',
): number {
  let name = keyOffset
  let node = value
  for (const [i, step] of path.entries()) {
    const child = childOf(node, step)
    if (!child) return inText(text, node, path.slice(i), target) ?? name
    name = child.name
    node = child.node
  }
  return target === 'key' ? name : (startOf(node) ?? name)
}

function childOf(
  node: unknown,
  step: string | number,
): { readonly name: number; readonly node: unknown } | undefined {
  if (isSeq(node)) {
    const item = typeof step === 'number' ? node.items[step] : undefined
    const start = startOf(item)
    return start === undefined ? undefined : { name: start, node: item }
  }
  const pair = isMap(node)
    ? node.items.findLast(({ key }) => keyText(key) === String(step))
    : undefined
  return pair && { name: startOf(pair.key) ?? 0, node: pair.value }
}

/** Returns undefined when nothing is written there. */
function startOf(node: unknown): number | undefined {
  if (isScalar(node)) return node.value === null && !node.source ? undefined : offsetOf(node)
  return isMap(node) || isSeq(node) || isAlias(node) ? offsetOf(node) : undefined
}

/** Follows the path into a text that is itself JSON. */
function inText(
  text: string,
  node: unknown,
  rest: Path,
  target: 'key' | 'value',
): number | undefined {
  if (!isScalar(node) || typeof node.value !== 'string') return undefined
  const inner = locateInJson(node.value, rest, target)
  return inner === undefined
    ? undefined
    : sourceOffset(text, contentOffset(node, text), styleOf(node), node.value, inner)
}
