import { NOTHING } from '../admitting'
import type { Assigned, DomainHolder, History } from '../store'
import type { Engine } from './engine'
import type { Connection } from './kysely'

interface AssignedRow {
  readonly subject: string
  readonly experiment: string
  readonly variant: string
  readonly first: number | string
  readonly last: number | string
}

interface DomainRow {
  readonly subject: string
  readonly domain: string
  readonly experiment: string
}

/** Of each of the subjects; the map has them in the order asked, each once. */
export type ReadHistories = (
  connection: Connection,
  subjects: readonly string[],
) => Promise<Map<string, History>>

export function readingFrom(engine: Engine): ReadHistories {
  const { sql, texts } = engine
  const assigned = engine.compile(sql<AssignedRow>`
    select subject_id as subject, experiment_id as experiment, variant_id as variant, first_at as first, last_at as last
    from liveflag_assignments where subject_id in (${texts})`)
  const domains = engine.compile(sql<DomainRow>`
    select subject_id as subject, domain, experiment_id as experiment
    from liveflag_domains where subject_id in (${texts})`)
  return async (connection, subjects) => {
    if (subjects.length === 0) return new Map()
    const parameters = [engine.textsParameter(subjects)]
    const assignedOf = bySubject(
      (await connection.executeQuery<AssignedRow>({ ...assigned, parameters })).rows,
    )
    const domainsOf = bySubject(
      (await connection.executeQuery<DomainRow>({ ...domains, parameters })).rows,
    )
    return new Map(
      subjects.map((subject) => [
        subject,
        history(assignedOf.get(subject), domainsOf.get(subject)),
      ]),
    )
  }
}

function bySubject<Row extends { readonly subject: string }>(
  rows: readonly Row[],
): Map<string, Row[]> {
  const found = new Map<string, Row[]>()
  for (const row of rows) {
    const known = found.get(row.subject)
    if (known) known.push(row)
    else found.set(row.subject, [row])
  }
  return found
}

function history(
  assigned: readonly AssignedRow[] | undefined,
  domains: readonly DomainRow[] | undefined,
): History {
  if (!assigned && !domains) return NOTHING
  return {
    assigned: (assigned ?? [])
      .map(shortOf)
      .sort((a, b) => (a.experimentId < b.experimentId ? -1 : 1)),
    domains: (domains ?? [])
      .map(({ domain, experiment }): DomainHolder => ({ domain, experimentId: experiment }))
      .sort((a, b) => (a.domain < b.domain ? -1 : 1)),
  }
}

const shortOf = ({ experiment, variant, first, last }: AssignedRow): Assigned => ({
  experimentId: experiment,
  variantId: variant,
  // PostgreSQL gives bigint as text.
  firstAt: Number(first),
  lastAt: Number(last),
})
