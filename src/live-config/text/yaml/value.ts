import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import type { JsonValue } from '../../../core/json'
import { MAX_TEXT_DEPTH } from '../limits'
import { numberProblem } from '../numbers'
import { detached } from '../detached'
import { duplicateKey, empty, notAMapping, type Unplaced } from '../places'
import { hasCoreTag, keyText, offsetOf, readDocument } from './document'

/** The nodes that `&name` has named so far, over all pieces of a text. */
export class Anchors {
  private readonly named = new Map<string, Node>()
  /** The node that an alias means: what its name named at the alias, not where it is expanded. */
  private readonly meant = new WeakMap<Alias, Node>()
  /**
   * How many nodes aliases may still expand to: a few lines of aliases of aliases can expand to
   * billions.
   */
  private budget = 1_000_000

  get spent(): boolean {
    return this.budget < 0
  }

  spend(): void {
    this.budget--
  }

  name(anchor: string, node: Node): void {
    this.named.set(anchor, node)
  }

  resolve(alias: Alias, whileExpanding: boolean): Node | undefined {
    if (whileExpanding) return this.meant.get(alias)
    const node = this.named.get(alias.source)
    if (node) this.meant.set(alias, node)
    return node
  }
}

/**
 * Turns nodes into JSON values, in the order of the text. What JSON cannot say becomes null and a
 * problem.
 */
class YamlDecoder {
  readonly problems: Unplaced[] = []
  /** True when an anchor or alias connects this piece to others. */
  tied = false
  private readonly within: Node[] = []
  /** The outermost alias that is being expanded; problems inside it are reported there. */
  private expanding: Alias | undefined

  constructor(private readonly anchors: Anchors) {}

  value(node: unknown): JsonValue {
    if (isAlias(node)) return this.alias(node)
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) return null
    if (this.expanding) this.anchors.spend()
    if (this.anchors.spent) return null
    this.nameAnchor(node)
    if (!hasCoreTag(node))
      return this.refuse(
        node,
        'bad-type',
        `the tag ${node.tag ?? ''} makes no JSON value of this; remove the tag`,
      )
    return isScalar(node) ? this.scalar(node) : this.collection(node)
  }

  refuse(node: Node, code: Unplaced['code'], message: Unplaced['message']): null {
    this.problems.push({
      code,
      severity: 'error',
      message,
      offset: offsetOf(this.expanding ?? node),
    })
    return null
  }

  /** The text of a key that can be one; a problem and undefined otherwise. */
  key(pair: { readonly key: unknown }, holder: Node): string | undefined {
    const { key } = pair
    if (isScalar(key)) this.nameAnchor(key)
    const text = keyText(key)
    if (text !== undefined) return detached(text)
    const place = isScalar(key) || isMap(key) || isSeq(key) || isAlias(key) ? key : holder
    this.refuse(
      place,
      'bad-type',
      'a key must be plain text; write a word, or a text in quotes, before the colon',
    )
    return undefined
  }

  private scalar(node: Scalar): JsonValue {
    const { value } = node
    if (typeof value === 'string') return detached(value)
    if (typeof value === 'boolean' || value === null) return value
    if (typeof value === 'number' && Number.isFinite(value)) return this.number(node, value)
    return this.refuse(node, 'bad-type', 'JSON knows no infinity and no NaN; write a number')
  }

  private number(node: Scalar, value: number): number {
    const problem = numberProblem(node.source ?? '', offsetOf(this.expanding ?? node))
    if (problem) this.problems.push(problem)
    return value
  }

  private collection(node: YAMLMap | YAMLSeq): JsonValue {
    if (this.within.length >= MAX_TEXT_DEPTH)
      return this.refuse(
        node,
        'too-deep',
        `the value is nested more than ${MAX_TEXT_DEPTH} levels deep; flatten it`,
      )
    this.within.push(node)
    const value = isMap(node) ? this.mapping(node) : node.items.map((item) => this.value(item))
    this.within.pop()
    return value
  }

  private mapping(map: YAMLMap): JsonValue {
    const seen = new Map<string, number>()
    const members: [string, JsonValue][] = []
    for (const pair of map.items) {
      const key = this.key(pair, map)
      const value = this.value(pair.value)
      if (key === undefined) continue
      const offset = isScalar(pair.key) ? offsetOf(pair.key) : 0
      const first = seen.get(key)
      if (first === undefined) seen.set(key, offset)
      else if (!this.expanding) this.problems.push(duplicateKey(key, first, offset))
      members.push([key, value])
    }
    // It defines members and assigns none, so that `__proto__` is a key like any other, and the
    // last of a key wins.
    return Object.fromEntries(members)
  }

  private alias(alias: Alias): JsonValue {
    this.tied = true
    const node = this.anchors.resolve(alias, this.expanding !== undefined)
    if (!node)
      return this.refuse(
        alias,
        'bad-type',
        `no anchor &${alias.source} is before this alias; add it, or put quotes around the text`,
      )
    if (this.within.includes(node))
      return this.refuse(
        alias,
        'bad-type',
        `*${alias.source} is inside what it names, without end; write the value out`,
      )
    const outermost = this.expanding
    this.expanding ??= alias
    const value = this.value(node)
    this.expanding = outermost
    return value
  }

  private nameAnchor(node: Node & { anchor?: string }): void {
    if (node.anchor === undefined || this.expanding) return
    this.tied = true
    this.anchors.name(node.anchor, node)
  }
}

