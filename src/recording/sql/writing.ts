import { dayOf } from '../../core/time'
import { SEEN_AGAIN_MS } from '../seen-again'
import { ASSIGNED } from '../store'
import type { Connection, Engine, Insert } from './engine'
import { withoutEarlier } from './earlier-keys'
import { list, named, raw, type Statement, sql } from './statement'
import type { AnyTable, Value, Values } from './table'
import {
  assignments,
  configs,
  conversions,
  decisions,
  domains,
  drops,
  exposures,
  looks,
  signIns,
  type Stored,
  usages,
} from './tables'

/** The statements that add rows, built once. */
export interface Writing {
  /** Adds rows. One that is stored already changes nothing. */
  write(connection: Connection, rows: Stored): Promise<void>
  /** Adds rows of `domains`. Fails when another experiment holds one of the domains. */
  reserve(connection: Connection, rows: readonly Values[]): Promise<void>
  /** Counts one more look at an experiment. */
  look(connection: Connection, experiment: string, at: number): Promise<void>
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
  const keep = engine.inserting(configs, earliestWins(configs))
  const signIn = engine.inserting(signIns, earliestWins(signIns))
  const assign = engine.inserting(assignments, latestWins)
  const expose = engine.inserting(exposures, exposuresMerge)
  const reserve = engine.inserting(domains, sql``)
  const look = engine.inserting(looks, oneMore)
  return {
    async write(connection, rows) {
      await keep(connection, inKeyOrder(configs, earliestOf(configs, rows.configs)))
      await inserts.decisions(connection, rows.decisions)
      await assign(connection, assignmentsOf(rows.decisions))
      await expose(connection, inKeyOrder(exposures, mergedExposures(rows.exposures)))
      await signIn(connection, signInsOf(rows.exposures))
      await inserts.usages(connection, rows.usages)
      await inserts.conversions(
        connection,
        await withoutEarlier(engine, connection, rows.conversions),
      )
      await inserts.drops(connection, rows.drops)
    },
    reserve,
    look: (connection, experiment, at) =>
      look(connection, [looks.valuesOf({ experiment, day: dayOf(at), looks: 1, lastAt: at })]),
  }
}

const oneMore: Statement = sql`
  on conflict (experiment, day) do update set looks = liveflag_looks.looks + 1,
    last_at = case when excluded.last_at > liveflag_looks.last_at then excluded.last_at else liveflag_looks.last_at end`

/** The earliest and the latest time win, in whatever order rows arrive. */
const latestWins: Statement = sql`
  on conflict (subject_id, experiment_id) do update set
    variant_id = case when excluded.last_at > liveflag_assignments.last_at then excluded.variant_id else liveflag_assignments.variant_id end,
    first_at = case when excluded.first_at < liveflag_assignments.first_at then excluded.first_at else liveflag_assignments.first_at end,
    last_at = case when excluded.last_at > liveflag_assignments.last_at then excluded.last_at else liveflag_assignments.last_at end,
    ${list(
      ['revision', 'config', 'process', 'bucket', 'hash', 'degraded'].map(
        (name) =>
          sql`${named(name)} = case when excluded.last_at > liveflag_assignments.last_at then excluded.${named(name)} else liveflag_assignments.${named(name)} end`,
      ),
    )}
  where excluded.last_at > liveflag_assignments.last_at or excluded.first_at < liveflag_assignments.first_at`

const earliestWins = ({ name, key }: AnyTable): Statement => sql`
  on conflict (${list(key.map(named))}) do update set created_at = excluded.created_at
  where excluded.created_at < ${named(name)}.created_at`

/** What an exposure has of the earliest one: all but its key, and what it has of the latest. */
const ofEarliest = exposures.columns.filter(
  ({ name }) => ![...exposures.key, 'last_at', 'last_revision', 'loid'].includes(name),
)

const isEarlier = sql`excluded.created_at < liveflag_exposures.created_at`
const lastAt = sql`coalesce(liveflag_exposures.last_at, liveflag_exposures.created_at)`
const isLater = sql`excluded.last_at > ${lastAt}`
const isAnother = (name: string): Statement =>
  sql`(excluded.${named(name)} is not null and coalesce(liveflag_exposures.${named(name)}, '') <> excluded.${named(name)})`

/**
 * Rows that waited on another server, or in a spill file, arrive after later ones: the earliest
 * stays, whichever was written first, with the time of the latest.
 */
const exposuresMerge: Statement = sql`
  on conflict (${list(exposures.key.map(named))}) do update set
    ${list(ofEarliest.map(({ name }) => sql`${named(name)} = case when ${isEarlier} then excluded.${named(name)} else liveflag_exposures.${named(name)} end`))},
    last_at = case when ${isLater} then excluded.last_at else ${lastAt} end,
    last_revision = case when ${isLater} then excluded.last_revision else liveflag_exposures.last_revision end,
    loid = coalesce(liveflag_exposures.loid, excluded.loid)
  where ${isEarlier}
    or excluded.last_at >= ${lastAt} + ${raw(String(SEEN_AGAIN_MS))}
    or (${isLater} and ${isAnother('last_revision')})
    or (liveflag_exposures.loid is null and excluded.loid is not null)`

