import type { Items } from './entries/judge'
import type { TextProblem } from './text/entry'
import { TimeSlice } from '../runtime/time-slice'

/** What a new content may remove; beyond that it is held and not installed. */
export interface Guards {
  /**
   * Whether a content without any feature may replace one with features. Default false: `{}` is
   * held.
   */
  readonly allowEmpty: boolean
  /** The largest share of features, 0 to 1, that one content may remove. Default 1: any. */
  readonly maxRemoved: number
  /**
   * The last line that a text must have; unset: any. It tells a whole YAML or ini file from a torn
   * one.
   */
  readonly endMarker?: string | undefined
}

export const NO_GUARDS: Guards = { allowEmpty: false, maxRemoved: 1 }

/** Holds a text whose last line is not the end mark. */
export function checkEnd(text: string, { endMarker }: Guards): TextProblem | undefined {
  if (endMarker === undefined || text.trimEnd().split(/\r?\n/).at(-1)?.trim() === endMarker)
    return undefined
  const line = text.split(/\r?\n/).length
  const message = `the last line is not the end mark ${JSON.stringify(endMarker)}: the file may be half-written; end it with that line`
  return { code: 'no-end-marker', severity: 'error', message, line, column: 1 }
}

/**
 * Whether some entry is good: a content in which every entry is refused, or has no name, is not
 * believed.
 */
const isUsable = (items: Items): boolean => {
  for (const [name, { version }] of items) if (version && name !== '') return true
  return false
}

/** The first problem of the entries; the others are reported with the content. */
function firstProblem(items: Items): string {
  for (const { problems, entry } of items.values()) {
    const [problem] = problems
    if (problem) return `${entry.key} on line ${entry.position.line}: ${problem.message}; `
  }
  return ''
}

/**
 * Holds a content, or the removal of a text, that removes more than the guards allow. Yields between
 * slices.
 */
export function* checkRemoved(
  before: Items,
  after: Items,
  guards: Guards,
  isGone = false,
): Generator<void, TextProblem | undefined> {
  const slice = new TimeSlice()
  let inForce = 0
  let removed = 0
  for (const [name, { version }] of before) {
    if (slice.isOver()) yield
    if (version === undefined) continue
    inForce++
    if (!after.has(name)) removed++
  }
  if (inForce === 0) return undefined
  if (removed === inForce && !isUsable(after) && !guards.allowEmpty) {
    const cause = isGone
      ? 'this text is gone, no feature is left, and that'
      : `the content has no ${after.size > 0 ? 'usable ' : ''}feature and`
    const message = `${cause} would remove all ${inForce}; ${firstProblem(after)}add one, or allow it with guards.allowEmpty`
    return { code: 'would-remove-all', severity: 'error', message }
  }
  if (removed / inForce <= guards.maxRemoved) return undefined
  const percent = Math.round(guards.maxRemoved * 100)
  const cause = isGone ? 'this text is gone, and that' : 'the content'
  const message = `${cause} would remove ${removed} of ${inForce} features, more than the ${percent} % that guards.maxRemoved allows; remove them in steps`
  return { code: 'would-remove-many', severity: 'error', message }
}
