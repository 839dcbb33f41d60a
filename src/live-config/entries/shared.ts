import { lazyPatterns, lazyTargeting } from '../../conditions/lazy'
import { isLongList, prepareSavedGroups } from '../../conditions/saved-groups'
import type { PatternCompiler, SavedGroups, SharedDefinitions } from '../../core/definitions'
import {
  isJsonObject,
  jsonEqual,
  type JsonObject,
  type JsonValue,
  kindOf,
  own,
} from '../../core/json'
import type { EntryProblem } from '../../core/selector'
import { LongLists } from '../../runtime/long-lists'
import { atOnce, TimeSlice } from '../../runtime/time-slice'
import type { Document } from '../dialects/dialect'
import type { TextProblem } from '../text/entry'
import { heldGroups, heldSegments, problemsOfConditions, readSegments } from './segments'

/** The definitions that a content's features share, as written and as compiled. */
export interface Shared {
  /** By name, in GrowthBook's shape: saved groups and segments. */
  readonly groups: JsonObject
  readonly bandits: JsonObject
  readonly definitions: SharedDefinitions
  /** The groups that are segments. */
  readonly segments: JsonObject
  /** The problems of the definitions; each path begins with the key at the top of the content. */
  readonly problems: readonly EntryProblem[]
  readonly written: Written
}

/** The definitions as the content has them. */
type Written = Readonly<
  Record<'savedGroups' | 'segments' | 'contextualBandits', JsonValue | undefined>
>

const NOTHING: JsonObject = {}
const UNWRITTEN: Written = {
  savedGroups: undefined,
  segments: undefined,
  contextualBandits: undefined,
}

/** How definitions are read: see `Semantics`. */
interface Reading {
  readonly compat: 'liveflag' | 'r2'
  readonly badEntry: 'hold' | 'off'
}

/**
 * The saved groups, segments and bandits of a content. Returns those of before when they are equal,
 * so that features stay compiled. `segments` is read in liveflag's own live configs only: in r2 and
 * in GrowthBook it is an unknown key. Yields between slices.
 */
export function* sharedOf(
  document: Document,
  before: Shared = NOTHING_SHARED,
  { compat, badEntry }: Reading,
): Generator<void, Shared> {
  const isOwn = compat === 'liveflag' && readsSegments(document)
  const written: Written = {
    savedGroups: valueAt(document, 'savedGroups'),
    segments: isOwn ? decodedValueAt(document, 'segments') : undefined,
    contextualBandits: valueAt(document, 'contextualBandits'),
  }
  const same = (key: keyof Written): boolean => jsonEqual(written[key], before.written[key])
  if (same('savedGroups') && same('segments') && same('contextualBandits')) return before
  return yield* prepare(written, before, badEntry === 'hold', isOwn)
}

/** Whether a content is liveflag's own live config, and not a GrowthBook payload. */
export const readsSegments = ({ dialect }: Document): boolean => dialect === 'liveflag'

function* prepare(
  written: Written,
  before: Pick<Shared, 'segments'> & Partial<Shared>,
  holds: boolean,
  isOwn: boolean,
): Generator<void, Shared> {
  const slice = new TimeSlice()
  const patterns = lazyPatterns()
  const groupsWritten = mappingOf(written.savedGroups)
  const bandits = mappingOf(written.contextualBandits)
  const read = yield* readSegments(written.segments, groupsWritten, patterns, slice)
  const segments = heldSegments(written.segments, read, groupsWritten, before.segments, holds)
  const all = { ...groupsWritten, ...segments }
  const found = yield* problemsOfConditions(groupsWritten, all, patterns, slice)
  const old = before.groups ?? NOTHING
  const saved = isOwn ? heldGroups(groupsWritten, found, holds ? old : NOTHING) : groupsWritten
  const groups = unchangedFrom(old, { ...saved, ...segments })
  yield
  const named = yield* preparedGroups(groups, patterns, slice)
  return {
    groups,
    bandits,
    segments,
    problems: [
      ...unread(written, isOwn),
      ...under('savedGroups', isOwn ? found : found.map(asWarning)),
      ...under('segments', read.problems),
    ],
    written,
    definitions: {
      groups: named,
      bandit: (id) => own(bandits, id),
      patterns,
      targeting: lazyTargeting(),
    },
  }
}

/** The groups by name; the sets of long lists are built now, and not when the first visitor comes. */
function* preparedGroups(
  groups: JsonObject,
  patterns: PatternCompiler,
  slice: TimeSlice,
): Generator<void, SavedGroups> {
  const lists = new LongLists()
  const named = prepareSavedGroups(groups, patterns, lists)
  for (const name of Object.keys(groups)) if (isLongList(own(groups, name))) named(name)
  yield* lists.visitAll(slice)
  return named
}

/** So many definitions of one kind may a content have: most have a few. */
const MOST_DEFINITIONS = 10_000

