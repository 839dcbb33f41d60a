import type { ConversionRow } from './store'

/**
 * Returns the rows that a store has of a conversion. The key of each is the event, its name, the
 * decision or the unit that it is for and, of a refund (a value below 0), the value: one order may
 * convert in several experiments, under several names and for several units, and a refund is an
 * event of its own. A row for a decision and a unit becomes one for each, so that reports by unit
 * count it once, however many decisions it names. A row with `event` has its key.
 */
export function keyedConversions(row: ConversionRow): readonly ConversionRow[] {
  const { eventId, name, decisionId, unit, value, event } = row
  // A row without an id is refused by the column, so it keeps what it has.
  if (event !== undefined || typeof eventId !== 'string') return [row]
  const keyOf = (...target: string[]): string =>
    JSON.stringify([
      eventId,
      name,
      ...target,
      ...(value !== null && value < 0 ? [REFUND, value] : []),
    ])
  if (decisionId === null && unit === null) return [{ ...row, event: eventId, eventId: keyOf() }]
  const forDecision = { ...row, event: eventId, eventId: keyOf(`decision ${decisionId}`) }
  const forUnit = { ...row, event: eventId, eventId: keyOf(`unit ${unit}`) }
  return [
    ...(decisionId === null ? [] : [{ ...forDecision, unit: null }]),
    ...(unit === null ? [] : [{ ...forUnit, decisionId: null }]),
  ]
}

const REFUND = 'refund'

/**
 * The key that earlier versions gave the row of a key, if it was another: that of a refund did not
 * say the value. The key may be as databases have it.
 */
export const earlierKeyOf = (key: string): string | undefined =>
  REFUND_KEY.test(key) ? key.replace(REFUND_KEY, `,"${REFUND}"]`) : undefined

const REFUND_KEY = new RegExp(String.raw`,"${REFUND}",-[\d.e+-]+\]$`)