/** The earliest of each key, because a statement may not change the same row twice. */
function earliestOf(
  table: Pick<AnyTable, 'keyPlaces'> & { readonly placeOf: (field: 'at') => number },
  rows: readonly Values[],
): readonly Values[] {
  if (rows.length < 2) return rows
  const at = table.placeOf('at')
  return mergedBy(table, rows, (known, row) => (Number(row[at]) < Number(known[at]) ? row : known))
}

const SEEN = {
  at: exposures.placeOf('at'),
  lastAt: exposures.placeOf('lastAt'),
  lastRevision: exposures.placeOf('lastRevision'),
  loid: exposures.placeOf('loid'),
}

/** What the rows of one unit and variant come to, as `exposuresMerge` has it. */
function mergedExposures(rows: readonly Values[]): readonly Values[] {
  return mergedBy(exposures, rows, (known, row) => {
    const [first, other] =
      Number(row[SEEN.at]) < Number(known[SEEN.at]) ? [row, known] : [known, row]
    const last = Number(row[SEEN.lastAt]) > Number(known[SEEN.lastAt]) ? row : known
    const merged = [...first]
    merged[SEEN.lastAt] = last[SEEN.lastAt] ?? null
    merged[SEEN.lastRevision] = last[SEEN.lastRevision] ?? null
    merged[SEEN.loid] = first[SEEN.loid] ?? other[SEEN.loid] ?? null
    return merged
  })
}

const EXPOSED = {
  kind: exposures.placeOf('kind'),
  user: exposures.placeOf('user'),
  loid: exposures.placeOf('loid'),
  unit: exposures.placeOf('unit'),
}
const FROM_EXPOSURE = signIns.columns.map(({ name }) =>
  exposures.columns.findIndex((column) => column.name === name),
)

/** Returns rows of `signIns`, each pair once: exposures of one user may differ in their loid alone. */
function signInsOf(rows: readonly Values[]): readonly Values[] {
  const all = rows.filter(isSignIn).map((row) => FROM_EXPOSURE.map((place) => row[place] ?? null))
  return inKeyOrder(signIns, earliestOf(signIns, all))
}

const isSignIn = (row: Values): boolean =>
  row[EXPOSED.kind] === 'user' &&
  Boolean(row[EXPOSED.user]) &&
  Boolean(row[EXPOSED.loid]) &&
  row[EXPOSED.loid] !== row[EXPOSED.unit]

function mergedBy(
  { keyPlaces }: Pick<AnyTable, 'keyPlaces'>,
  rows: readonly Values[],
  merge: (known: Values, row: Values) => Values,
): readonly Values[] {
  if (rows.length < 2) return rows
  const found = new Map<string, Values>()
  for (const row of rows) {
    const key = JSON.stringify(keyPlaces.map((place) => row[place]))
    const known = found.get(key)
    found.set(key, known ? merge(known, row) : row)
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

/** What an assignment has of its latest decision, as it is stored there and here. */
const OF_LATEST = (
  ['variantId', 'revision', 'config', 'process', 'bucket', 'hash', 'degraded'] as const
).map((field) => [decisions.placeOf(field), assignments.placeOf(field)] as const)

const ASSIGNED_AT = {
  firstAt: assignments.placeOf('firstAt'),
  lastAt: assignments.placeOf('lastAt'),
}

/**
 * Returns rows of `assignments`, one for each subject and experiment: a statement may not change the
 * same row twice.
 */
function assignmentsOf(rows: readonly Values[]): readonly Values[] {
  const all = rows.filter(isAssignment).map(assignmentOf)
  const merged = mergedBy(assignments, all, (known, row) => {
    const at = Number(row[ASSIGNED_AT.lastAt])
    const values = [...(at > Number(known[ASSIGNED_AT.lastAt]) ? row : known)]
    values[ASSIGNED_AT.firstAt] = Math.min(at, Number(known[ASSIGNED_AT.firstAt]))
    return values
  })
  return inKeyOrder(assignments, merged)
}

const isAssignment = (row: Values): boolean =>
  row[PLACE.reason] === ASSIGNED &&
  row[PLACE.experimentId] !== null &&
  row[PLACE.variantId] !== null

function assignmentOf(row: Values): Values {
  const values: Value[] = assignments.columns.map(() => null)
  values[assignments.placeOf('subject')] = row[PLACE.subject] ?? null
  values[assignments.placeOf('experimentId')] = row[PLACE.experimentId] ?? null
  values[ASSIGNED_AT.firstAt] = row[PLACE.at] ?? null
  values[ASSIGNED_AT.lastAt] = row[PLACE.at] ?? null
  for (const [from, to] of OF_LATEST) values[to] = row[from] ?? null
  return values
}

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
