import type { JsonValue } from '../../core/json'
import type { AskedFeature } from '../store'
import type { Connection } from './engine'
import { type Statement, sql } from './statement'

interface Row {
  readonly feature: string
  readonly asked: number | string
  readonly contents: number | string
  readonly content: string
  readonly firstAt: number | string
  readonly lastAt: number | string
}

/** Counted by the database: a table of usage may have a row for each question of a year. */
export async function askedFeatures(
  database: Connection,
  within: Statement,
): Promise<readonly AskedFeature[]> {
  const rows = await database.query<Row>(sql`
    select feature, count(*) as asked, count(distinct cast(value as text)) as contents, min(cast(value as text)) as content,
      min(created_at) as "firstAt", max(created_at) as "lastAt"
    from liveflag_usages where ${within} group by feature`)
  return rows
    .map(({ feature, asked, contents, content, firstAt, lastAt }) => ({
      feature,
      asked: Number(asked),
      values: Number(contents),
      // Where JSON of the database is read: it is what was stored as a value.
      value: Number(contents) === 1 ? (JSON.parse(content) as JsonValue) : null,
      firstAt: Number(firstAt),
      lastAt: Number(lastAt),
    }))
    .sort((a, b) => (a.feature < b.feature ? -1 : 1))
}
