import { compileCondition } from '../../conditions/condition'
import { conditionOf, prepareSavedGroups } from '../../conditions/saved-groups'
import { notAsItLooks } from '../../core/hidden-characters'
import type { PatternCompiler } from '../../core/definitions'
import {
  isJsonList,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  kindOf,
  own,
} from '../../core/json'
import type { EntryProblem } from '../../core/selector'
import type { TimeSlice } from '../../runtime/time-slice'
import { MERGE, mergeKeyIn, mergesNothing, shapeProblem } from './shape'

/** The attribute that a list of ids is about: the user's id, unless the World says otherwise. */
const ID = 'id'

/**
 * Segments in the shape of saved groups, and their problems; a problem's path begins with the
 * segment's name.
 */
export interface Segments {
  readonly groups: JsonObject
  readonly problems: readonly EntryProblem[]
}

/**
 * Reads `segments`: by name, a list of ids or a condition. One that is refused is left out. Yields
 * between slices.
 */
export function* readSegments(
  value: JsonValue | undefined,
  saved: JsonObject,
  patterns: PatternCompiler,
  slice: TimeSlice,
): Generator<void, Segments> {
  if (value === undefined) return { groups: {}, problems: [] }
  if (!isJsonObject(value))
    return {
      groups: {},
      problems: [
        bad(
          [],
          `segments is ${kindOf(value)}; write a mapping from names to lists of ids or to conditions`,
        ),
      ],
    }
  const problems: EntryProblem[] = []
  const read: [string, JsonObject][] = []
  for (const [name, members] of Object.entries(value)) {
    if (slice.isOver()) yield
    const problem = Object.hasOwn(saved, name) ? twice(name) : problemOf(name, members)
    if (problem) problems.push(problem)
    else read.push([name, groupOf(members)])
    const hidden = problem ? undefined : hiddenIdOf(name, members)
    if (hidden) problems.push(hidden)
  }
  const groups = Object.fromEntries(read)
  const ofConditions = problemsOfConditions(groups, { ...saved, ...groups }, patterns, slice)
  const found = [...problems, ...(yield* ofConditions)]
  const refused = new Set(
    found.filter(({ severity }) => severity !== 'warning').map(({ path }) => path?.[0]),
  )
  return {
    groups: Object.fromEntries(Object.entries(groups).filter(([name]) => !refused.has(name))),
    problems: found,
  }
}

/**
 * The problems of groups that are conditions, which may refer to all groups. Yields between slices.
 */
export function* problemsOfConditions(
  groups: JsonObject,
  all: JsonObject,
  patterns: PatternCompiler,
  slice: TimeSlice,
): Generator<void, readonly EntryProblem[]> {
  const problems: EntryProblem[] = []
  const named = prepareSavedGroups(all, patterns)
  for (const [name, group] of Object.entries(groups)) {
    if (slice.isOver()) yield
    const condition = conditionOf(group)
    const merge = name === MERGE ? [] : condition && mergeKeyIn(condition)
    if (merge) problems.push(mergesNothing([name, ...merge]))
    const problem = condition && named(name)?.problem
    if (problem !== undefined) problems.push(bad([name], `segment ${name} ${problem}`))
    else if (condition)
      compileCondition(condition, {
        groups: named,
        patterns,
        report: (problem) => problems.push({ ...problem, path: [name, ...(problem.path ?? [])] }),
      })
  }
  return problems
}

function problemOf(name: string, members: JsonValue): EntryProblem | undefined {
  if (name === MERGE) return mergesNothing([name])
  const shape = shapeProblem(members, 'segment')
  if (shape?.code === 'too-large' || shape?.code === 'too-deep') return { ...shape, path: [name] }
  if (isJsonObject(members)) return undefined
  if (!isJsonList(members))
    return bad(
      [name],
      `segment ${name} is ${kindOf(members)}; write a list of ids, or a condition such as {country: NZ}`,
    )
  const odd = members.findIndex((id) => typeof id !== 'string')
  return odd < 0
    ? undefined
    : bad(
        [name, odd],
        `segment ${name} has ${kindOf(members[odd])} at position ${odd + 1}; every id must be text, in quotes if need be`,
      )
}

/** The first id that is not what it looks like, such as one with a character that nobody sees. */
function hiddenIdOf(name: string, members: JsonValue): EntryProblem | undefined {
  const ids = isJsonList(members) ? members : []
  for (const [i, id] of ids.entries()) {
    const message = typeof id === 'string' ? notAsItLooks(id) : undefined
    if (message)
      return {
        code: 'hidden-character',
        severity: 'warning',
        path: [name, i],
        at: 'value',
        message,
      }
  }
  return undefined
}

const groupOf = (members: JsonValue): JsonObject =>
  isJsonList(members)
    ? { type: 'list', attributeKey: ID, values: members }
    : { type: 'condition', condition: members }

const twice = (name: string): EntryProblem => ({
  code: 'duplicate-key',
  path: [name],
  at: 'key',
  message: `${name} is a saved group already; give the segment another name`,
})

const bad = (path: NonNullable<EntryProblem['path']>, message: string): EntryProblem => ({
  code: 'bad-type',
  path,
  message,
})

/** Takes the place of a segment or saved group that is refused and has no good version. */
const REFUSED: JsonObject = { type: 'refused' }

/** The saved groups in force: one with a problem keeps its definition of before. */
export function heldGroups(
  written: JsonObject,
  problems: readonly EntryProblem[],
  before: JsonObject,
): JsonObject {
  const refused = new Set(
    problems.filter(({ severity }) => severity !== 'warning').map(({ path }) => path?.[0]),
  )
  return Object.fromEntries(
    Object.entries(written).map(([name, group]): [string, JsonValue] => [
      name,
      refused.has(name) ? (own(before, name) ?? REFUSED) : group,
    ]),
  )
}

/**
 * The segments in force: a refused one keeps its good definition of before, when `badEntry` is
 * `hold`.
 */
export function heldSegments(
  value: JsonValue | undefined,
  { groups }: Segments,
  saved: JsonObject,
  before: JsonObject,
  hold: boolean,
): JsonObject {
  if (value !== undefined && !isJsonObject(value)) return hold ? before : {}
  const refused = Object.keys(value ?? {}).filter(
    (name) => !Object.hasOwn(groups, name) && !Object.hasOwn(saved, name),
  )
  return {
    ...groups,
    ...Object.fromEntries(
      refused.map((name): [string, JsonValue] => [
        name,
        (hold ? own(before, name) : undefined) ?? REFUSED,
      ]),
    ),
  }
}
