import { jsonEqual } from '../../core/json'
import type { Problem } from '../../core/problem'
import type { Document } from '../dialects/dialect'
import { type Entry, PREFIX } from '../text/entry'
import { TimeSlice } from '../../runtime/time-slice'
import { type ParsedFeature, parsing } from './parse-feature'
import type { Semantics } from './semantics'
import type { Version } from './version'

/** One feature of a source: its newest text, and the version of it that is in force. */
export interface Item {
  readonly entry: Entry
  /** The last good version; undefined when there is none. */
  readonly version?: Version
  /** The newest text was refused, so `version` is that of an older one. */
  readonly heldBack: boolean
  /** The refused entry is that of a later source: `entry` is the text of `version` itself. */
  readonly isOverridden?: true
  readonly problems: readonly Problem[]
}

export type Items = ReadonlyMap<string, Item>

const NONE: readonly Problem[] = []
const NOT_PARSED: ParsedFeature = { problems: NONE }

/** Codes of texts that were too large or too deep to be read: their entries have no value to check. */
const UNREAD: ReadonlySet<Problem['code']> = new Set(['too-large', 'too-deep'])

/**
 * Compiles each changed feature of a text. An unchanged feature stays as it is; a refused one keeps
 * its last good version. Yields between slices of a few milliseconds, so that requests have their
 * turn.
 */
export function* judge(
  document: Document,
  before: Items,
  semantics: Semantics,
  generation: number,
): Generator<void, Items> {
  const slice = new TimeSlice()
  const ofText = yield* textProblems(document, semantics, generation, slice)
  const items = new Map<string, Item>()
  for (const entry of document.features()) {
    if (slice.isOver()) yield
    const name = entry.key.slice(PREFIX.length)
    const old = before.get(name)
    const problems = ofText.get(name)
    const item =
      old && !problems && isUnchanged(old, entry, semantics)
        ? { ...old, entry }
        : judged(
            entry,
            old,
            problems ?? NONE,
            semantics,
            isUnread(entry, problems ?? NONE)
              ? NOT_PARSED
              : yield* parsing(entry, semantics, generation, slice),
          )
    items.set(name, document.dialect === 'overrides' ? withoutTextWarning(item) : item)
  }
  return items
}

/** What an override replaces says whether its text is meant: `withoutNoSwitches` looks at both. */
function withoutTextWarning(item: Item): Item {
  const problems = item.problems.filter(({ code }) => code !== 'counts-as-on')
  return problems.length < item.problems.length ? { ...item, problems } : item
}

const isUnread = (entry: Entry, ofText: readonly Problem[]): boolean =>
  entry.value === null && ofText.some(({ code }) => UNREAD.has(code))

function judged(
  entry: Entry,
  old: Item | undefined,
  ofText: readonly Problem[],
  semantics: Semantics,
  parsed: ParsedFeature,
): Item {
  const problems = ofText.length > 0 ? [...ofText, ...parsed.problems] : parsed.problems
  const refused = ofText.some(({ severity }) => severity === 'error')
  const held = semantics.badEntry === 'hold' && old && isGood(old) ? old.version : undefined
  if (parsed.version && !refused && !(parsed.isPartial && held)) {
    return { entry, version: parsed.version, heldBack: false, problems }
  }
  return held
    ? { entry, version: held, heldBack: true, problems }
    : { entry, heldBack: false, problems }
}

/** False for a version that is in force only because there is no good one. */
const isGood = ({ heldBack, problems }: Item): boolean =>
  heldBack || problems.every(({ severity }) => severity !== 'error')

/** False for an entry with problems: its lines may have moved, so it is compiled again. */
function isUnchanged(old: Item, entry: Entry, { shared }: Semantics): boolean {
  if (old.problems.length > 0 || old.version?.shared !== shared) return false
  if (entry.text !== undefined && old.entry.text !== undefined) return entry.text === old.entry.text
  return jsonEqual(entry.value, old.entry.value, { inOrder: true })
}

/**
 * The problems of the text itself that belong to a feature, such as a key that is there twice, by
 * the feature's name. Of two entries with one key both are checked: a duplicate hides nothing.
 */
function* textProblems(
  document: Document,
  semantics: Semantics,
  generation: number,
  slice: TimeSlice,
): Generator<void, ReadonlyMap<string, readonly Problem[]>> {
  const byFeature = new Map<string, Problem[]>()
  const add = (name: string, found: Problem): void => {
    const others = byFeature.get(name)
    if (others) others.push(found)
    else byFeature.set(name, [found])
  }
  // r2 lets the last of two win, and reads nothing else of them.
  const isR2 = semantics.compat === 'r2'
  for (const found of document.problems) {
    if (slice.isOver()) yield
    if (found.feature !== undefined)
      add(found.feature, isR2 ? { ...found, severity: 'warning' } : found)
  }
  for (const entry of (!isR2 && document.replaced) || []) {
    if (slice.isOver()) yield
    for (const found of (yield* parsing(entry, semantics, generation, slice)).problems)
      add(entry.key.slice(PREFIX.length), found)
  }
  return byFeature
}
