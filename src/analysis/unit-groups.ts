import { inSlices, TimeSlice } from '../runtime/time-slice'
import type { People, Person } from './people'

/** People who are alike: each is counted once. */
export interface UnitGroup extends Pick<
  Person,
  | 'variant'
  | 'firstVariant'
  | 'revision'
  | 'lastRevision'
  | 'crossed'
  | 'crossedBySignIn'
  | 'countsAsFirst'
  | 'returned'
  | 'moved'
  | 'cohort'
> {
  /** The step in which they were first seen, in milliseconds since 1970. */
  readonly start: number
  readonly units: number
}

/** Counts people. Steps begin at multiples of `stepMs` since 1970, so days are those of UTC. */
export const unitGroups = (
  { list }: Pick<People, 'list'>,
  stepMs: number,
): Promise<readonly UnitGroup[]> => inSlices(grouped(list, stepMs))

function* grouped(list: readonly Person[], stepMs: number): Generator<void, readonly UnitGroup[]> {
  const slice = new TimeSlice()
  const found = new Map<string, UnitGroup & { units: number }>()
  const numbers = new Map<string | null, number>()
  /** Revisions are long, and a key is made for everybody. */
  const short = (text: string | null): number => {
    const known = numbers.get(text)
    if (known === undefined) numbers.set(text, numbers.size)
    return known ?? numbers.size - 1
  }
  for (const { variant, firstVariant, revision, lastRevision, at, ...is } of list) {
    const start = at - (at % stepMs)
    const { crossed, returned, moved, cohort, crossedBySignIn, countsAsFirst } = is
    const drawn = { variant, firstVariant, revision, lastRevision }
    const texts = `${short(variant)} ${short(firstVariant)} ${short(revision)} ${short(lastRevision)}`
    const key = `${start} ${texts} ${crossed} ${returned} ${moved} ${crossedBySignIn ?? false} ${countsAsFirst ?? false} ${cohort}`
    const known = found.get(key)
    if (known) known.units++
    else
      found.set(key, {
        ...{ ...drawn, start, crossed, returned, moved, cohort, units: 1 },
        ...(crossedBySignIn && { crossedBySignIn }),
        ...(countsAsFirst && { countsAsFirst }),
      })
    if (slice.isOver()) yield
  }
  // In an order that does not depend on that of the rows, which each store has its own.
  return [...found.values()].sort(compared)
}

const PARTS = [
  ...(['start', 'firstVariant', 'variant', 'revision', 'lastRevision', 'cohort'] as const),
  ...(['crossed', 'crossedBySignIn', 'countsAsFirst', 'returned', 'moved'] as const),
]

/** By every part in turn; what is missing or null is first. */
function compared(a: UnitGroup, b: UnitGroup): number {
  for (const part of PARTS) {
    const [one, other] = [a[part] ?? '', b[part] ?? '']
    if (one !== other) return one < other ? -1 : 1
  }
  return 0
}

/** How many units groups have together. */
export const unitsIn = (groups: readonly UnitGroup[]): number =>
  groups.reduce((sum, { units }) => sum + units, 0)
