import type { JsonValue } from '../../../core/json'
import { MAX_PIECE, MAX_VALUES } from '../limits'
import { moved, type Unplaced } from '../places'
import type { TimeSlice } from '../../../runtime/time-slice'
import { startOfContent } from './lines'
import { keyAt, type Leaf, PlainReader } from './plain'
import type { PlacedMember } from '../growing-mapping'
import { MAX_WORDS } from './document'
import { type Anchors, type Piece, readNode, readPiece } from './value'

const KIB = 1024

/** Up to this length the library reads a piece that is not plain as a whole. */
export const SHORT = 4 * KIB

/** What the library is given at once: it cannot be interrupted, and is slow. */
const MAX_LEAF = 256 * KIB

/**
 * Reads the keys of a text that begins with the first of them: in slices, and what is not plain by
 * the library, as long as that is short. `isChunk`: the text has one key, so a problem is that key's
 * alone.
 */
export function* readInSlices(
  text: string,
  anchors: Anchors,
  slice: TimeSlice,
  isChunk: boolean,
): Generator<void, Piece> {
  const start = startOfContent(text, 0, text.length)
  if (start === text.length) return readPiece(text.slice(0, SHORT), anchors)
  const key = isChunk ? keyAt(text, start)?.name : undefined
  if (text.length > MAX_PIECE) return refusedValue(key, start, start, TOO_LONG)
  const leaves = new LeafReader(text, anchors)
  const reader = new PlainReader(text, slice, (leaf) =>
    text.length <= SHORT ? undefined : leaves.read(leaf),
  )
  const members = yield* reader.members(start)
  if (leaves.fatal) return { members: [], problems: [], tied: true, fatal: leaves.fatal }
  if (reader.hasTooMany) return refusedValue(key, start, start, TOO_MANY)
  if (members === undefined) {
    const at = reader.unclearAt ?? start
    const isShort = text.length <= SHORT || (key === undefined && text.length <= MAX_LEAF)
    if (isShort) return readPiece(text, anchors)
    const beginning =
      key === undefined ? readPiece(text.slice(0, MAX_LEAF / 2), anchors) : undefined
    return beginning?.fatal ? beginning : refusedValue(key, start, at, notPlain(text, at))
  }
  const problems = [...reader.problems, ...leaves.problems]
  return {
    members,
    problems: problems.map((problem) => ({ ...problem, key: keyOf(problem, members) })),
    tied: leaves.tied,
  }
}

/** The key of the member that a problem is in. */
const keyOf = ({ offset }: Unplaced, members: readonly PlacedMember[]): string | undefined =>
  members.length === 1
    ? members[0]?.key
    : members.findLast((member) => member.offset <= offset)?.key

/** Reads what is not plain by the library, which needs no more than the lines of one member. */
class LeafReader {
  readonly problems: Unplaced[] = []
  tied = false
  /** Why nothing of the text can be used. */
  fatal: Unplaced | undefined

  constructor(
    private readonly text: string,
    private readonly anchors: Anchors,
  ) {}

  read({ start, end, column }: Leaf): JsonValue | undefined {
    if (this.fatal || end - start > MAX_LEAF) return undefined
    const read = readNode(leafText(this.text, { start, end, column }), this.anchors)
    this.tied ||= read.tied
    const base = start - column
    if (read.fatal?.code === 'too-large') return undefined
    if (read.fatal) this.fatal = moved(read.fatal, base)
    this.problems.push(...read.problems.map((problem) => moved(problem, base)))
    return read.value
  }
}

/** A leaf in the column that it has in the text. */
export const leafText = (text: string, { start, end, column }: Leaf): string =>
  `${' '.repeat(column)}${text.slice(start, end)}`

const TOO_LONG = `this is more than ${MAX_PIECE / KIB / KIB} MiB, the limit for one key of YAML; shorten it`
const TOO_MANY = `this has more than ${MAX_VALUES} values, the limit for one key of YAML; shorten it, or divide it`

function notPlain(text: string, at: number): string {
  const found = JSON.stringify(text.slice(at, at + 20).split('\n', 1)[0])
  return `from ${found} on this can only be read as a whole, and is too large for that: at most ${MAX_LEAF / KIB} KiB and ${MAX_WORDS} words may be; write one item a line, without anchors and tags, or JSON`
}

/** The key keeps its last good value; of a text without a clear key nothing can be used. */
function refusedValue(
  key: string | undefined,
  start: number,
  offset: number,
  message: string,
): Piece {
  const problem = { code: 'too-large', severity: 'error', message, offset } as const
  return key === undefined
    ? { members: [], problems: [], tied: false, fatal: problem }
    : {
        members: [{ key, value: null, offset: start }],
        problems: [{ ...problem, key }],
        // So that nothing holds its text.
        tied: true,
      }
}
