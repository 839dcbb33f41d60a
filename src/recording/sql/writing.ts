import { ASSIGNED } from '../store'
import type { Engine, Insert } from './engine'
import {
  conversions,
  decisions,
  exposures,
  integer,
  type Stored,
  type Target,
  text,
  usages,
  type Value,
  type Values,
} from './kinds'
import type { Connection, Fragment, Sql } from './kysely'

const assignments: Target = {
  table: 'liveflag_assignments',
  columns: [
    ...['subject_id', 'experiment_id', 'variant_id'].map(text),
    integer('first_at'),
    integer('last_at'),
  ],
  key: ['subject_id', 'experiment_id'],
}

const domains: Target = {
  table: 'liveflag_domains',
  columns: ['subject_id', 'domain', 'experiment_id'].map(text),
  key: ['subject_id', 'domain'],
}

/** The statements that add rows, made once. */
export interface Writing {
  /** Rows that are there already change nothing. */
  write(connection: Connection, rows: Stored): Promise<void>
  /** Fails when somebody else holds one of the domains: subject, domain, experiment. */
  reserve(connection: Connection, rows: readonly Values[]): Promise<void>
}

export function writingTo(engine: Engine): Writing {
  const { sql } = engine
  const once = (target: Target): Insert =>
    engine.inserting(
      target,
      sql`on conflict (${sql.join(target.key.map((name) => sql.ref(name)))}) do nothing`,
    )
  const inserts = {
    decisions: once(decisions),
    exposures: once(exposures),
    usages: once(usages),
    conversions: once(conversions),
  }
  const assign = engine.inserting(assignments, latestWins(sql))
  const reserve = engine.inserting(domains, sql``)
  return {
    async write(connection, rows) {
      await inserts.decisions(connection, rows.decisions)
      await assign(connection, assignmentsOf(rows.decisions))
      await inserts.exposures(connection, inKeyOrder(rows.exposures, 0, 2, 3))
      await inserts.usages(connection, rows.usages)
      await inserts.conversions(connection, rows.conversions)
    },
    reserve,
  }
}

/** A row replayed, or written late, changes nothing but what it knows better. */
const latestWins = (sql: Sql): Fragment => sql`
  on conflict (subject_id, experiment_id) do update set
    variant_id = case when excluded.last_at > liveflag_assignments.last_at then excluded.variant_id else liveflag_assignments.variant_id end,
    first_at = case when excluded.first_at < liveflag_assignments.first_at then excluded.first_at else liveflag_assignments.first_at end,
    last_at = case when excluded.last_at > liveflag_assignments.last_at then excluded.last_at else liveflag_assignments.last_at end
  where excluded.last_at > liveflag_assignments.last_at or excluded.first_at < liveflag_assignments.first_at`

/** One row for each subject and experiment: a statement may not touch the same row twice. */
function assignmentsOf(rows: readonly Values[]): readonly Values[] {
  const found = new Map<
    string,
    [subject: Value, experiment: Value, variant: Value, first: number, last: number]
  >()
  for (const [, , subject = null, experiment = null, variant = null, , reason, at] of rows) {
    if (reason !== ASSIGNED || experiment === null || variant === null || typeof at !== 'number')
      continue
    const key = JSON.stringify([subject, experiment])
    const known = found.get(key)
    if (!known) found.set(key, [subject, experiment, variant, at, at])
    else {
      if (at > known[4]) known[2] = variant
      known[3] = Math.min(known[3], at)
      known[4] = Math.max(known[4], at)
    }
  }
  return inKeyOrder([...found.values()], 0, 1)
}

/** Whoever locks rows locks them in this order, so that no two wait for each other. */
function inKeyOrder(rows: readonly Values[], ...key: readonly number[]): readonly Values[] {
  return rows.length < 2 ? rows : rows.toSorted((a, b) => compared(a, b, key))
}

function compared(a: Values, b: Values, key: readonly number[]): number {
  for (const at of key) {
    const [left, right] = [a[at] ?? '', b[at] ?? '']
    if (left !== right) return left < right ? -1 : 1
  }
  return 0
}
