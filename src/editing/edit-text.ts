import { LiveflagError, shown } from '../core/errors'
import { type JsonValue, jsonEqual } from '../core/json'
import type { Format } from '../core/source'
import { didYouMean } from '../core/suggest'
import { atOnce, TimeSlice } from '../runtime/time-slice'
import type { EntryChange } from './change'
import { changedLines } from './changed-lines'
import { addEntry, changeIniValue, changeValue, removeEntry, renameEntry } from './text/attempts'
import { valueWith } from './text/paths'
import { type Splice, spliced } from './text/tree'
import { Written } from './text/written'

/**
 * Makes changes in the text of a live config. Every byte outside the entries that change stays, and
 * within them comments, order, indentation and quotes of what stays. The new text is read again: it
 * says exactly what the changes say, or they are refused.
 *
 * @example
 * editText('feature_a:\n  percent_loggedin: 5 # slowly\n', 'yaml', [
 *   { kind: 'set', feature: 'a', path: ['percent_loggedin'], value: 10 },
 * ])
 * // 'feature_a:\n  percent_loggedin: 10 # slowly\n'
 * @throws {LiveflagError} LIVEFLAG_CANNOT_EDIT
 */
export const editText = (text: string, format: Format, changes: readonly EntryChange[]): string =>
  edited(new Written(text, format), changes).text

/** The same of a text that is read already: a text is then edited and compared often, and read once. */
export function edited(text: Written, changes: readonly EntryChange[]): Written {
  checkReadable(text)
  return changes.reduce(changed, text)
}

export type { Written }

/**
 * Reads a text for edits and comparisons. `previous`: a text that says nearly the same, which makes
 * reading faster.
 */
export const readText = (text: string, format: Format, previous?: Written): Written =>
  new Written(text, format, previous)

/** An entry as its lines are written in two texts; null where it is not there. */
export interface ChangedEntry {
  readonly feature: string
  readonly before: string | null
  readonly after: string | null
}

/** The entries that are written in another way. Yields between slices. */
export function* changedEntrySteps(
  before: Written,
  after: Written,
): Generator<void, readonly ChangedEntry[]> {
  const slice = new TimeSlice()
  const changed: ChangedEntry[] = []
  for (const feature of candidates(before, after)) {
    if (slice.isOver()) yield
    const old = before.entryText(feature) ?? null
    const next = after.entryText(feature) ?? null
    if (old !== next) changed.push({ feature, before: old, after: next })
  }
  return changed
}

/** The same at once. */
export const changedEntries = (before: Written, after: Written): readonly ChangedEntry[] =>
  atOnce(changedEntrySteps(before, after))

/** Only these may differ: comparing thousands of entries would take long. */
function candidates(before: Written, after: Written): readonly string[] {
  const [old, next] = [before.lines.text, after.lines.text]
  const { head, headLines, tail } = changedLines(old, next)
  const within = (text: Written): readonly string[] | undefined => {
    const changed = text.lines.text.slice(head, text.lines.text.length - tail)
    // The line before belongs to the same entry, unless it is its last.
    return text.featuresWithin(headLines, headLines + changed.split('\n').length)
  }
  const [ofOld, ofNext] = [within(before), within(after)]
  return ofOld && ofNext
    ? [...new Set([...ofOld, ...ofNext])]
    : [...new Set([...before.read.features.keys(), ...after.read.features.keys()])]
}

/** The lines of each entry of a text as they are written, its key included. */
export function entryTexts(text: string, format: Format): ReadonlyMap<string, string> {
  const written = new Written(text, format)
  return new Map(
    [...written.read.features.keys()].flatMap((feature) => {
      const lines = written.entryText(feature)
      return lines === undefined ? [] : [[feature, lines] as const]
    }),
  )
}

function checkReadable({ read: { fatal, dialect } }: Written): void {
  if (fatal && fatal.code !== 'empty')
    throw cannot(
      `the file cannot be read (${fatal.line === undefined ? '' : `line ${fatal.line}: `}${fatal.message}); fix that first`,
    )
  if (dialect === 'overrides') throw cannot('a file of overrides is not edited here')
}

function changed(written: Written, change: EntryChange): Written {
  const { feature } = change
  checkPresence(written, change)
  if (change.kind === 'text') return replacedText(written, feature, change.text)
  const expected = expectedOf(written, change)
  for (const splices of attempts(written, change, expected)) {
    const next = applied(written, splices)
    if (next && saysExactly(written, next, change, expected)) return next
  }
  throw cannot(whyNot(written, feature))
}

function checkPresence(written: Written, change: EntryChange): void {
  const { feature, kind } = change
  const wanted = kind === 'add' ? feature : kind === 'rename' ? change.to : undefined
  if (wanted !== undefined) {
    checkName(wanted)
    if (written.count(wanted) > 0)
      throw cannot(`${shown(written.keyOf(wanted))} is in the file already; give another name`)
  }
  if (kind === 'add') return
  const count = written.count(feature)
  if (count === 0 || !written.read.features.has(feature))
    throw cannot(`the file has no ${written.keyOf(feature)}; ${insteadOf(feature, written)}`)
  if (count > 1)
    throw cannot(`the file has ${written.keyOf(feature)} ${count} times; keep one of them first`)
}

/** What to do about a feature that is not there. */
function insteadOf(feature: string, { read }: Written): string {
  const meant = didYouMean(feature, [...read.features.keys()])
  return meant === undefined ? 'add it first' : `did you mean ${meant}?`
}

