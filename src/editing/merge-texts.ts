import type { Format } from '../core/source'
import { editText, entryTexts } from './edit-text'

/** An entry that one of two people changed, as its lines are written; null where it is not there. */
export interface MergedEntry {
  readonly feature: string
  readonly base: string | null
  readonly mine: string | null
  readonly theirs: string | null
  /** False: only one side changed it, or both alike, so the merge takes that side. */
  readonly isConflict: boolean
}

export interface Merge {
  readonly entries: readonly MergedEntry[]
  /** Their text with my changes; null where both changed one entry, each in another way. */
  readonly text: string | null
}

/**
 * Joins two edits of one text, entry by entry. What is outside of entries is as they have it, and
 * an entry that is new on my side comes last.
 *
 * @throws {LiveflagError} LIVEFLAG_CANNOT_EDIT where an entry of mine cannot be put into their text
 */
export function mergeTexts(base: string, mine: string, theirs: string, format: Format): Merge {
  const [old, my, their] = [base, mine, theirs].map((text) => entryTexts(text, format))
  const at = (texts: typeof old, feature: string): string | null => texts?.get(feature) ?? null
  const names = new Set([old, my, their].flatMap((texts) => [...(texts?.keys() ?? [])]))
  const entries = [...names].flatMap((feature): readonly MergedEntry[] => {
    const [b, m, t] = [at(old, feature), at(my, feature), at(their, feature)]
    if (b === m && b === t) return []
    return [{ feature, base: b, mine: m, theirs: t, isConflict: m !== b && t !== b && m !== t }]
  })
  if (entries.some(({ isConflict }) => isConflict)) return { entries, text: null }
  const changed = entries.filter(
    (entry) => entry.mine !== entry.base && entry.mine !== entry.theirs,
  )
  return { entries, text: changed.reduce((text, entry) => withMine(text, entry, format), theirs) }
}

function withMine(text: string, { feature, mine, theirs }: MergedEntry, format: Format): string {
  if (mine === null) return editText(text, format, [{ kind: 'delete', feature }])
  const there =
    theirs === null ? editText(text, format, [{ kind: 'add', feature, value: 'off' }]) : text
  return editText(there, format, [{ kind: 'text', feature, text: mine }])
}
