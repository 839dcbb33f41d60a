import type { AttributeReader, SavedGroup } from '../core/definitions'
import { isJsonObject, type JsonValue, kindOf, own } from '../core/json'
import type { Path } from '../core/problem'
import { type ConditionContext, type Holds, NEVER, ofAny } from './operator'
import { attributePath } from './paths'

/** Where a group is referred to. */
interface Place extends ConditionContext {
  readonly path: Path
}

/** The named group; undefined, and reported, when there is none. */
export function groupNamed(id: string, { groups, path, report }: Place): SavedGroup | undefined {
  const group = groups(id)
  if (group === undefined)
    report({
      code: 'unknown-key',
      path,
      message: `there is no saved group ${id}; nobody is in it`,
    })
  return group
}

/**
 * `$savedGroup: { id, attributeKey }`: whether the visitor is in a group that itself says what it
 * applies to. A malformed reference matches nobody; so does a list that does not say whose values
 * it has, even where the reference does.
 */
export function compileGroup(reference: JsonValue, place: Place): Holds<AttributeReader> {
  const wrong = (message: string): Holds<AttributeReader> => {
    place.report({ code: 'bad-type', path: place.path, message })
    return NEVER
  }
  const id = isJsonObject(reference) ? own(reference, 'id') : undefined
  const asked = isJsonObject(reference) ? own(reference, 'attributeKey') : undefined
  if (typeof id !== 'string')
    return wrong(
      `$savedGroup is ${kindOf(reference)}; write a mapping with the id of a saved group`,
    )
  if (asked !== undefined && typeof asked !== 'string')
    return wrong(`attributeKey is ${kindOf(asked)}; write the name of an attribute`)
  const group = groupNamed(id, place)
  if (group === undefined) return NEVER
  if (group.holds) return group.holds
  if (!group.isMember) return wrong(`saved group ${id} ${group.problem ?? 'cannot be read'}`)
  if (group.bare)
    return wrong(`saved group ${id} is a bare list; ask for it by $inGroup, of an attribute`)
  const attribute = asked ?? group.attribute
  if (attribute === undefined)
    return wrong(`saved group ${id} does not say which attribute it lists; write attributeKey`)
  const read = attributePath(attribute)
  const isMember = ofAny(group.isMember)
  return (attributes) => isMember(read(attributes))
}

/** A saved group that a condition asks; `isTyped`: as one that says itself to whom it applies. */
export interface GroupAsked {
  readonly id: string
  readonly isTyped: boolean
}

/** Every saved group that a condition, or a rule, asks. */
export function groupsAsked(condition: JsonValue | undefined): readonly GroupAsked[] {
  if (typeof condition !== 'object' || condition === null) return []
  return Object.entries<JsonValue>(condition).flatMap(([key, inner]) => {
    const isTyped = key === '$savedGroup'
    const isAsked = isTyped || key === '$inGroup' || key === '$notInGroup'
    const id = isTyped && isJsonObject(inner) ? own(inner, 'id') : inner
    return isAsked && typeof id === 'string' ? [{ id, isTyped }] : groupsAsked(inner)
  })
}