function checkName(name: string): void {
  if (
    name === '' ||
    name.length > 200 ||
    /[\p{Cc}\u2028\u2029]/u.test(name) ||
    name.trim() !== name
  )
    throw cannot(
      `a feature cannot be called ${shown(name)}; give 1 to 200 characters, without line breaks and without blanks at the ends`,
    )
}

/** The value of the entry after the change; undefined when there is none. */
function expectedOf(written: Written, change: EntryChange): JsonValue | undefined {
  const { feature, kind } = change
  const before = written.valueOf(feature)
  if (kind === 'add') return inFormat(written, change.value)
  if (kind === 'delete') return undefined
  if (kind === 'rename' || before === undefined || kind === 'text') return before
  if (kind === 'set' && (change.path ?? []).length === 0) return inFormat(written, change.value)
  const inner = written.read.features.get(feature)?.json
  const isText = inner?.kind === 'mapping'
  const value = valueWith(isText ? inner.value : before, change)
  if (value === undefined)
    throw cannot(`feature_${feature} has no ${(change.path ?? []).join('.')} that could be changed`)
  return isText ? JSON.stringify(value) : value
}

/** All values of an ini file are texts. */
const inFormat = ({ syntax }: Written, value: JsonValue): JsonValue =>
  syntax === 'ini' && typeof value !== 'string' ? JSON.stringify(value) : value

/** Ways to write the change, the one that touches least first. */
function attempts(
  written: Written,
  change: EntryChange,
  expected: JsonValue | undefined,
): readonly (() => readonly Splice[] | undefined)[] {
  const { feature, kind } = change
  if (kind === 'delete') return [() => removeEntry(written, feature)]
  if (kind === 'rename') return [() => renameEntry(written, feature, change.to)]
  if (expected === undefined) return []
  if (kind === 'add') return [() => addEntry(written, feature, expected)]
  if (written.syntax === 'ini')
    return [
      () => changeIniValue(written, feature, expected, true),
      () => changeIniValue(written, feature, expected, false),
    ]
  return [
    () => changeValue(written, feature, expected, true),
    () => changeValue(written, feature, expected, false),
  ]
}

function applied(
  written: Written,
  attempt: () => readonly Splice[] | undefined,
): Written | undefined {
  const splices = attempt()
  if (splices === undefined) return undefined
  const { plain, text, format } = written
  try {
    return new Written(
      spliced(
        text,
        splices.map((splice) => plain.inFile(splice)),
      ),
      format,
      written,
    )
  } catch {
    return undefined
  }
}

/** Whether the new text says what the old one says with the change, and nothing else. */
function saysExactly(
  before: Written,
  after: Written,
  change: EntryChange,
  expected: JsonValue | undefined,
): boolean {
  const { feature, kind } = change
  const { fatal, features } = after.read
  const isEmptied = fatal?.code === 'empty' && kind === 'delete' && before.read.keys.length === 1
  if (fatal && !isEmptied) return false
  const now = kind === 'rename' ? change.to : feature
  const value = features.get(now)?.value
  if (expected === undefined ? features.has(now) : !saysTheSame(value, expected)) return false
  if (expected !== undefined && after.count(now) !== 1) return false
  return hasSameRest(before, after, new Set([feature, now]))
}

/** Texts that are both JSON say the same in any layout. */
function saysTheSame(a: JsonValue | undefined, b: JsonValue): boolean {
  if (jsonEqual(a, b)) return true
  return typeof a === 'string' && typeof b === 'string' && isSameJson(a, b)
}

function isSameJson(a: string, b: string): boolean {
  try {
    return a.includes('{') && jsonEqual(JSON.parse(a) as JsonValue, JSON.parse(b) as JsonValue)
  } catch {
    return false
  }
}

function hasSameRest(
  { read: before }: Written,
  { read: after }: Written,
  changing: ReadonlySet<string>,
): boolean {
  if (!jsonEqual(Object.fromEntries(before.others), Object.fromEntries(after.others))) return false
  for (const name of after.features.keys())
    if (!changing.has(name) && !before.features.has(name)) return false
  for (const [name, { value }] of before.features)
    if (!changing.has(name) && !jsonEqual(value, after.features.get(name)?.value)) return false
  return true
}

/** The lines as somebody wrote them: they may be wrong, but they may not reach further. */
function replacedText(written: Written, feature: string, lines: string): Written {
  const range = written.range(feature)
  if (range === undefined) throw cannot(whyNot(written, feature))
  const [start, end] = range
  const text = lines
    .replace(/\r\n?/g, '\n')
    .replace(/^\uFEFF/, '')
    .trimEnd()
  const next = applied(written, () => [{ start, end, text }])
  if (next === undefined) throw cannot(whyNot(written, feature))
  if (next.read.fatal) return next
  if (next.count(feature) !== 1)
    throw cannot(
      `the text must define ${written.keyOf(feature)} once, and nothing else; rename or delete the entry by its own change`,
    )
  if (!hasSameRest(written, next, new Set([feature])))
    throw cannot(
      `the text changes more than ${written.keyOf(feature)}; write its own lines alone, in the indentation of the file`,
    )
  return next
}

function whyNot(written: Written, feature: string): string {
  const key = written.keyOf(feature)
  const text = written.entryText(feature) ?? ''
  const [anchor] = /&[^\s,[\]{}]+/.exec(text) ?? []
  return written.syntax === 'yaml' && anchor !== undefined
    ? `${key} has the anchor ${anchor}, which other lines of the file use, so a change of it would change them, too; write it out where it is used first`
    : `the change of ${key} cannot be made without changing other parts of the file; edit the file itself`
}

const cannot = (message: string): LiveflagError =>
  new LiveflagError('LIVEFLAG_CANNOT_EDIT', message)
