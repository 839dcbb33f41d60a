import { restoredText } from '../../core/storable-text'
import type { EntryUse, EntryUsesAsked } from '../entry-use'
import type { Connection } from './engine'
import type { Read } from './reading'
import { type Statement, sql } from './statement'
import { storableText } from './storable'

/** Of exposures the first of each unit counts, of decisions each. */
export async function entryUses(
  database: Connection,
  { feature, until }: EntryUsesAsked,
): Promise<EntryUse[]> {
  const of = (column: Statement): Statement =>
    feature === undefined ? sql`1 = 1` : sql`${column} = ${storableText(feature)}`
  const before = sql`created_at <= cast(${Math.trunc(until)} as bigint) and revision is not null`
  const rows = await database.query<Read<EntryUse>>(sql`
    select feature, revision, min(created_at) as "firstAt", max(created_at) as "lastAt" from (
      select feature, revision, created_at from liveflag_exposures
        where ${before} and ${of(sql`feature`)}
      union all
      select flag_key as feature, revision, created_at from liveflag_decisions
        where ${before} and ${of(sql`flag_key`)}
    ) as uses group by feature, revision`)
  return rows.map(({ feature: name, revision, firstAt, lastAt }) => ({
    feature: restoredText(name),
    revision,
    firstAt: Number(firstAt),
    lastAt: Number(lastAt),
  }))
}
