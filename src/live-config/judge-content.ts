import type { Severity } from '../core/problem'
import type { Content, Outcome } from '../core/source'
import type { Document } from './dialects/dialect'
import { readDocument } from './dialects/dialects'
import { type Items, judge } from './entries/judge'
import { metricsRead } from './entries/metrics'
import { problemsOfShared, type Shared, sharedOf, tooManyDefinitions } from './entries/shared'
import type { Semantics } from './entries/semantics'
import { foreignProblem } from './foreign'
import { checkEnd, checkRemoved, type Guards } from './guards'
import type { Part } from './part'
import type { TextProblem } from './text/entry'
import { topKeyProblems } from './top-keys'

/** The rules for accepting a content, and its generation. */
export type JudgeRules = Semantics & { readonly guards: Guards; readonly generation: number }

export interface Verdict {
  readonly outcome: Outcome
  readonly part: Part
}

/**
 * Decides whether a content is accepted for its part. When it is refused as a whole, the part's
 * features stay as they were. A content of a busy writer is refused unless all of it is good and it
 * removes nothing.
 */
export function* judgeContent(
  content: Content,
  part: Part,
  rules: JudgeRules,
): Generator<void, Verdict> {
  const current = content.confirmedAt === undefined ? withoutFailure(part) : part
  if (content.hash === part.readHash)
    return { outcome: part.refused ? 'rejected' : 'unchanged', part: current }
  const reading = yield* read(content, part, rules)
  if (!content.settled && wouldHarm(part, reading)) return { outcome: 'passed-over', part }
  const { refused: _, alsoRefused: __, ...readPart } = { ...current, readHash: content.hash }
  if ('refused' in reading) return { outcome: 'rejected', part: { ...readPart, ...reading } }
  const { document, shared, items } = reading
  const { metrics, problems: ofMetrics } =
    rules.compat === 'r2' ? NO_METRICS : metricsRead(document)
  const ofKeys = rules.compat === 'r2' ? [] : yield* topKeyProblems(document, rules.known)
  return {
    outcome: 'installed',
    part: {
      ...readPart,
      hash: content.hash,
      generation: rules.generation,
      document: rules.compat === 'r2' ? softened(document) : document,
      shared,
      items,
      metrics,
      topProblems: [...ofKeys, ...ofMetrics, ...problemsOfShared(shared, document)],
    },
  }
}

const NO_METRICS: ReturnType<typeof metricsRead> = { metrics: [], problems: [] }

const withoutFailure = ({ failure: _, ...part }: Part): Part => part

/** A content that was read and compiled, or why it is refused as a whole. */
type Reading =
  | (Pick<Part, 'alsoRefused'> & { readonly refused: TextProblem })
  | { readonly document: Document; readonly shared: Shared; readonly items: Items }

function* read(content: Content, part: Part, rules: JudgeRules): Generator<void, Reading> {
  // The text that a source starts with when it has nothing has no end mark.
  const torn = content.confirmedAt === 0 ? undefined : checkEnd(content.text, rules.guards)
  if (torn) return { refused: torn }
  const document = yield* readDocument(content, part.document)
  const unusable = document.fatal ?? (rules.compat === 'r2' ? undefined : foreignProblem(document))
  if (unusable)
    return { refused: unusable, ...(document.fatal && { alsoRefused: document.problems }) }
  const tooMany = tooManyDefinitions(document)
  if (tooMany) return { refused: tooMany }
  const shared = yield* sharedOf(document, part.shared, rules)
  const items = yield* judge(document, part.items, { ...rules, shared }, rules.generation)
  yield
  const guards = document.mayBeEmpty ? { ...rules.guards, allowEmpty: true } : rules.guards
  const refused = yield* checkRemoved(part.items, items, guards)
  if (refused) return { refused }
  yield
  return { document, shared, items }
}

/** In r2 the last of two equal keys wins, so that is no error there. */
const softened = (document: Document): Document => ({
  ...document,
  problems: document.problems.map((problem) => ({ ...problem, severity: 'warning' })),
})

const isError = ({ severity }: { readonly severity?: Severity }): boolean => severity !== 'warning'

/** Whether a content that may be torn is refused, refuses an entry or removes one. */
function wouldHarm({ items: before }: Part, reading: Reading): boolean {
  if ('refused' in reading || reading.shared.problems.some(isError)) return true
  for (const name of before.keys()) if (!reading.items.has(name)) return true
  for (const item of reading.items.values()) if (item.problems.some(isError)) return true
  return false
}
