import { restoredText } from '../core/storable-text'
import { inSlices, TimeSlice } from '../runtime/time-slice'
import type { DrawnId, People, Person } from './people'
import type { Phases } from './phases'
import type { Redraw } from './redraw'
import type { Splits } from './splits'

/**
 * Marks everybody of whom an edit gave a bucket to another variant after they were first seen by
 * its id. Of these, who comes back has seen both and is in no estimate; were the others left in it, a variant that
 * lost buckets would keep those who come less often than its own. A bucket is drawn before anybody
 * does anything, so to leave out all of its people chooses nobody by what they did. Where none of
 * them has seen a second variant, as with assignments that are kept, nobody is missing and all stay.
 */
export async function withMoved(people: People, phases: Phases, splits: Splits): Promise<People> {
  const edits = await editsOf(phases, splits)
  if (edits.every(({ later }) => later.length === 0)) return people
  const list = await inSlices(marked(people.list, phases, edits))
  const isSelected = list.some(({ crossed, moved }) => crossed && moved)
  return isSelected ? { ...people, list } : people
}

/** How the people of a phase were drawn, and by which other draws they may have come back. */
interface Edits {
  readonly own: Redraw | undefined
  readonly later: readonly Redraw[]
}

async function editsOf(phases: Phases, splits: Splits): Promise<readonly Edits[]> {
  const edits: Edits[] = []
  for (const [phase, { draw }] of phases.list.entries()) {
    const own = await splits.of(draw)
    const later = new Set<Redraw>()
    for (const one of phases.laterThan(phase)) {
      const split = await splits.of(one)
      if (split && own && split !== own) later.add(split.redraw)
    }
    edits.push({ own: own?.redraw, later: [...later] })
  }
  return edits
}

function* marked(
  list: readonly Person[],
  phases: Phases,
  edits: readonly Edits[],
): Generator<void, readonly Person[]> {
  const slice = new TimeSlice()
  const found: Person[] = []
  const isOther = (id: DrawnId): boolean => isMoved(id, phases, edits)
  for (const person of list) {
    // Who was drawn by several ids may have seen another variant by any of them.
    const moved = isMoved(person, phases, edits) || person.otherIds?.some(isOther)
    found.push(moved ? { ...person, moved: true } : person)
    if (slice.isOver()) yield
  }
  return found
}

/** By what the entries draw, not by what was recorded: that may have been kept, or forced. */
function isMoved(
  { unit, kind, revision, at }: DrawnId,
  phases: Phases,
  all: readonly Edits[],
): boolean {
  const edits = all[phases.phaseOf(revision, at)]
  if (edits?.own === undefined || edits.later.length === 0) return false
  const id = restoredText(unit)
  // A decision is about a user.
  const variantBy = (redraw: Redraw): string | undefined => redraw.of(id, kind ?? 'user')?.variant
  const first = variantBy(edits.own)
  return (
    first !== undefined &&
    edits.later.some((redraw) => {
      const variant = variantBy(redraw)
      return variant !== undefined && variant !== first
    })
  )
}
