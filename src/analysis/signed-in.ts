import { inSlices, TimeSlice } from '../runtime/time-slice'
import { percent, whole } from './figures'
import type { People, Person } from './people'
import type { Phases } from './phases'

/** People of a stitched report who saw another variant by signing in alone. */
export interface SignedIn {
  readonly units: number
  /** They count, in the variant that they saw first. Else they are in no estimate. */
  readonly countAsFirst: boolean
}

/**
 * Marks those who crossed by signing in alone, and count all the same.
 *
 * A user is drawn anew, so whoever signs in sees the same variant again as often as its share says.
 * Where all shares are equal, to leave out the others takes as many from each variant. Where they are not, it
 * keeps more of those who sign in where the share is larger, and these may do what they do far more
 * often than others. So they stay then, in the variant that they saw first: it was drawn before anybody did
 * anything.
 */
export async function withSignedIn(people: People, phases: Pick<Phases, 'draws'>): Promise<People> {
  const isOfThem = people.list.some(({ crossedBySignIn }) => crossedBySignIn)
  return isOfThem && !hasEqualShares(phases)
    ? { ...people, list: await inSlices(kept(people.list)) }
    : people
}

function* kept(list: readonly Person[]): Generator<void, readonly Person[]> {
  const slice = new TimeSlice()
  const found: Person[] = []
  for (const person of list) {
    found.push(person.crossedBySignIn ? { ...person, countsAsFirst: true } : person)
    if (slice.isOver()) yield
  }
  return found
}

/** One of r2's buckets: three variants cannot have as many of a thousand each. */
const BUCKET = 0.001 + 1e-9

/**
 * Whether all entries that decided give the same variants equal shares; who has none is not among
 * them. Shares that are not known are not equal, and neither are those of a variant that was added or
 * stopped: who was first seen in it signs in to others.
 */
export function hasEqualShares({ draws }: Pick<Phases, 'draws'>): boolean {
  const sets = draws.map(({ shares }) => shares?.filter(({ share }) => share > 0) ?? [])
  const names = sets.map((shares) => JSON.stringify(shares.map(({ variant }) => variant).sort()))
  return (
    new Set(names).size === 1 &&
    sets.every(
      (shares) =>
        shares.length > 0 &&
        shares.every(({ share }) => Math.abs(share - 1 / shares.length) < BUCKET),
    )
  )
}

/** How those count who crossed by signing in, as a sentence. */
export function signedInLines(signedIn: SignedIn | undefined, all: number): readonly string[] {
  if (!signedIn || signedIn.units === 0) return []
  const { units, countAsFirst } = signedIn
  const who = `Signed in: ${whole(units)} of ${whole(all)} units (${percent(units / all, 2)}) saw another variant by signing in, since a user is drawn anew`
  return [
    countAsFirst
      ? `${who}. As the shares are not equal, they count in the variant that they saw first: without them, a variant with a larger share would keep more of those who sign in. So the figures are of being drawn for a variant, and an effect of seeing nothing else is larger than they say; to have that one, draw signed-in people alone.`
      : `${who}, and are in no estimate. As the shares are equal, as many of each variant are left out, and what is left is a fair sample if no variant changes who signs in; to have them, draw signed-in people alone.`,
  ]
}
