import { jsonEqual } from '../../core/json'
import type { Problem } from '../../core/problem'
import type { Document } from '../dialects/dialect'
import { type Entry, PREFIX } from '../text/entry'
import { parseFeature } from './parse-feature'
import type { Semantics } from './value'
import type { Version } from './version'

/** One feature of a source: its newest text, and the version of it that is in force. */
export interface Item {
  readonly entry: Entry
  /** The last good version; undefined when there never was one. */
  readonly version?: Version
  /** The newest text was refused, so `version` comes from an older one. */
  readonly heldBack: boolean
  readonly problems: readonly Problem[]
  /** See `ParsedFeature`. */
  readonly unseen?: true
}

/** What a look in the background said of items that were accepted unseen; empty of those that are in order. */
export type Found = ReadonlyMap<string, readonly Problem[]>

export type Items = ReadonlyMap<string, Item>

/** Judging stops to let others run after so many entries. */
const SLICE = 500

/** The items of the content before, and what has been found since. */
export interface Judged {
  readonly items: Items
  readonly found?: Found
}

/**
 * Judges each feature of a text: what did not change is kept as it is, the rest is compiled, and what is refused holds
 * on to its last good version. Yields between slices.
 */
export function* judge(
  document: Document,
  { items: before, found }: Judged,
  semantics: Semantics,
  generation: number,
): Generator<void, Items> {
  const faults = faultsByFeature(document, semantics)
  const items = new Map<string, Item>()
  let judged = 0
  for (const entry of document.features()) {
    if (++judged % SLICE === 0) yield
    const name = entry.key.slice(PREFIX.length)
    const old = seen(before.get(name), found?.get(name))
    const fault = faults.get(name)
    if (old && !fault && isUnchanged(old, entry, semantics)) {
      items.set(name, { ...old, entry })
      continue
    }
    items.set(name, judgeOne(entry, old, fault ?? NONE, semantics, generation))
  }
  return items
}

const NONE: readonly Problem[] = []

/** An item with what has been found of it. */
function seen(item: Item | undefined, problems: readonly Problem[] | undefined): Item | undefined {
  if (item === undefined || problems === undefined) return item
  const { unseen: _, ...rest } = item
  return { ...rest, problems: [...item.problems, ...problems] }
}

function judgeOne(
  entry: Entry,
  old: Item | undefined,
  faults: readonly Problem[],
  semantics: Semantics,
  generation: number,
): Item {
  // What was odd probably still is: told at once, it is not taken for mended meanwhile.
  const { unseen, ...parsed } = parseFeature(
    entry,
    old && old.problems.length > 0 ? { ...semantics, eager: true } : semantics,
    generation,
  )
  const problems = faults.length > 0 ? [...faults, ...parsed.problems] : parsed.problems
  const good = faults.some((fault) => fault.severity === 'error') ? undefined : parsed.version
  if (good) return { entry, version: good, heldBack: false, problems, ...(unseen && { unseen }) }
  return old?.version && semantics.badEntry === 'hold'
    ? { entry, version: old.version, heldBack: true, problems }
    : { entry, heldBack: false, problems }
}

/** Only what was accepted without a word: a problem's line may have moved, so such an entry is judged again. */
function isUnchanged(old: Item, entry: Entry, { shared }: Semantics): boolean {
  if (old.problems.length > 0 || old.version?.shared !== shared) return false
  if (entry.text !== undefined && old.entry.text !== undefined) return entry.text === old.entry.text
  return jsonEqual(entry.value, old.entry.value)
}

/** Problems of the text itself that belong to a feature, such as a key that stands twice. */
function faultsByFeature(
  document: Document,
  { compat }: Semantics,
): ReadonlyMap<string, readonly Problem[]> {
  const faults = new Map<string, Problem[]>()
  for (const found of document.problems) {
    if (found.feature === undefined) continue
    // r2 lets the last of two win.
    const problem: Problem = compat === 'r2' ? { ...found, severity: 'warning' } : found
    const others = faults.get(found.feature)
    if (others) others.push(problem)
    else faults.set(found.feature, [problem])
  }
  return faults
}
