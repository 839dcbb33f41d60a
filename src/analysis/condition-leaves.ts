import { isOperators } from '../conditions/operator'
import { conditionOf } from '../conditions/saved-groups'
import { nameOf } from '../core/coercion'
import { isJsonList, isJsonObject, type JsonObject, type JsonValue, own } from '../core/json'

/** A question about one attribute that a condition asks. */
export interface Leaf {
  /** As conditions name it: `country`, `company.size`. */
  readonly path: string
  /** The attribute's values that the question tells apart. */
  readonly constants: readonly JsonValue[]
  /** The question itself, as a condition or as CEL. */
  readonly asks:
    { readonly condition: JsonObject; readonly groups: JsonObject } | { readonly targeting: string }
  /** What the answer depends on besides what the value is equal to. */
  readonly compares: ReadonlySet<Comparison>
  /** Each part of the question that any member of a list may answer, as a condition. */
  readonly ofMembers: readonly JsonObject[]
}

/**
 * What an answer may depend on: `size` as numbers, `number`: equality with one by JavaScript's
 * coercion, `text`: order of texts, `case`: texts but for it, `member`: what any member of a list
 * answers, `whole`: whether the value is a list.
 */
export type Comparison =
  'size' | 'number' | 'text' | 'version' | 'case' | 'pattern' | 'type' | 'member' | 'whole'

const VERSIONS = ['whole', 'version'] as const

const ASKED: Readonly<Record<string, readonly Comparison[]>> = {
  $eq: ['whole'],
  $ne: ['whole'],
  $exists: [],
  $in: ['member'],
  $nin: ['member'],
  $ini: ['member', 'case'],
  $nini: ['member', 'case'],
  $inGroup: ['member'],
  $notInGroup: ['member'],
  $type: ['whole', 'type'],
  $regex: ['pattern'],
  $regexi: ['pattern'],
  $veq: VERSIONS,
  $vne: VERSIONS,
  $vlt: VERSIONS,
  $vlte: VERSIONS,
  $vgt: VERSIONS,
  $vgte: VERSIONS,
}

/** Compare two texts as texts, and anything else as numbers. */
const ORDERING: ReadonlySet<string> = new Set(['$lt', '$lte', '$gt', '$gte'])
const IN_GROUP: ReadonlySet<string> = new Set(['$inGroup', '$notInGroup'])
const LISTS: ReadonlySet<string> = new Set(['$and', '$or', '$nor'])

/** Collects what conditions ask, through the groups that they name. */
export class LeafCollector {
  readonly leaves: Leaf[] = []
  /** Why not everything can be enumerated; completes a sentence. */
  whyNot: string | undefined
  private readonly followed = new Set<string>()

  constructor(private readonly groups: JsonObject) {}

  condition(condition: JsonValue | undefined): void {
    if (!isJsonObject(condition)) return
    for (const [key, value] of Object.entries(condition)) {
      if (LISTS.has(key)) (isJsonList(value) ? value : []).forEach((one) => this.condition(one))
      else if (key === '$not') this.condition(value)
      else if (key === '$savedGroup') this.group(isJsonObject(value) ? own(value, 'id') : undefined)
      else this.attribute(key, value)
    }
  }

  /** A segment or saved group by name; `by` is the attribute that is looked up in a list. */
  group(name: JsonValue | undefined, by?: string): void {
    const group = own(this.groups, nameOf(name))
    if (group === undefined) return
    const condition = conditionOf(group)
    if (condition) {
      const key = nameOf(name)
      if (this.followed.has(key)) return
      this.followed.add(key)
      return this.condition(condition)
    }
    const { values = group, attributeKey } = isJsonObject(group) ? group : {}
    const path = by ?? (typeof attributeKey === 'string' ? attributeKey : 'id')
    const list = isJsonList(values) ? values : []
    // Ids of a segment are compared as text, so both forms are asked.
    const ids = list.flatMap((id): readonly JsonValue[] =>
      typeof id === 'number' ? [id, String(id)] : [id],
    )
    this.attribute(path, { $in: ids })
  }

  private attribute(path: string, value: JsonValue): void {
    const parts: Parts = { constants: [], compares: new Set(), ofMembers: [] }
    this.collect(path, value, parts)
    const asks = { condition: { [path]: value }, groups: this.groups }
    this.leaves.push({ path, asks, ...parts })
  }

  private collect(path: string, value: JsonValue, parts: Parts): void {
    const { constants, compares, ofMembers } = parts
    if (!isOperators(value)) {
      if (typeof value === 'object' && value !== null)
        this.whyNot ??= 'it compares an attribute with a whole list or mapping'
      if (typeof value === 'number') compares.add('number')
      constants.push(value)
      return
    }
    for (const [name, operand] of Object.entries(value)) {
      if (name === '$not') {
        this.collect(path, operand, parts)
        continue
      }
      const asked = ORDERING.has(name) ? orderOf(operand) : own(ASKED, name)
      if (asked === undefined) this.whyNot ??= `it asks what lists hold (${name})`
      for (const one of asked ?? []) compares.add(one)
      if (asked?.includes('member')) ofMembers.push({ [path]: { [name]: operand } })
      if (IN_GROUP.has(name)) constants.push(...this.membersOf(operand))
      else constants.push(...(isJsonList(operand) ? operand : [operand]))
    }
  }

  private membersOf(id: JsonValue): readonly JsonValue[] {
    const group = own(this.groups, nameOf(id))
    const values = isJsonObject(group) ? own(group, 'values') : group
    return isJsonList(values) ? values : []
  }
}

interface Parts {
  readonly constants: JsonValue[]
  readonly compares: Set<Comparison>
  readonly ofMembers: JsonObject[]
}

const orderOf = (operand: JsonValue): readonly Comparison[] => [
  'whole',
  typeof operand === 'string' ? 'text' : 'size',
]