/** Why a content cannot be read: it defines too much that its features share. */
export function tooManyDefinitions({ entries }: Document): TextProblem | undefined {
  for (const entry of entries) {
    const { key, value } = entry
    if (!Object.hasOwn(UNWRITTEN, key) || !isJsonObject(value)) continue
    const count = Object.keys(value).length
    if (count <= MOST_DEFINITIONS) continue
    const message = `${key} defines ${count}, more than ${MOST_DEFINITIONS}, the limit for one text; ask for an attribute of the visitor in the place of most of them`
    return { code: 'too-large', severity: 'error', message, ...entry.position }
  }
  return undefined
}

/** Definitions of a wrong kind, such as a list, which define nothing. */
function unread(written: Written, isOwn: boolean): readonly EntryProblem[] {
  return (['savedGroups', 'contextualBandits'] as const).flatMap((key) => {
    const value = written[key]
    if (value === undefined || isJsonObject(value)) return []
    const message = `${key} is ${kindOf(value)}, so it defines nothing; write a mapping from names to definitions`
    const severity = isOwn ? 'error' : 'warning'
    return [{ code: 'bad-type', severity, path: [key], message }]
  })
}

/** GrowthBook evaluates such a group as it is, so in a payload the problem is a warning. */
const asWarning = (problem: EntryProblem): EntryProblem => ({ ...problem, severity: 'warning' })

const under = (key: string, problems: readonly EntryProblem[]): EntryProblem[] =>
  problems.map((problem) => ({ ...problem, path: [key, ...(problem.path ?? [])] }))

/** Replaces equal groups by the objects of before, so that comparing features is quick. */
function unchangedFrom(before: JsonObject, groups: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(groups).map(([name, group]): [string, JsonValue] => {
      const old = own(before, name)
      return [name, old !== undefined && jsonEqual(old, group) ? old : group]
    }),
  )
}

const valueAt = ({ entries }: Document, key: string): JsonValue | undefined =>
  entries.find((entry) => entry.key === key)?.value

const mappingOf = (value: JsonValue | undefined): JsonObject =>
  isJsonObject(value) ? value : NOTHING

/** In an ini file every value is text, and a mapping is its JSON. */
function decodedValueAt({ entries }: Document, key: string): JsonValue | undefined {
  const entry = entries.find((candidate) => candidate.key === key)
  const json = entry?.json
  return json === undefined || json.kind === 'not-json' ? entry?.value : json.value
}

/** Joins the definitions of several contents; of two with one name the later wins. */
export function joinedDefinitions(shared: readonly Shared[]): SharedDefinitions {
  const [first = NOTHING_SHARED, ...others] = shared
  if (others.length === 0) return first.definitions
  const having = (kind: 'groups' | 'bandits', id: string) =>
    shared.findLast((one) => Object.hasOwn(one[kind], id))?.definitions
  return {
    groups: (id) => having('groups', id)?.groups(id),
    bandit: (id) => having('bandits', id)?.bandit(id),
    patterns: first.definitions.patterns,
    targeting: first.definitions.targeting,
  }
}

export const NOTHING_SHARED: Shared = atOnce(
  prepare(UNWRITTEN, { segments: NOTHING }, false, false),
)

/** The problems of the definitions, with their places in the newest content. */
export function problemsOfShared(
  { problems }: Shared,
  { entries }: Document,
): readonly TextProblem[] {
  return problems.map(({ code, severity = 'error', message, path = [], at }) => {
    const [key, ...inner] = path
    const entry = entries.find((candidate) => candidate.key === key)
    return {
      code,
      severity,
      message,
      path: path.join('.'),
      ...entry?.locate(inner, at === 'key' ? 'key' : 'value'),
    }
  })
}

/**
 * The groups and bandits whose names occur in a value, with their definitions, and those that these
 * name in turn.
 */
export function definitionsNamed(
  value: JsonValue,
  shared: Shared,
): readonly (readonly [string, JsonValue])[] {
  if (shared === NOTHING_SHARED) return []
  const { groups, bandits } = shared
  const found = new Map<string, JsonValue>()
  const take = (kind: string, name: string, definition: JsonValue | undefined): void => {
    const key = `${kind}.${name}`
    if (definition === undefined || found.has(key)) return
    found.set(key, definition)
    // A list of members names nothing.
    if (isJsonObject(definition))
      visit(kind === 'group' ? (own(definition, 'condition') ?? null) : definition)
  }
  const visit = (inner: JsonValue): void => {
    if (typeof inner === 'string' || typeof inner === 'number') {
      take('group', String(inner), own(groups, String(inner)))
      take('bandit', String(inner), own(bandits, String(inner)))
    } else if (typeof inner === 'object' && inner !== null) {
      for (const member of Object.values<JsonValue>(inner)) visit(member)
    }
  }
  visit(value)
  return [...found]
}
