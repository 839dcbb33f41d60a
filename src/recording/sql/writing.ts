import { ASSIGNED } from '../store'
import type { Connection, Engine, Insert } from './engine'
import { list, named, type Statement, sql } from './statement'
import type { AnyTable, RowOf, Value, Values } from './table'
import {
  assignments,
  conversions,
  decisions,
  domains,
  drops,
  exposures,
  type Stored,
  usages,
} from './tables'

/** The statements that add rows, built once. */
export interface Writing {
  /** Adds rows. One that is stored already changes nothing. */
  write(connection: Connection, rows: Stored): Promise<void>
  /** Adds rows of `domains`. Fails when another experiment holds one of the domains. */
  reserve(connection: Connection, rows: readonly Values[]): Promise<void>
}

export function writingTo(engine: Engine): Writing {
  const once = (table: AnyTable): Insert =>
    engine.inserting(table, sql`on conflict (${list(table.key.map(named))}) do nothing`)
  const inserts = {
    decisions: once(decisions),
    usages: once(usages),
    conversions: once(conversions),
    drops: once(drops),
  }
  const assign = engine.inserting(assignments, latestWins)
  const expose = engine.inserting(exposures, earliestWins)
  const reserve = engine.inserting(domains, sql``)
  return {
    async write(connection, rows) {
      await inserts.decisions(connection, rows.decisions)
      await assign(connection, assignmentsOf(rows.decisions))
      await expose(connection, inKeyOrder(exposures, earliestOf(rows.exposures)))
      await inserts.usages(connection, rows.usages)
      await inserts.conversions(connection, rows.conversions)
      await inserts.drops(connection, rows.drops)
    },
    reserve,
  }
}

/** The earliest and the latest time win, in whatever order rows arrive. */
const latestWins: Statement = sql`
  on conflict (subject_id, experiment_id) do update set
    variant_id = case when excluded.last_at > liveflag_assignments.last_at then excluded.variant_id else liveflag_assignments.variant_id end,
    first_at = case when excluded.first_at < liveflag_assignments.first_at then excluded.first_at else liveflag_assignments.first_at end,
    last_at = case when excluded.last_at > liveflag_assignments.last_at then excluded.last_at else liveflag_assignments.last_at end
  where excluded.last_at > liveflag_assignments.last_at or excluded.first_at < liveflag_assignments.first_at`

/** What is not the key of an exposure: all of it is of the earliest one. */
const seen = exposures.columns.filter(({ name }) => !exposures.key.includes(name))

/** Rows that waited on another server, or in a spill file, arrive after later ones. */
const earliestWins: Statement = sql`
  on conflict (${list(exposures.key.map(named))}) do update set
    ${list(seen.map(({ name }) => sql`${named(name)} = excluded.${named(name)}`))}
  where excluded.created_at < liveflag_exposures.created_at`

const EXPOSED_AT = exposures.placeOf('at')

/** The earliest of each key, because a statement may not change the same row twice. */
function earliestOf(rows: readonly Values[]): readonly Values[] {
  if (rows.length < 2) return rows
  const found = new Map<string, Values>()
  for (const row of rows) {
    const key = JSON.stringify(exposures.keyPlaces.map((place) => row[place]))
    const known = found.get(key)
    if (!known || Number(row[EXPOSED_AT]) < Number(known[EXPOSED_AT])) found.set(key, row)
  }
  return [...found.values()]
}

const PLACE = {
  subject: decisions.placeOf('subject'),
  experimentId: decisions.placeOf('experimentId'),
  variantId: decisions.placeOf('variantId'),
  reason: decisions.placeOf('reason'),
  at: decisions.placeOf('at'),
}

/**
 * Returns rows of `assignments`, one for each subject and experiment: a statement may not change the
 * same row twice.
 */
function assignmentsOf(rows: readonly Values[]): readonly Values[] {
  const found = new Map<string, RowOf<typeof assignments>>()
  for (const row of rows) {
    const [subject, experimentId] = [row[PLACE.subject], row[PLACE.experimentId]]
    const [variantId, at] = [row[PLACE.variantId], row[PLACE.at]]
    if (row[PLACE.reason] !== ASSIGNED || !isText(subject) || !isText(experimentId)) continue
    if (!isText(variantId) || typeof at !== 'number') continue
    const key = JSON.stringify([subject, experimentId])
    const known = found.get(key)
    found.set(key, {
      subject,
      experimentId,
      variantId: known && at <= known.lastAt ? known.variantId : variantId,
      firstAt: Math.min(at, known?.firstAt ?? at),
      lastAt: Math.max(at, known?.lastAt ?? at),
    })
  }
  return inKeyOrder(assignments, [...found.values()].map(assignments.valuesOf))
}

const isText = (value: Value | undefined): value is string => typeof value === 'string'

/** Sorts rows: all transactions lock rows in this order, so that no two wait for each other. */
function inKeyOrder({ keyPlaces }: AnyTable, rows: readonly Values[]): readonly Values[] {
  return rows.length < 2 ? rows : rows.toSorted((a, b) => compared(a, b, keyPlaces))
}

function compared(a: Values, b: Values, places: readonly number[]): number {
  for (const place of places) {
    const [left, right] = [a[place] ?? '', b[place] ?? '']
    if (left !== right) return left < right ? -1 : 1
  }
  return 0
}
