import type { ConversionCount, ConversionRow } from './store'

/** What is read of a row to count its event. */
export type CountedRow = Pick<ConversionRow, 'eventId' | 'event' | 'name'> & {
  /** A database may have it as a text. */
  readonly value: number | string | null
}

/**
 * Counts events by their names: once for each unit, and once if they are for decisions alone. One
 * that was reported for a decision and a unit has a row for each.
 */
export class ConversionCounter {
  private readonly units = new Map<string, number>()
  private readonly ofDecisions = new Map<string, Set<string>>()

  /** All of these are added before those for units. */
  addForDecision(row: CountedRow): void {
    const events = this.ofDecisions.get(row.name) ?? new Set<string>()
    this.ofDecisions.set(row.name, events.add(eventOf(row)))
  }

  addForUnit(row: CountedRow): void {
    this.units.set(row.name, (this.units.get(row.name) ?? 0) + 1)
    this.ofDecisions.get(row.name)?.delete(eventOf(row))
  }

  /** Ordered by name. */
  counts(): ConversionCount[] {
    const names = [...new Set([...this.units.keys(), ...this.ofDecisions.keys()])]
    return names.sort().map((name) => ({
      name,
      conversions: (this.units.get(name) ?? 0) + (this.ofDecisions.get(name)?.size ?? 0),
    }))
  }
}

/** A value below 0 is a refund, which is another event than its order. */
function eventOf({ event, eventId, value }: CountedRow): string {
  const amount = Number(value)
  return JSON.stringify([event ?? eventId, amount < 0 ? amount : null])
}
