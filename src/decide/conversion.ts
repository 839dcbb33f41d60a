import { randomUUID } from 'node:crypto'
import { LiveflagError, shown } from '../core/errors'
import { keyedConversions } from '../recording/conversion-key'
import type { ConversionRow } from '../recording/store'
import { isAhead } from './limits'

/** Something that an experiment hopes for happened: a purchase, a sign-up. */
export interface Conversion {
  /** What happened: `purchase`. Reports ask for it by this name. */
  readonly name: string
  /** The decision that it follows from; or `unit`, or both. */
  readonly decisionId?: string
  /** Who did it: the subject of decisions, the unit of exposures. */
  readonly unit?: string
  /**
   * The same event reported twice counts once for each decision or unit, and a refund (a value below
   * 0) beside it, each value of it once: two refunds of the same value need ids of their own. Left
   * out, each call is an event of its own.
   */
  readonly eventId?: string
  /** How much: money, seconds. */
  readonly value?: number
  /** When: milliseconds since 1970; default now. */
  readonly at?: number
}

/** Sums of squares of larger values are beyond what databases can add up. */
const LARGEST_VALUE = 1e100

/**
 * Returns the rows that record a conversion. Throws LIVEFLAG_BAD_OPTION when the call is not valid.
 *
 * An event id counts once for each name and decision, and once for its unit: see `keyedConversions`.
 */
export function conversionRows(conversion: Conversion, now: number): readonly ConversionRow[] {
  check(conversion)
  const { name, decisionId = null, unit = null, eventId, value = null, at = now } = conversion
  const row = { name, decisionId, unit, value, at }
  // An id that nobody else has is a key, and shorter than one that says all of the row.
  if (eventId === undefined) return [{ ...row, eventId: randomUUID(), event: null }]
  return keyedConversions({ ...row, eventId })
}

/** Why no report could use a conversion that is valid otherwise. */
export function refusalOf({ at, value }: Conversion, now: number): LiveflagError | undefined {
  if (at !== undefined && (at < 0 || isAhead(at, now)))
    return refused(
      `its time, at: ${at}, is before 1970 or more than a day ahead; give milliseconds since 1970`,
    )
  if (value !== undefined && Math.abs(value) > LARGEST_VALUE)
    return refused(
      `its value, ${value}, is too large to be added up; give at most ${LARGEST_VALUE}`,
    )
  return undefined
}

export const unknownDecision = (decisionId: string): LiveflagError =>
  refused(`there is no decision ${decisionId}; give the decisionId of an answer`)

const refused = (reason: string): LiveflagError =>
  new LiveflagError('LIVEFLAG_BAD_ROW', `a conversion was not recorded: ${reason}`)

function check({ name, decisionId, unit, eventId, value, at }: Conversion): void {
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
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''

function expect(holds: boolean, message: string): void {
  if (!holds) throw new LiveflagError('LIVEFLAG_BAD_OPTION', `the conversion: ${message}`)
}
