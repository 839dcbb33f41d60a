import type { Member, MembersAsked, Reports, SignIn } from '../recording/store'
import { TimeSlice } from '../runtime/time-slice'
import { nextTurn } from '../runtime/timers'

/**
 * Whose a logged-out id is: the user's who was first exposed with it. Undefined of one that was
 * nobody's at that time.
 */
export type SignIns = ReadonlyMap<string, string | undefined>

export const NO_SIGN_INS: SignIns = new Map()

/** Reads which logged-out id is whose. A store that does not know leaves it to the rows. */
export async function signInsOf(
  reports: Pick<Reports, 'eachSignIn'>,
  { experiment, until }: Omit<MembersAsked, 'by'>,
): Promise<SignIns> {
  const found = new Map<string, Holder>()
  await reports.eachSignIn?.(experiment, (signIn) => keepFirst(found, signIn))
  const signIns = new Map<string, string | undefined>()
  const slice = new TimeSlice()
  for (const [loid, { unit, at }] of found) {
    signIns.set(loid, at < until ? unit : undefined)
    if (slice.isOver()) await nextTurn()
  }
  return signIns
}

type Holder = Omit<SignIn, 'loid'>

/** Of two of one time the unit decides, so that the order of rows does not. */
function keepFirst(found: Map<string, Holder>, { loid, unit, at }: SignIn): void {
  const known = found.get(loid)
  if (!known || at < known.at || (at === known.at && unit < known.unit))
    found.set(loid, { unit, at })
}

/** Returns whose a row is. */
export function* stitchedIds(
  rows: readonly Member[],
  signIns: SignIns,
  slice: TimeSlice,
): Generator<void, (row: Member) => string> {
  // Those of a store, or of a process, that keeps no sign-ins.
  const others = new Map<string, Holder>()
  for (const { kind, unit, user, loid, at } of rows) {
    if (kind === 'user' && user && loid && loid !== unit && !signIns.has(loid))
      keepFirst(others, { loid, unit, at })
    if (slice.isOver()) yield
  }
  const holderOf = (loid: string): string | undefined => signIns.get(loid) ?? others.get(loid)?.unit
  return (row) => (isSignedOut(row) ? holderOf(row.loid ?? '') : undefined) ?? row.unit
}

/** A World may know the account of a visitor who is not signed in: the loid was drawn, then. */
export const isSignedOut = ({ kind, unit, user, loid }: Member): boolean =>
  kind === 'user' && Boolean(loid) && (!user || (unit === loid && unit !== user))
