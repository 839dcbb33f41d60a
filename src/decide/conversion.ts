import { randomUUID } from 'node:crypto'
import { LiveflagError, shown } from '../core/errors'
import type { ConversionRow } from '../recording/store'

/** Something that an experiment hopes for happened: a purchase, a sign-up. */
export interface Conversion {
  /** What happened: `purchase`. Reports ask for it by this name. */
  readonly name: string
  /** The decision that it follows from; or `unit`, or both. */
  readonly decisionId?: string
  /** Who did it: the subject of decisions, the unit of exposures. */
  readonly unit?: string
  /** The same event told twice counts once. Left out, each call is an event of its own. */
  readonly eventId?: string
  /** How much: money, seconds. */
  readonly value?: number
  /** When: milliseconds since 1970; default now. */
  readonly at?: number
}

/**
 * The row that records a conversion. Throws LIVEFLAG_BAD_OPTION on one that no report could use.
 */
export function conversionRow(
  { name, decisionId, unit, eventId, value, at }: Conversion,
  now: number,
): ConversionRow {
  expect(isText(name), `name is ${shown(name)}; say what happened, such as purchase`)
  expect(
    isText(decisionId) || isText(unit),
    'it has neither decisionId nor unit; give the one that it belongs to',
  )
  expect(
    eventId === undefined || isText(eventId),
    `eventId is ${shown(eventId)}; give a text that is not empty`,
  )
  expect(value === undefined || Number.isFinite(value), `value is ${shown(value)}; give a number`)
  expect(
    at === undefined || Number.isFinite(at),
    `at is ${shown(at)}; give milliseconds since 1970`,
  )
  return {
    eventId: eventId ?? randomUUID(),
    name,
    decisionId: decisionId ?? null,
    unit: unit ?? null,
    value: value ?? null,
    at: at ?? now,
  }
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''

function expect(holds: boolean, message: string): void {
  if (!holds) throw new LiveflagError('LIVEFLAG_BAD_OPTION', `the conversion: ${message}`)
}
