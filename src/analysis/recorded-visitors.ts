import type { Facts } from '../core/world'
import type { RecordedUnit } from '../recording/store'

/** Recorded units as visitors, each once: their ids alone, as nothing else of them is recorded. */
export function recordedVisitors(units: readonly RecordedUnit[]): readonly Facts[] {
  const known = new Map(
    units.flatMap((unit) => {
      const facts = factsOf(unit)
      return facts ? [[JSON.stringify(facts), facts] as const] : []
    }),
  )
  return [...known.values()]
}

/** A page is no visitor. */
function factsOf({ unit, kind }: RecordedUnit): Facts | undefined {
  if (kind === 'page') return undefined
  if (kind === 'loid') return { loid: unit }
  return kind === 'user' || kind === 'subject' || kind === 'id'
    ? { user: { id: unit } }
    : { attributes: { [kind]: unit } }
}
