import { ASSIGNED } from '../store'
import type { Connection } from './engine'
import { byName } from './report-terms'
import { sql } from './statement'

/**
 * Each experiment once. Its first id is the least in the index, and each further one the least above
 * the one before: as many steps as there are experiments, however many rows they have.
 */
const known = sql`
  with recursive exposed(id) as (
    select min(experiment) from liveflag_exposures
    union all
    select (select min(experiment) from liveflag_exposures where experiment > exposed.id) from exposed where exposed.id is not null
  ), decided(id) as (
    select min(experiment_id) from liveflag_decisions
    union all
    select (select min(experiment_id) from liveflag_decisions where experiment_id > decided.id) from decided where decided.id is not null
  ), known(id) as (
    select id from exposed where id is not null
    union
    select id from decided where id is not null and exists (
      select 1 from liveflag_decisions where experiment_id = decided.id and reason = ${ASSIGNED}
    )
  )`

export async function experiments(database: Connection): Promise<string[]> {
  const rows = await database.query<{ readonly id: string }>(sql`${known} select id from known`)
  return rows.map(({ id }) => id).sort(byName)
}

interface LastRow {
  readonly id: string
  /** Of the newest row of each kind: a number, or its text. */
  readonly exposed: number | string | null
  readonly decided: number | string | null
}

/** Those that were recorded last, whatever their names, at most so many; the newest first. */
export async function recentExperiments(
  database: Connection,
  most: number,
): Promise<readonly string[]> {
  const rows = await database.query<LastRow>(sql`${known}
    select id,
      (select max(created_at) from liveflag_exposures where experiment = known.id) as exposed,
      (select max(created_at) from liveflag_decisions where experiment_id = known.id and reason = ${ASSIGNED}) as decided
    from known`)
  return rows
    .map(({ id, exposed, decided }) => ({ id, at: Math.max(Number(exposed), Number(decided)) }))
    .sort((a, b) => b.at - a.at || byName(a.id, b.id))
    .slice(0, most)
    .map(({ id }) => id)
}
