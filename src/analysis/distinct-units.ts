import type { Reports, Span } from '../recording/store'
import { total } from './strata'

/** How many units were exposed, each once, however many variants it saw. */
export async function distinctUnits(
  reports: Pick<Reports, 'exposedUnits' | 'eachMember'>,
  experiment: string,
  span: Span = {},
): Promise<number> {
  const variants = await reports.exposedUnits(experiment, span)
  const shared = variants.filter(({ crossed }) => crossed > 0)
  const counted = total(variants, ({ units }) => units)
  // Of two variants, whoever is in both was counted twice; of more, the counts do not say how often.
  if (shared.length <= 2) return counted - total(shared, ({ crossed }) => crossed) / 2
  const { from = 0, to = Number.MAX_SAFE_INTEGER } = span
  const seen = new Set<string>()
  await reports.eachMember({ experiment, by: 'unit', until: to }, ({ unit, at }) => {
    if (at >= from) seen.add(unit)
  })
  return seen.size
}
