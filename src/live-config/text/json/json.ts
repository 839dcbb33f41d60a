import { isJsonObject, type JsonObject, type JsonValue, own } from '../../../core/json'
import type { Path, Position } from '../../../core/problem'
import type { Parsed } from '../entry'
import type { EntryCollector } from '../entry-collector'
import { LocatedEntry } from '../located-entry'
import type { TimeSlice } from '../../../runtime/time-slice'
import { type LineIndex, notAMapping, placed, refused } from '../places'
import { inspectJson } from './inspect'
import { syntaxProblem } from './json-text'
import { locateInJson } from './locate'
import { SlicedJson } from './in-slices'
import { countPlainKeys, decode, keysWithin, type Member, scanMembers } from './scan'
import { sourceOffset } from './source-offset'
import { MAX_ENTRIES, MAX_TEXT_DEPTH, tooManyEntries } from '../limits'
import { mayLoseNumbers } from '../numbers'

/**
 * Strict JSON. The native parser reads it; only what it does not report, duplicates and places, is
 * searched here.
 */
export function* parseJson(
  text: string,
  collector: EntryCollector,
  slice: TimeSlice,
  document?: JsonObject,
): Generator<void, Parsed> {
  const { lines } = collector
  if (text.length > LARGE || hasManyValues(text)) return yield* readLarge(text, collector, slice)
  const root = document ?? decode(text)
  if (root === undefined)
    return text.length > LARGE_PROBLEM
      ? yield* readLarge(text, collector, slice)
      : refused(placed(syntaxProblem(text), lines))
  if (!isJsonObject(root)) return refused(placed(notAMapping(root, text.search(/\S/)), lines))
  if (slice.isOver()) yield
  return yield* readMembers(text, root, collector, slice)
}

/** The native parser is given no more at once, since it cannot be interrupted. */
export const LARGE = 2 * 1024 * 1024

/**
 * Nor more than so many commas, each of which is about one value: a hundred thousand keys of one mapping
 * take it 60 ms, and as many members of like features 15. To count them takes 2 ms at most.
 */
export const MOST_COMMAS = 50_000

function hasManyValues(text: string): boolean {
  if (text.length < MOST_COMMAS) return false
  let commas = 0
  for (let at = text.indexOf(','); at >= 0; at = text.indexOf(',', at + 1)) commas++
  return commas > MOST_COMMAS
}

/** What is wrong is searched in no more at once, which takes longer. */
const LARGE_PROBLEM = 64 * 1024

/** The entries of a large text; what cannot be read is found in slices as well. */
export function* readLarge(
  text: string,
  collector: EntryCollector,
  slice: TimeSlice,
): Generator<void, Parsed> {
  const { lines } = collector
  const start = text.search(/\S/)
  if (text.charAt(start) === '[') return refused(placed(notAMapping([], start), lines))
  const source = new JsonSource(text, lines)
  const reader = new SlicedJson(text, slice)
  let entries = 0
  yield* reader.readObject((key, member, value) => {
    if (++entries === MAX_ENTRIES) reader.fatal ??= tooManyEntries(member.keyStart)
    for (const problem of reader.problems.splice(0)) collector.report(problem, key)
    collector.add(new JsonEntry(key, value, source, member))
  })
  return reader.fatal ? refused(placed(reader.fatal, lines)) : collector.parsed()
}

function decodeText(literal: string): string {
  const value = decode(literal)
  return typeof value === 'string' ? value : ''
}

/** The entries of a JSON text that is an object. */
export function* readMembers(
  text: string,
  root: JsonObject,
  collector: EntryCollector,
  slice: TimeSlice,
): Generator<void, Parsed> {
  const names = Object.keys(root)
  const { lines } = collector
  if (isPlain(text, root, names)) {
    yield* addPlain(text, root, names, collector, slice)
    return collector.parsed()
  }
  const members = scanMembers(text)
  const excess = members[MAX_ENTRIES]
  if (excess) return refused(placed(tooManyEntries(excess.keyStart), lines))
  const source = new JsonSource(text, lines)
  const unique = members.length === names.length
  const mayLose = mayLoseNumbers(text)
  for (let i = 0; i < members.length; i++) {
    const member = members[i]
    if (member === undefined) continue
    if (slice.isOver()) yield
    const key = keyOf(text, member, names[i])
    const whole = unique ? own(root, key) : decode(text.slice(member.valueStart, member.valueEnd))
    const value = checked(key, whole ?? null, member, text, mayLose, collector)
    const entry = new JsonEntry(key, value, source, member)
    if (unique) collector.addUnique(entry)
    else collector.add(entry)
  }
  return collector.parsed()
}

/**
 * Whether no key is there twice, no number loses digits and nothing nests too deep. Then no place is needed
 * until somebody asks. It counts the keys in the text and in the value, and makes no object.
 */
