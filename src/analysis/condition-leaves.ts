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
  /** Compares by size, or as versions: values between the constants matter, too. */
  readonly isOrdered?: boolean
}

/** Operators whose answer about one value follows from comparing it with constants. */
const COMPARING: ReadonlySet<string> = new Set(
  '$eq $ne $in $nin $ini $nini $exists $type $regex $regexi'.split(' '),
)
const ORDERING: ReadonlySet<string> = new Set(
  '$lt $lte $gt $gte $veq $vne $vlt $vlte $vgt $vgte'.split(' '),
)
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
    this.ask(path, { $in: ids }, ids, false)
  }

  private attribute(path: string, value: JsonValue): void {
    const constants: JsonValue[] = []
    const isOrdered = this.constantsOf(value, constants)
    this.ask(path, value, constants, isOrdered)
  }

  private ask(
    path: string,
    value: JsonValue,
    constants: readonly JsonValue[],
    isOrdered: boolean,
  ): void {
    const asks = { condition: { [path]: value }, groups: this.groups }
    this.leaves.push({ path, constants, asks, isOrdered })
  }

  /** Returns whether some operator compares by size. */
  private constantsOf(value: JsonValue, constants: JsonValue[]): boolean {
    if (!isOperators(value)) {
      if (typeof value === 'object' && value !== null)
        this.whyNot ??= 'it compares an attribute with a whole list or mapping'
      else constants.push(value)
      return false
    }
    let isOrdered = false
    for (const [name, operand] of Object.entries(value)) {
      if (name === '$not') isOrdered = this.constantsOf(operand, constants) || isOrdered
      else if (IN_GROUP.has(name)) constants.push(...this.membersOf(operand))
      else if (COMPARING.has(name) || ORDERING.has(name)) {
        constants.push(...(isJsonList(operand) ? operand : [operand]))
        isOrdered ||= ORDERING.has(name)
      } else this.whyNot ??= `it asks what lists hold (${name})`
    }
    return isOrdered
  }

  private membersOf(id: JsonValue): readonly JsonValue[] {
    const group = own(this.groups, nameOf(id))
    const values = isJsonObject(group) ? own(group, 'values') : group
    return isJsonList(values) ? values : []
  }
}
