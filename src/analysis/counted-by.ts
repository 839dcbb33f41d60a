import type { UnitGroup } from './people'
import type { Draw, Phases } from './phases'
import { splitIn } from './redraw'

/**
 * By which of the variants that a unit saw, and by the shares of which time, it is counted. The first
 * one is drawn before anybody does anything, so that coming back, which a variant may change, moves
 * no count. After an edit of a draw that leaves people out, those who had been left out are first
 * seen in what grew, whoever came before them; then, they are counted as they were last seen.
 */
export type CountedBy = 'first' | 'last'

/** So many are asked for whether a draw leaves out some. */
const ASKED = 500

export async function countedBy(
  phases: Phases,
  experiment: string,
  kind: string | null | undefined,
): Promise<CountedBy> {
  const draws = phases.draws
  const shares = new Set(draws.map((draw) => JSON.stringify(draw.shares)))
  if (shares.size < 2) return 'first'
  for (const draw of draws) if (await leavesOut(draw, experiment, kind ?? 'user')) return 'last'
  return 'first'
}

/** Whether some are in no variant, apart from those whom its traffic does not let in. */
async function leavesOut({ kept }: Draw, experiment: string, kind: string): Promise<boolean> {
  const split = kept && splitIn(kept, experiment)
  if (!split) return false
  const redraw = await split.open()
  try {
    const units = Array.from({ length: ASKED }, (_, i) => `unit-${i}`)
    return units.some((unit) => redraw.of(unit, kind) === undefined)
  } finally {
    await redraw.close()
  }
}

/** The variant that a unit is counted in, and the entry whose shares it is tested by. */
export const countedIn = (
  { variant, firstVariant, revision, lastRevision }: UnitGroup,
  by: CountedBy,
): { readonly variant: string; readonly revision: string | null } =>
  by === 'last' ? { variant, revision: lastRevision } : { variant: firstVariant, revision }

/** Whether a unit is in the test of the split: that somebody came back is no draw of the span. */
export const isTested = ({ returned }: UnitGroup, by: CountedBy): boolean =>
  by === 'last' || !returned
