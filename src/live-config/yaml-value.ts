import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml'
import type { JsonValue } from '../core/json'
import { detached } from './detached'
import { MAX_TEXT_DEPTH } from './nesting'
import { duplicateKey, type Unplaced } from './unplaced'
import type { Anchors } from './yaml-anchors'
import { hasCoreTag, keyText, offsetOf } from './yaml-node'

/** Nodes to JSON values, in the order of the text. What JSON cannot say becomes null and a problem. */
export class YamlDecoder {
  readonly problems: Unplaced[] = []
  /** True when an anchor or alias ties this piece to others. */
  tied = false
  private readonly within: Node[] = []
  /** The outermost alias being expanded: what is wrong with what it stands for is reported there. */
  private expanding: Alias | undefined

  constructor(private readonly anchors: Anchors) {}

  value(node: unknown): JsonValue {
    if (isAlias(node)) return this.alias(node)
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) return null
    if (this.expanding) this.anchors.spend()
    if (this.anchors.spent) return null
    this.nameAnchor(node)
    if (!hasCoreTag(node)) return this.refuse(node, 'bad-type', `the tag ${node.tag ?? ''} makes no JSON value of this; remove the tag`)
    return isScalar(node) ? this.scalar(node) : this.collection(node)
  }

  refuse(node: Node, code: Unplaced['code'], message: Unplaced['message']): null {
    this.problems.push({ code, severity: 'error', message, offset: offsetOf(this.expanding ?? node) })
    return null
  }

  /** The text of a key that can be one; a problem and undefined otherwise. */
  key(pair: { readonly key: unknown }, holder: Node): string | undefined {
    const { key } = pair
    if (isScalar(key)) this.nameAnchor(key)
    const text = keyText(key)
    if (text !== undefined) return detached(text)
    const place = isScalar(key) || isMap(key) || isSeq(key) || isAlias(key) ? key : holder
    this.refuse(place, 'bad-type', 'a key must be plain text; write a word, or a text in quotes, before the colon')
    return undefined
  }

  private scalar(node: Scalar): JsonValue {
    const { value } = node
    if (typeof value === 'string') return detached(value)
    if (typeof value === 'boolean' || value === null) return value
    if (typeof value === 'number' && Number.isFinite(value)) return value
    return this.refuse(node, 'bad-type', 'JSON knows no infinity and no NaN; write a number')
  }

  private collection(node: YAMLMap | YAMLSeq): JsonValue {
    if (this.within.length >= MAX_TEXT_DEPTH) return this.refuse(node, 'too-deep', `the value is nested more than ${MAX_TEXT_DEPTH} levels deep; flatten it`)
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
    // It defines members and assigns none, so that `__proto__` is a key like any other, and the last of a key wins.
    return Object.fromEntries(members)
  }

  private alias(alias: Alias): JsonValue {
    this.tied = true
    const node = this.anchors.resolve(alias, this.expanding !== undefined)
    if (!node) return this.refuse(alias, 'bad-type', `no anchor &${alias.source} stands before this alias; add it, or put quotes around the text`)
    if (this.within.includes(node)) return this.refuse(alias, 'bad-type', `*${alias.source} stands inside what it names, without end; write the value out`)
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