export interface YamlMember {
  readonly key: string
  readonly offset: number
  readonly value: JsonValue
}

/** A problem and the top-level key that it is in. */
interface PieceProblem extends Unplaced {
  readonly key: string | undefined
}

/** The value of a piece of YAML, all places counted from the piece's start. */
export interface Piece {
  readonly members: readonly YamlMember[]
  readonly problems: readonly PieceProblem[]
  /** True when what the piece means depends on others, or theirs on it. */
  readonly tied: boolean
  readonly fatal?: Unplaced
}

/** The value of a text that is one member of a mapping, or one item of a list. */
export function readNode(
  text: string,
  anchors: Anchors,
): Pick<Piece, 'tied'> & {
  readonly value?: JsonValue
  readonly problems: readonly Unplaced[]
  readonly fatal?: Unplaced
} {
  const document = readDocument(text)
  if (document.fatal) return { problems: [], tied: false, fatal: document.fatal }
  const [node, ...others] = itemsOf(document.contents)
  if (node === undefined || others.length > 0) return { problems: [], tied: false }
  const decoder = new YamlDecoder(anchors)
  const value = decoder.value(node.value)
  const read = { value, problems: decoder.problems, tied: decoder.tied }
  return anchors.spent ? { ...read, fatal: tooManyAliases(0) } : read
}

function itemsOf(contents: Node | null): readonly { readonly value: unknown }[] {
  if (isMap(contents)) return contents.items
  return isSeq(contents) ? contents.items.map((value) => ({ value })) : []
}

export function readPiece(text: string, anchors: Anchors): Piece {
  const document = readDocument(text)
  if (document.fatal) return broken(document.fatal)
  const { contents } = document
  const decoder = new YamlDecoder(anchors)
  if (!isMap(contents))
    return broken(
      isNothing(contents)
        ? empty('yaml')
        : notAMapping(decoder.value(contents), offsetOf(contents)),
    )
  const members: YamlMember[] = []
  const problems: PieceProblem[] = []
  for (const pair of contents.items) {
    const key = decoder.key(pair, contents)
    const value = decoder.value(pair.value)
    for (const problem of decoder.problems.splice(0)) problems.push({ ...problem, key })
    if (key !== undefined) members.push({ key, value, offset: offsetOf(pair.key) })
  }
  const piece = { members, problems, tied: decoder.tied }
  return anchors.spent ? { ...piece, fatal: tooManyAliases(members.at(-1)?.offset ?? 0) } : piece
}

const broken = (fatal: Unplaced): Piece => ({ members: [], problems: [], tied: false, fatal })

const isNothing = (contents: Node | null): contents is null =>
  contents === null ||
  (isScalar(contents) && contents.value === null && keyText(contents) === undefined)

/** The problem of a line that is no key. */
export function noPair(text: string): Unplaced {
  const found = JSON.stringify(text.split('\n', 1)[0]?.slice(0, 40))
  const message = `found ${found} where a "key: value" line is needed; add the colon and the value, or indent the line to go on with the one above`
  return { code: 'syntax', severity: 'error', message, offset: 0 }
}

const tooManyAliases = (offset: number): Unplaced => ({
  code: 'too-large',
  severity: 'error',
  message: 'the aliases expand to more than a million values; write fewer aliases of aliases',
  offset,
})
