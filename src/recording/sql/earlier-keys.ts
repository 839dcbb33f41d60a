import { earlierKeyOf } from '../conversion-key'
import type { Connection, Engine } from './engine'
import { sql } from './statement'
import type { Value, Values } from './table'
import { conversions } from './tables'

const PLACE = {
  key: conversions.placeOf('eventId'),
  name: conversions.placeOf('name'),
  decision: conversions.placeOf('decisionId'),
  unit: conversions.placeOf('unit'),
  value: conversions.placeOf('value'),
  event: conversions.placeOf('event'),
}

interface KnownRow {
  readonly key: string
  readonly name: string
  readonly decision: string | null
  readonly unit: string | null
  readonly value: number | null
}

/**
 * Returns the rows of `conversions` that are not in the table under a key of before: that was the
 * event id alone, of rows that were handed as they are, and of refunds it did not say the value. An
 * event that was stored then and is sent again must not count twice.
 */
export async function withoutEarlier(
  engine: Engine,
  connection: Connection,
  rows: readonly Values[],
): Promise<readonly Values[]> {
  const keys = new Set(rows.flatMap(earlierKeys))
  if (keys.size === 0) return rows
  const known = await connection.query<KnownRow>(sql`
    select event_id as key, name, decision_id as decision, unit, value
    from liveflag_conversions where event_id in (${engine.texts([...keys])})`)
  if (known.length === 0) return rows
  const byKey = new Map(known.map((row) => [row.key, row]))
  return rows.filter((row) => !earlierKeys(row).some((key) => isSame(byKey.get(key), row)))
}

function earlierKeys(row: Values): string[] {
  const [event, key] = [row[PLACE.event], row[PLACE.key]]
  if (typeof event !== 'string') return []
  const earlier = earlierKeyOf(String(key))
  return earlier === undefined ? [event] : [event, earlier]
}

/** Whether a row that is stored is about the same thing; a key of before may be another's. */
function isSame(known: KnownRow | undefined, row: Values): boolean {
  if (known === undefined || known.key === row[PLACE.key]) return false
  // A row of before was for a decision, a unit, or both.
  const isForIt =
    row[PLACE.unit] === null
      ? known.decision === row[PLACE.decision]
      : known.unit === row[PLACE.unit]
  return isForIt && known.name === row[PLACE.name] && isSameAmount(known.value, row[PLACE.value])
}

/** Of the same event, only refunds differ by what they are worth. */
function isSameAmount(known: number | null, value: Value | undefined): boolean {
  const [before, now] = [Number(known ?? 0), Number(value ?? 0)]
  return before < 0 || now < 0 ? before === now : true
}
