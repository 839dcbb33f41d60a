import { TimeSlice } from '../runtime/time-slice'
import { nextTurn } from '../runtime/timers'
import type { StoredRows } from './memory-rows'
import type { SeenRow } from './sql/tables'
import {
  ASSIGNED,
  type ConversionRow,
  type DecisionRow,
  type EventsAsked,
  type Member,
  type MembersAsked,
  type RecordedAttributes,
  type RecordedEvent,
  type SignIn,
  type VariantConversions,
} from './store'

export async function eachMember(
  { exposures, decisions }: StoredRows,
  { experiment, by, until }: MembersAsked,
  each: (member: Member) => void,
): Promise<void> {
  if (by === 'unit')
    return inTurns(exposures.values(), (row) => {
      if (row.experiment === experiment && row.at < until) each(memberOf(row))
    })
  await inTurns(decisions.values(), (row) => {
    const { experimentId, reason, at } = row
    if (experimentId === experiment && reason === ASSIGNED && at < until) decided(row, each)
  })
}

function memberOf(row: SeenRow): Member {
  const { unit, kind, user = null, loid = null, variant, at, lastAt, attributes } = row
  const { revision = null, lastRevision } = row
  const texts = { unit, kind, user, loid, variant, attributes: jsonOf(attributes) }
  return { ...texts, revision, lastRevision: lastRevision ?? revision, at, lastAt }
}

function decided(row: DecisionRow, each: (member: Member) => void): void {
  const { subject, variantId: variant, revision = null, at, attributes } = row
  if (variant === null) return
  const texts = { unit: subject, kind: null, user: null, loid: null, variant }
  const entry = { revision, lastRevision: revision, attributes: jsonOf(attributes) }
  each({ ...texts, ...entry, at, lastAt: at })
}

const jsonOf = (attributes: RecordedAttributes | null | undefined): string | null =>
  attributes && Object.keys(attributes).length > 0 ? JSON.stringify(attributes) : null

export async function eachSignIn(
  { signIns }: StoredRows,
  wanted: string,
  each: (signIn: SignIn) => void,
): Promise<void> {
  await inTurns(signIns.values(), ({ experiment, ...signIn }) => {
    if (experiment === wanted) each(signIn)
  })
}

export async function eachEvent(
  { conversionRows, decisions }: StoredRows,
  { experiment, from }: EventsAsked,
  each: (event: RecordedEvent) => void,
): Promise<void> {
  await inTurns(conversionRows.values(), (row: ConversionRow) => {
    if (row.at < from) return
    const { name, event = null, unit, decisionId, value, at } = row
    const made = decisionId === null ? undefined : decisions.get(decisionId)
    const isOfExperiment = made?.experimentId === experiment && made.reason === ASSIGNED
    const subject = isOfExperiment ? made.subject : null
    const isOrphan = decisionId !== null && made === undefined
    each({ name, event, unit, subject, isOrphan, value, at })
  })
}

/** A memory of hundreds of thousands of rows must not hold up a request. */
async function inTurns<Row>(rows: Iterable<Row>, each: (row: Row) => void): Promise<void> {
  const slice = new TimeSlice()
  for (const row of rows) {
    each(row)
    if (slice.isOver()) await nextTurn()
  }
}

/** Sums over units, of which each has its events; an event without a value counts as 0. */
export function totalsOf(units: readonly (readonly { readonly value: number | null }[])[]): Totals {
  const totals = units.map((events) => events.reduce((sum, { value }) => sum + (value ?? 0), 0))
  const sum = totals.reduce((before, total) => before + total, 0)
  const mean = sum / units.length
  return {
    units: units.length,
    converted: units.filter((events) => events.length > 0).length,
    conversions: units.reduce((before, events) => before + events.length, 0),
    sum,
    squaredDeviations: totals.reduce((before, total) => before + (total - mean) ** 2, 0),
  }
}

type Totals = Omit<VariantConversions, 'variant'>
