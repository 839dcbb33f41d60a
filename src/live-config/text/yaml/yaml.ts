import { isJsonObject } from '../../../core/json'
import type { Parsed, TextProblem } from '../entry'
import type { EntryCollector } from '../entry-collector'
import { LARGE, readLarge, readMembers } from '../json/json'
import { decode } from '../json/scan'
import { detached } from '../detached'
import type { TimeSlice } from '../../../runtime/time-slice'
import { MAX_ENTRIES, MAX_TEXT, tooManyEntries } from '../limits'
import { type LineIndex, placed, refused } from '../places'
import { type Chunk, cutChunks } from './chunks'
import { YamlEntry, YamlText } from './entry'
import { readInSlices } from './piece'
import { Anchors, noPair, type Piece } from './value'

/** A chunk with its value. */
interface Read {
  readonly chunk: Chunk
  readonly piece: Piece
}

/** The chunks of the text before, by their text, so that the next text reads only what changed. */
type Known = ReadonlyMap<string, Read>
const knownOf = new WeakMap<Parsed, Known>()

/**
 * YAML 1.2. Read key by key where the text allows it, since the parser is too slow to read a large
 * file at once.
 */
export function* parseYaml(
  text: string,
  collector: EntryCollector,
  slice: TimeSlice,
  previous?: Parsed,
): Generator<void, Parsed> {
  const { lines } = collector
  // JSON is YAML, and its parser is much faster.
  const isMapping = /^\s*\{/.test(text)
  if (isMapping && text.length > LARGE) return yield* readLarge(text, collector, slice)
  const json = isMapping ? decode(text) : undefined
  if (isJsonObject(json)) return yield* readMembers(text, json, collector, slice)
  const chunks = yield* cutChunks(text, slice)
  if (!chunks || chunks.length === 0) return yield* readWhole(text, collector, slice)
  if (chunks.length > MAX_ENTRIES)
    return refused(placed(tooManyEntries(chunks.at(-1)?.offset ?? 0), lines))
  const known = previous && knownOf.get(previous)
  const reads = yield* readChunks(chunks, known, lines, slice)
  const [fatal, ...others] = reads.broken
  const parsed = fatal ? refused(fatal, others) : yield* gather(reads.done, collector, slice)
  knownOf.set(parsed, yield* remember(reads.done, fatal ? known : undefined, slice))
  return parsed
}

/** After a broken text the next one is most likely the one before with a correction: `before`. */
function* remember(
  reads: readonly Read[],
  before: Known | undefined,
  slice: TimeSlice,
): Generator<void, Known> {
  const known = new Map<string, Read>(before)
  for (const read of reads) {
    if (slice.isOver()) yield
    if (!read.piece.tied) known.set(read.chunk.text, read)
  }
  return known
}

interface Reads {
  readonly done: readonly Read[]
  /** Why chunks cannot be read: each has a problem of its own. */
  readonly broken: readonly TextProblem[]
}

function* readChunks(
  chunks: readonly Chunk[],
  known: Known | undefined,
  lines: LineIndex,
  slice: TimeSlice,
): Generator<void, Reads> {
  const anchors = new Anchors()
  const done: Read[] = []
  const broken: TextProblem[] = []
  for (const chunk of chunks) {
    if (slice.isOver()) yield
    const read = recall(chunk, known) ?? (yield* readChunk(chunk, anchors, slice))
    const { fatal } = read.piece
    if (fatal === undefined) {
      done.push(read)
      continue
    }
    // A line that is no key is a mistake among keys; alone it is a text that was taken for a live
    // config.
    const isNoPair = fatal.code === 'not-an-object' && chunks.length > 1
    broken.push(placed(isNoPair ? noPair(chunk.text) : fatal, lines, chunk.offset))
    // What has no keys may be a text of many lines, and what is too large ends the reading.
    if (isNoPair || fatal.code === 'too-large' || broken.length === MOST_BROKEN) break
  }
  return { done, broken }
}

/** So many keys that cannot be read are reported. */
const MOST_BROKEN = 10

function recall(chunk: Chunk, known: Known | undefined): Read | undefined {
  const read = known?.get(chunk.text)
  return read && { piece: read.piece, chunk: { offset: chunk.offset, text: read.chunk.text } }
}

function* readChunk(chunk: Chunk, anchors: Anchors, slice: TimeSlice): Generator<void, Read> {
  // To copy a text of many megabytes takes long, and it is most of what it was cut from.
  const text = chunk.text.length > MAX_TEXT ? chunk.text : detached(chunk.text)
  const piece = yield* readInSlices(text, anchors, slice, true)
  return { chunk: { offset: chunk.offset, text }, piece }
}

function* gather(
  reads: readonly Read[],
  collector: EntryCollector,
  slice: TimeSlice,
): Generator<void, Parsed> {
  for (const { chunk, piece } of reads) {
    if (slice.isOver()) yield
    collect(
      collector,
      piece,
      new YamlText(chunk.text, chunk.offset, collector.lines),
      piece.tied || piece.members.length > 1 ? undefined : chunk.text,
    )
  }
  return collector.parsed()
}

function collect(collector: EntryCollector, piece: Piece, source: YamlText, text?: string): void {
  for (const { key, ...problem } of piece.problems) collector.report(problem, key, source.base)
  for (const { key, value, offset } of piece.members) {
    collector.add(new YamlEntry(key, value, source, offset, text))
  }
}

function* readWhole(
  text: string,
  collector: EntryCollector,
  slice: TimeSlice,
): Generator<void, Parsed> {
  const { lines } = collector
  const piece = yield* readInSlices(text, new Anchors(), slice, false)
  if (piece.fatal) return refused(placed(piece.fatal, lines))
  collect(collector, piece, new YamlText(text, 0, lines))
  return collector.parsed()
}
