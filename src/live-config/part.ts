import type { Problem, Severity } from '../core/problem'
import type { Content, Outcome, SourceProblem } from '../core/source'
import type { Document } from './dialects/dialect'
import { readDocument } from './dialects/dialects'
import { type Found, type Items, judge } from './entries/judge'
import {
  NOTHING_SHARED,
  problemsOfShared,
  readsSegments,
  type Shared,
  sharedOf,
} from './entries/shared'
import type { Semantics } from './entries/value'
import { checkEnd, checkRemoved, type Guards } from './guards'
import { PREFIX, type TextProblem } from './text/entry'

/** What one source gives the live config: its last good features, and what is wrong with it now. */
export interface Part {
  readonly source: string
  /** Of the content read last, whatever became of it. */
  readonly readHash?: string
  /** Of the content in force. */
  readonly hash?: string
  /** Its number; 0 before the first. */
  readonly generation: number
  readonly document?: Document
  readonly shared?: Shared
  readonly items: Items
  /** What was odd in items that were accepted unseen. */
  readonly found?: Found
  /** Keys that look like a feature's and are not, and what is wrong with segments. */
  readonly slips?: readonly TextProblem[]
  /** Why the newest content is not in force, when it is not. */
  readonly refused?: TextProblem
  /** Why the source has no content now. */
  readonly failure?: SourceProblem
  readonly warnings: readonly SourceProblem[]
  /** The content was kept by the source from an earlier run, and has not been confirmed since. */
  readonly kept?: boolean
  /** When the content was last read or found unchanged: milliseconds since 1970; 0 before the first. */
  readonly confirmedAt: number
}

export const emptyPart = (source: string): Part => ({
  source,
  items: new Map(),
  generation: 0,
  warnings: [],
  confirmedAt: 0,
})

const withoutFailure = ({ failure: _, ...part }: Part): Part => part

/** By what a content is judged, and the number it gets. */
export type JudgeRules = Semantics & { readonly guards: Guards; readonly generation: number }

export interface Verdict {
  readonly outcome: Outcome
  readonly part: Part
}

/**
 * Judges a content for its part. A whole that cannot be believed leaves the part's features as they were; so does
 * content of a busy writer unless it is good throughout and takes nothing away.
 */
export function* judgeContent(
  content: Content,
  part: Part,
  rules: JudgeRules,
): Generator<void, Verdict> {
  const there = content.confirmedAt === undefined ? withoutFailure(part) : part
  if (content.hash === part.readHash)
    return { outcome: part.refused ? 'rejected' : 'unchanged', part: there }
  // What a source starts with when it has nothing has no end to be marked.
  const torn = content.confirmedAt === 0 ? undefined : checkEnd(content.text, rules.guards)
  const document = torn ? undefined : yield* readDocument(content, part.document)
  const fatal = torn ?? document?.fatal
  const shared = document && !fatal ? sharedOf(document, part.shared, rules) : NOTHING_SHARED
  const items =
    document && !fatal
      ? yield* judge(document, part, { ...rules, shared }, rules.generation)
      : undefined
  yield
  const refused = fatal ?? (items ? checkRemoved(part.items, items, rules.guards) : undefined)
  if (
    !content.settled &&
    (refused || (items && wouldHarm(part.items, items)) || shared.problems.some(isError))
  )
    return { outcome: 'passed-over', part }
  const read: Part = { ...there, readHash: content.hash }
  if (refused || !document || !items)
    return { outcome: 'rejected', part: refused ? { ...read, refused } : read }
  const { refused: __, found: ___, ...accepted } = read
  return {
    outcome: 'installed',
    part: {
      ...accepted,
      hash: content.hash,
      generation: rules.generation,
      document: rules.compat === 'r2' ? softened(document) : document,
      shared,
      items,
      slips: slipsOf(document, shared, rules),
    },
  }
}

/** r2 lets the last of two keys win, so to it that is no error. */
const softened = (document: Document): Document => ({
  ...document,
  problems: document.problems.map((problem) => ({ ...problem, severity: 'warning' })),
})

const slipsOf = (
  document: Document,
  shared: Shared,
  { compat }: JudgeRules,
): readonly TextProblem[] => [
  ...(compat === 'r2' ? [] : findSlips(document)),
  ...problemsOfShared(shared, document),
]

/** `Segments` is somebody else's key, too; and beside the `features` of a GrowthBook payload, so is `segments`. */
function segmentsSlip({ key }: { readonly key: string }, document: Document): string | undefined {
  if (key.toLowerCase() !== 'segments') return undefined
  if (key !== 'segments')
    return `${JSON.stringify(key)} defines no segments: the key is segments, in small letters`
  return readsSegments(document)
    ? undefined
    : 'segments is not read beside the features of a GrowthBook payload; write savedGroups'
}

/** `Feature_x` and `features_x` are other people's keys to liveflag, and probably not to whoever wrote them. */
function findSlips(document: Document): readonly TextProblem[] {
  const slips: TextProblem[] = []
  for (const entry of document.entries) {
    const ofSegments = segmentsSlip(entry, document)
    if (ofSegments !== undefined)
      slips.push({
        code: 'unknown-key',
        severity: 'warning',
        message: ofSegments,
        ...entry.position,
      })
    const name = entry.key.startsWith(PREFIX)
      ? undefined
      : /^features?[_-](.+)$/i.exec(entry.key)?.[1]
    if (name === undefined) continue
    const message = `${JSON.stringify(entry.key)} is no feature: the key of a feature begins with ${PREFIX}; did you mean ${PREFIX}${name}?`
    slips.push({ code: 'unknown-key', severity: 'warning', message, ...entry.position })
  }
  return slips
}

const isError = ({ severity }: { readonly severity?: Severity }): boolean => severity !== 'warning'

/** Whether a content that is perhaps torn takes a feature away or refuses one. */
function wouldHarm(before: Items, after: Items): boolean {
  for (const name of before.keys()) if (!after.has(name)) return true
  for (const item of after.values()) if (item.problems.some(isError)) return true
  return false
}

/** Everything wrong with a part now, in the order of the text. */
export function problemsOf(part: Part): readonly Problem[] {
  const whole = [part.failure, part.refused, ...part.warnings].filter(
    (problem) => problem !== undefined,
  )
  const ofText = part.document?.problems.filter((problem) => problem.feature === undefined) ?? []
  const ofEntries: Problem[] = []
  for (const [name, { problems }] of part.items)
    ofEntries.push(...problems, ...(part.found?.get(name) ?? []))
  return [...whole, ...ofText, ...(part.slips ?? []), ...ofEntries].map((problem) => ({
    ...problem,
    source: part.source,
  }))
}
