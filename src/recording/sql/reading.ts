import { NOTHING } from '../admitting'
import type { History } from '../store'
import type { Connection, Engine } from './engine'
import { list, named, type Statement, sql } from './statement'
import type { AnyTable, RowOf, Table } from './table'
import { assignments, domains } from './tables'

/**
 * A row as the drivers return it: PostgreSQL returns a bigint, and so a count or a sum, as text.
 */
export type Read<Row> = {
  readonly [Field in keyof Row]: Row[Field] extends number ? number | string : Row[Field]
}

interface OfSubject {
  readonly subject: string
}

/** Returns the history of each subject, in the order of `subjects`. */
export async function readHistories(
  engine: Engine,
  connection: Connection,
  subjects: readonly string[],
): Promise<Map<string, History>> {
  if (subjects.length === 0) return new Map()
  const wanted = engine.texts(subjects)
  const assignmentsOf = await rowsBySubject(connection, assignments, wanted)
  const domainsOf = await rowsBySubject(connection, domains, wanted)
  return new Map(
    subjects.map((subject) => [
      subject,
      historyOf(assignmentsOf.get(subject), domainsOf.get(subject)),
    ]),
  )
}

async function rowsBySubject<Row>(
  connection: Connection,
  table: Table<Row & OfSubject>,
  subjects: Statement,
): Promise<Map<string, (Read<Row> & OfSubject)[]>> {
  const rows = await connection.query<Read<Row> & OfSubject>(
    sql`select ${fieldsOf(table)} from ${named(table.name)} where ${named(table.columnOf('subject'))} in (${subjects})`,
  )
  const found = new Map<string, (Read<Row> & OfSubject)[]>()
  for (const row of rows) {
    const known = found.get(row.subject)
    if (known) known.push(row)
    else found.set(row.subject, [row])
  }
  return found
}

const fieldsOf = ({ columns }: AnyTable): Statement =>
  list(columns.map(({ name, field }) => sql`${named(name)} as ${named(field)}`))

function historyOf(
  assigned: readonly Read<RowOf<typeof assignments>>[] | undefined,
  held: readonly Read<RowOf<typeof domains>>[] | undefined,
): History {
  if (!assigned && !held) return NOTHING
  return {
    assigned: (assigned ?? [])
      .map(({ experimentId, variantId, firstAt, lastAt }) => ({
        experimentId,
        variantId,
        firstAt: Number(firstAt),
        lastAt: Number(lastAt),
      }))
      .sort((a, b) => (a.experimentId < b.experimentId ? -1 : 1)),
    domains: (held ?? [])
      .map(({ domain, experimentId }) => ({ domain, experimentId }))
      .sort((a, b) => (a.domain < b.domain ? -1 : 1)),
  }
}
