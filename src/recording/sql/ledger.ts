import {
  ASSIGNED,
  type ConfigRow,
  type LedgerAsked,
  type LedgerRow,
  type Orphans,
  type Span,
} from '../store'
import type { Connection } from './engine'
import type { Read } from './reading'
import { list, type Statement, sql } from './statement'
import { storableText } from './storable'
import { restoredText } from '../../core/storable-text'

/** So many parameters has a statement at most. */
const MOST_REVISIONS = 500

export async function configs(
  database: Connection,
  revisions: readonly string[],
): Promise<ConfigRow[]> {
  const found: ConfigRow[] = []
  for (let i = 0; i < revisions.length; i += MOST_REVISIONS) {
    const rows = await database.query<Read<ConfigRow>>(sql`
      select revision, feature, text, created_at as at from liveflag_configs
      where revision in (${list(revisions.slice(i, i + MOST_REVISIONS))})`)
    for (const { revision, feature, text, at } of rows)
      found.push({
        revision,
        feature: restoredText(feature),
        text: restoredText(text),
        at: Number(at),
      })
  }
  return found
}

type Stored = Read<Omit<LedgerRow, 'isSticky' | 'isDegraded'>> & {
  readonly data: unknown
  readonly degraded: number | string | null
}

export async function ledger(database: Connection, asked: LedgerAsked): Promise<LedgerRow[]> {
  const rows = await database.query<Stored>(
    asked.of === 'exposures' ? exposed(asked) : decided(asked),
  )
  return rows.map(({ data, degraded, ...row }) => ({
    decisionId: textIn(row.decisionId),
    unit: restoredText(row.unit),
    kind: restoredText(row.kind),
    feature: restoredText(row.feature),
    experiment: textIn(row.experiment),
    variant: textIn(row.variant),
    reason: row.reason,
    bucket: row.bucket === null ? null : Number(row.bucket),
    hash: row.hash,
    revision: row.revision,
    config: row.config,
    isSticky: isSticky(data),
    isDegraded: Number(degraded) === 1,
    at: Number(row.at),
  }))
}

const textIn = (stored: string | null): string | null =>
  stored === null ? null : restoredText(stored)

/** As the recorder writes it of an assignment that was kept: see `exposureRecorder`. */
export function isSticky(data: unknown): boolean {
  const text = typeof data === 'string' ? data : JSON.stringify(data ?? null)
  return /"sticky_bucket_used": ?true/.test(text)
}

const whole = (value: number): Statement => sql`cast(${Math.trunc(value)} as bigint)`
const since = (asked: LedgerAsked): Statement => whole(asked.since ?? Number.MIN_SAFE_INTEGER)

const storable = (text: string | null): string => storableText(text ?? '')

function exposed(asked: LedgerAsked): Statement {
  const { after, most } = asked
  const behind = after
    ? sql`(unit, experiment, variant) > (${storable(after.unit)}, ${storable(after.experiment)}, ${storable(after.variant)})`
    : sql`1 = 1`
  return sql`
    select null as "decisionId", unit, case when kind = 'user' and user_id is null and loid = unit then 'loid' else kind end as kind, feature, experiment, variant, ${ASSIGNED} as reason, bucket, hash,
      revision, config, data, null as degraded, created_at as at
    from liveflag_exposures where ${behind} and created_at >= ${since(asked)}
    order by unit, experiment, variant limit ${most}`
}

function decided(asked: LedgerAsked): Statement {
  const { after, most } = asked
  const behind = after ? sql`decision_id > ${storable(after.decisionId)}` : sql`1 = 1`
  return sql`
    select decision_id as "decisionId", subject_id as unit, 'user' as kind, flag_key as feature,
      experiment_id as experiment, variant_id as variant, reason, bucket, hash, revision, config, null as data, degraded, created_at as at
    from liveflag_decisions where ${behind} and created_at >= ${since(asked)}
    order by decision_id limit ${most}`
}

export async function orphans(database: Connection, span: Span): Promise<Orphans> {
  const within = (column: Statement): Statement =>
    sql`${column} >= ${whole(span.from ?? Number.MIN_SAFE_INTEGER)} and ${column} < ${whole(span.to ?? Number.MAX_SAFE_INTEGER)}`
  const [row] = await database.query<Read<Orphans>>(sql`
    select
      (select count(*) from liveflag_conversions as done
        where decision_id is not null and ${within(sql`created_at`)}
          and not exists (select 1 from liveflag_decisions as made where made.decision_id = done.decision_id)) as conversions,
      (select count(*) from liveflag_assignments as held
        where ${within(sql`last_at`)} and not exists (
          select 1 from liveflag_decisions as made where made.experiment_id = held.experiment_id
            and made.created_at = held.last_at and made.subject_id = held.subject_id and made.reason = ${ASSIGNED})) as assignments,
      (select count(*) from liveflag_domains as held
        where not exists (select 1 from liveflag_assignments as made
          where made.subject_id = held.subject_id and made.experiment_id = held.experiment_id)) as domains,
      (select count(*) from liveflag_sign_ins as held
        where ${within(sql`created_at`)} and not exists (
          select 1 from liveflag_exposures as seen where seen.unit = held.unit and seen.experiment = held.experiment)) as "signIns"`)
  const { conversions = 0, assignments = 0, domains = 0, signIns = 0 } = row ?? {}
  return {
    conversions: Number(conversions),
    assignments: Number(assignments),
    domains: Number(domains),
    signIns: Number(signIns),
  }
}
