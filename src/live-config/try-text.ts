import type { Problem } from '../core/problem'
import type { ReadText } from '../core/source'
import type { Semantics } from './entries/semantics'
import type { Guards } from './guards'
import { type InForce, snapshotOf } from './in-force'
import { judgeContent } from './judge-content'
import { emptyPart, type Part, problemsOf } from './part'
import { hasContent, type Slot, type Slots } from './slots'
import type { Snapshot } from './snapshot'

/** What would be in force with another text. */
export interface Tried {
  readonly snapshot: Snapshot
  /** All problems that there would be. Of a text that is refused as a whole, only why. */
  readonly problems: readonly Problem[]
}

/** Where a text is tried, and what is there now. */
interface TriedAt {
  readonly slots: Slots
  readonly slot: Slot
  /** What is in the slot, without what may be taken back. */
  readonly before: Part
  readonly inForce: InForce
  readonly generation: number
  readonly now: number
}

/**
 * Judges a text as if its source had sent it, and joins it with the present texts of all others.
 * Changes nothing. Yields between slices.
 */
export function* tryText(
  text: ReadText & { readonly hash: string },
  { slots, slot, before, inForce, generation, now }: TriedAt,
  rules: Semantics & { readonly guards: Guards },
): Generator<void, Tried> {
  const { part, problems } = yield* judged(text, before, { ...rules, generation })
  const parts = slots.partsWith(slot, part)
  const contents = parts.map((texts) => texts.filter(hasContent))
  const { snapshot, clashes } = yield* snapshotOf(contents, inForce, rules, generation, now)
  const others = parts.flat().filter((one) => one !== part)
  return { snapshot, problems: [...problems, ...others.flatMap(problemsOf), ...clashes] }
}

function* judged(
  { content, problem, hash }: ReadText & { readonly hash: string },
  before: Part,
  rules: Parameters<typeof judgeContent>[2],
): Generator<void, { readonly part: Part; readonly problems: readonly Problem[] }> {
  const warnings = [...before.warnings, ...(problem ? [problem] : [])]
  const present = { ...before, warnings }
  if (content === undefined) return { part: present, problems: onlyWhy(present) }
  const { written = { format: 'yaml' } } = before
  const whole = { ...written, ...content, hash, settled: true }
  const { part } = yield* judgeContent(whole, present, rules)
  return { part, problems: part.refused ? onlyWhy(part) : problemsOf(part) }
}

/** The problems of a refused text, without those of the text that stays in force. */
const onlyWhy = ({ source, refused, alsoRefused = [], warnings }: Part): readonly Problem[] =>
  problemsOf({ ...emptyPart(source), ...(refused && { refused }), alsoRefused, warnings })