function isPlain(text: string, root: JsonObject, names: readonly string[]): boolean {
  // Keys that are numbers come first in an object, wherever they are in the text.
  if (names.length > MAX_ENTRIES || /^\d/.test(names[0] ?? '')) return false
  const keys = countPlainKeys(text)
  return keys !== undefined && keys === keysWithin(root)
}

function* addPlain(
  text: string,
  root: JsonObject,
  names: readonly string[],
  collector: EntryCollector,
  slice: TimeSlice,
): Generator<void, void> {
  const source = new JsonSource(text, collector.lines)
  for (let i = 0; i < names.length; i++) {
    if (slice.isOver()) yield
    const name = names[i] ?? ''
    collector.addUnique(new JsonEntry(name, root[name] ?? null, source, undefined))
  }
}

/** A text whose entries find their places when the first is asked for. */
class JsonSource {
  private byKey: ReadonlyMap<string, Member> | undefined
  /** Large values, such as the features of a payload, by where they begin. */
  private within: Map<number, JsonSource> | undefined

  constructor(
    readonly text: string,
    readonly lines: LineIndex,
  ) {}

  member(key: string): Member | undefined {
    return (this.byKey ??= new Map(
      scanMembers(this.text).map((member) => [keyOf(this.text, member, undefined), member]),
    )).get(key)
  }

  /** The value that begins at `start` as a text of its own. */
  valueAt(start: number, json: string): JsonSource {
    const within = (this.within ??= new Map<number, JsonSource>())
    const source = within.get(start) ?? new JsonSource(json, this.lines)
    within.set(start, source)
    return source
  }
}

/**
 * Uses the parser's own key when it is equal: a piece of the text would keep the whole text in
 * memory as long as anything holds the name.
 */
function keyOf(text: string, { keyStart, keyEnd }: Member, parsed: string | undefined): string {
  if (parsed?.length === keyEnd - keyStart - 2 && text.startsWith(parsed, keyStart + 1))
    return parsed
  return decodeText(text.slice(keyStart, keyEnd))
}

/** The value without what is no JSON value; problems go to the collector. */
function checked(
  key: string,
  value: JsonValue,
  member: Member,
  text: string,
  /** A number that is not kept may be somewhere in the text. */
  mayLose: boolean,
  collector: EntryCollector,
): JsonValue {
  if (member.depth > MAX_TEXT_DEPTH) {
    const message = `the value is nested more than ${MAX_TEXT_DEPTH} levels deep; flatten it`
    const offset = member.valueStart
    collector.report({ code: 'too-deep', severity: 'error', message, offset }, key)
    return null
  }
  const json = mayLose ? text.slice(member.valueStart, member.valueEnd) : ''
  if (keysWithin(value) === member.keys && !mayLoseNumbers(json)) return value
  const inspected = inspectJson(text.slice(member.valueStart, member.valueEnd))
  for (const problem of inspected.problems) collector.report(problem, key, member.valueStart)
  return inspected.value
}

const NOWHERE: Member = { keyStart: 0, keyEnd: 0, valueStart: 0, valueEnd: 0, keys: 0, depth: 0 }

class JsonEntry extends LocatedEntry {
  constructor(
    key: string,
    value: JsonValue,
    private readonly source: JsonSource,
    /** Undefined when it is searched when a place is asked for. */
    private readonly found: Member | undefined,
  ) {
    super(key, value)
  }

  private get member(): Member {
    return this.found ?? this.source.member(this.key) ?? NOWHERE
  }

  private get literal(): string {
    const { valueStart, valueEnd } = this.member
    return this.source.text.slice(valueStart, valueEnd)
  }

  override get position(): Position {
    return this.source.lines.at(this.member.keyStart)
  }

  protected override part(path: Path, target: 'key' | 'value'): Position {
    const offset = this.offsetOf(this.literal, path, target)
    return offset === undefined
      ? this.position
      : this.source.lines.at(this.member.valueStart + offset)
  }

  /** Members of a large value are looked up in an index. */
  private offsetOf(json: string, path: Path, target: 'key' | 'value'): number | undefined {
    const [first, ...rest] = path
    if (first === undefined || json.length <= LARGE_PROBLEM || !json.startsWith('{'))
      return locateInJson(json, path, target)
    const member = this.source.valueAt(this.member.valueStart, json).member(String(first))
    if (member === undefined || (rest.length === 0 && target === 'key')) return member?.keyStart
    const { valueStart, valueEnd } = member
    const offset = locateInJson(json.slice(valueStart, valueEnd), rest, target)
    return offset === undefined ? member.keyStart : valueStart + offset
  }

  protected override character(index: number): Position {
    const { literal } = this
    return this.source.lines.at(
      this.member.valueStart + sourceOffset(literal, 1, 'double', decodeText(literal), index),
    )
  }
}
