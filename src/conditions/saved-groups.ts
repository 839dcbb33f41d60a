import type { PatternCompiler, SavedGroup, SavedGroups } from '../core/definitions'
import { isJsonList, isJsonObject, type JsonObject, type JsonValue, own } from '../core/json'
import { compileCondition, type Condition } from './condition'
import { memberOf, type Visiting } from './operator'
import { excess } from './size'

/** How many groups may be nested through their conditions. */
const MOST_LEVELS = 10
/**
 * References that are followed for one group, repeats included: two in each of ten nested groups
 * are a thousand.
 */
const MOST_REFERENCES = 2000

/**
 * The groups of one payload: plain lists, and the groups of SDK 1.8 and later, which have a type.
 * Each is prepared once, when it is first referred to.
 */
export function prepareSavedGroups(
  groups: JsonObject,
  patterns: PatternCompiler,
  visiting: Visiting = {},
): SavedGroups {
  const prepared = new Map<string, SavedGroup | undefined>()
  const references = new Map<string, readonly string[]>()
  const leadsTo = (id: string): readonly string[] => {
    const known = references.get(id) ?? referencesIn(conditionOf(own(groups, id)))
    references.set(id, known)
    return known
  }
  const named: SavedGroups = (id) => {
    if (!prepared.has(id))
      prepared.set(
        id,
        prepare(
          own(groups, id),
          () => circleOf(id, leadsTo),
          (condition) => compileCondition(condition, context),
          visiting,
        ),
      )
    return prepared.get(id)
  }
  const context = { groups: named, patterns, report: () => undefined }
  return named
}

function prepare(
  group: JsonValue | undefined,
  circle: () => string | undefined,
  compile: (condition: JsonObject) => Condition,
  visiting: Visiting,
): SavedGroup | undefined {
  if (group === undefined) return undefined
  const values = valuesOf(group)
  if (values && isJsonList(group)) return { isMember: memberOf(values, visiting), bare: true }
  const { type, attributeKey } = isJsonObject(group) ? group : {}
  if (values)
    return {
      isMember: memberOf(values, visiting),
      ...(typeof attributeKey === 'string' && { attribute: attributeKey }),
    }
  const condition = conditionOf(group)
  if (!condition)
    return {
      problem:
        type === 'refused'
          ? 'was refused; fix it where it is defined'
          : 'is neither a list nor a condition; write a list of texts and numbers',
    }
  const problem = circle()
  if (problem !== undefined) return { problem }
  let compiled: Condition | undefined
  return { holds: (attributes) => (compiled ??= compile(condition))(attributes) }
}

function valuesOf(group: JsonValue | undefined): readonly JsonValue[] | undefined {
  if (isJsonList(group)) return group
  const { type, values } = isJsonObject(group) ? group : {}
  return type === 'list' && isJsonList(values) ? values : undefined
}

/** Whether a group is a list whose set takes long to build. */
export const isLongList = (group: JsonValue | undefined): boolean =>
  (valuesOf(group)?.length ?? 0) > 500

/** The condition of a group; undefined of a list. */
export function conditionOf(group: JsonValue | undefined): JsonObject | undefined {
  const { type, condition } = isJsonObject(group) ? group : {}
  return type === 'condition' && isJsonObject(condition) ? condition : undefined
}

/** The ids of the groups that a condition refers to. */
function referencesIn(condition: JsonValue | undefined): readonly string[] {
  if (condition === undefined || excess(condition) !== undefined) return []
  const found: string[] = []
  const visit = (value: JsonValue): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, inner] of Object.entries<JsonValue>(value)) {
      const id = key === '$savedGroup' && isJsonObject(inner) ? inner.id : undefined
      if (typeof id === 'string') found.push(id)
      visit(inner)
    }
  }
  visit(condition)
  return found
}

/**
 * Why a group's condition cannot be evaluated: it refers back to itself, or to more groups than can
 * be evaluated in time.
 */
function circleOf(start: string, leadsTo: (id: string) => readonly string[]): string | undefined {
  let followed = 0
  const follow = (id: string, path: readonly string[]): string | undefined => {
    if (path.length > MOST_LEVELS)
      return `leads through more than ${MOST_LEVELS} others, one within the other; flatten it`
    for (const next of leadsTo(id)) {
      if (next === start)
        return `leads back to itself by way of ${[...path, id, next].join(', ')}; cut the circle`
      // A circle that does not include this group is reported for the groups in it.
      if (++followed > MOST_REFERENCES)
        return `refers to others more than ${MOST_REFERENCES} times, theirs included; write it more simply`
      const problem = path.includes(next) ? undefined : follow(next, [...path, id])
      if (problem !== undefined) return problem
    }
    return undefined
  }
  return follow(start, [])
}
