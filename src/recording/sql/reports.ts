import {
  ASSIGNED,
  type ConversionCount,
  type ConversionQuestion,
  type Dropped,
  type ExposureStep,
  type ReasonCount,
  type Recorded,
  type RecordedLooks,
  type Reports,
  type Span,
  type VariantConversions,
  type VariantUnits,
} from '../store'
import { askedFeatures } from './asked-features'
import type { Connection, Snapshot } from './engine'
import { entryUses } from './entry-uses'
import { experiments } from './experiments'
import { configs, ledger, orphans } from './ledger'
import type { Read } from './reading'
import { recentUnits } from './recent-units'
import { eachEvent, eachMember, eachSignIn } from './report-rows'
import { byName, until, whole, within } from './report-terms'
import { reportsInTurns } from './reports-in-turns'
import { type Statement, sql } from './statement'

/** What needs a transaction. */
type OfSnapshot = Pick<Reports, 'eachMember' | 'eachSignIn' | 'eachEvent'>

/** What a connection in a transaction answers. */
export const reportsOf = (snapshot: Snapshot): Required<Reports> => ({
  ...reportsOn(snapshot),
  ...(snapshot.isOnThisThread && reportsInTurns(snapshot, reportsOn(snapshot))),
  eachMember: (asked, each) => eachMember(snapshot, asked, each),
  eachSignIn: (experiment, each) => eachSignIn(snapshot, experiment, each),
  eachEvent: (asked, each) => eachEvent(snapshot, asked, each),
})

/** What any connection answers. */
export const reportsOn = (database: Connection): Omit<Required<Reports>, keyof OfSnapshot> => ({
  exposuresOverTime: (experiment, stepMs, span = {}) =>
    exposuresOverTime(database, experiment, stepMs, span),
  configs: (revisions) => configs(database, revisions),
  entryUses: (asked) => entryUses(database, asked),
  ledger: (asked) => ledger(database, asked),
  orphans: (span = {}) => orphans(database, span),
  exposedUnits: (experiment, span = {}) => exposedUnits(database, experiment, span),
  conversions: (question) => conversions(database, question),
  conversionNames: (experiment) => conversionNames(database, experiment),
  conversionCounts: (span = {}) => conversionCounts(database, span),
  recorded: (experiment) => recorded(database, experiment),
  experiments: () => experiments(database),
  recentUnits: (most) => recentUnits(database, most),
  askedFeatures: (span = {}) => askedFeatures(database, within(span)),
  decisionsByReason: (experiment, span = {}) => decisionsByReason(database, experiment, span),
  drops: (experiment, span = {}) => drops(database, experiment, span),
  looks: (experiment) => looks(database, experiment),
})

/** The order of `drops`. */
export const byKindNameReason = (a: Dropped, b: Dropped): number =>
  byName(a.kind, b.kind) || byName(a.name ?? '', b.name ?? '') || byName(a.reason, b.reason)

async function exposuresOverTime(
  database: Connection,
  experiment: string,
  stepMs: number,
  span: Span,
): Promise<ExposureStep[]> {
  const rows = await database.query<Read<ExposureStep>>(sql`
    select created_at - created_at % ${whole(stepMs)} as start, variant, count(*) as units
    from liveflag_exposures where experiment = ${experiment} and ${within(span)}
    group by start, variant`)
  return rows
    .map(({ start, variant, units }) => ({ start: Number(start), variant, units: Number(units) }))
    .sort((a, b) => a.start - b.start || byName(a.variant, b.variant))
}

async function exposedUnits(
  database: Connection,
  experiment: string,
  span: Span,
): Promise<VariantUnits[]> {
  const rows = await database.query<Read<VariantUnits>>(sql`
    select variant, count(*) as units, sum(case when variants > 1 then 1 else 0 end) as crossed
    from (
      select variant, count(*) over (partition by unit) as variants
      from liveflag_exposures where experiment = ${experiment} and ${within(span)}
    ) as seen
    group by variant`)
  return rows
    .map(({ variant, units, crossed }) => ({
      variant,
      units: Number(units),
      crossed: Number(crossed),
    }))
    .sort((a, b) => byName(a.variant, b.variant))
}

async function conversions(
  database: Connection,
  { experiment, name, by, span = {} }: ConversionQuestion,
): Promise<VariantConversions[]> {
  const totals = (by === 'unit' ? totalsByUnit : totalsByDecision)(experiment, name, span)
  const rows = await database.query<Read<VariantConversions>>(sql`
    select variant, count(*) as units, sum(case when conversions > 0 then 1 else 0 end) as converted,
      sum(conversions) as conversions, sum(total) as sum, sum((total - mean) * (total - mean)) as "squaredDeviations"
    from (
      select variant, conversions, total, avg(total) over (partition by variant) as mean
      from (${totals}) as totals
    ) as spread
    group by variant`)
  return rows
    .map(({ variant, units, converted, conversions: times, sum, squaredDeviations }) => ({
      variant,
      units: Number(units),
      converted: Number(converted),
      conversions: Number(times),
      sum: Number(sum),
      squaredDeviations: Number(squaredDeviations),
    }))
    .sort((a, b) => byName(a.variant, b.variant))
}

const totalsByUnit = (experiment: string, name: string, span: Span): Statement => sql`
  select seen.variant, count(done.event_id) as conversions, coalesce(sum(done.value), 0) as total
  from (
    select unit, variant, created_at from liveflag_exposures where experiment = ${experiment} and ${within(span)}
  ) as seen
  left join liveflag_conversions as done
    on done.unit = seen.unit and done.name = ${name} and done.created_at >= seen.created_at and done.created_at < ${until(span)}
  group by seen.variant, seen.unit`

const totalsByDecision = (experiment: string, name: string, span: Span): Statement => sql`
  select made.variant, count(done.event_id) as conversions, coalesce(sum(done.value), 0) as total
  from (
    select decision_id, subject_id, variant_id as variant from liveflag_decisions
    where experiment_id = ${experiment} and reason = ${ASSIGNED} and variant_id is not null and ${within(span)}
  ) as made
  left join liveflag_conversions as done
    on done.decision_id = made.decision_id and done.name = ${name} and done.created_at < ${until(span)}
  group by made.variant, made.subject_id`

async function conversionNames(database: Connection, experiment: string): Promise<string[]> {
  const rows = await database.query<{ readonly name: string }>(sql`
    select name from liveflag_conversions where unit in (select unit from liveflag_exposures where experiment = ${experiment})
    union
    select name from liveflag_conversions
    where decision_id in (select decision_id from liveflag_decisions where experiment_id = ${experiment} and reason = ${ASSIGNED})`)
  return rows.map(({ name }) => name).sort(byName)
}

async function conversionCounts(database: Connection, span: Span): Promise<ConversionCount[]> {
  const rows = await database.query<Read<ConversionCount>>(sql`
    select name, sum(case when units > 0 then units else 1 end) as conversions
    from (
      select name, coalesce(event, event_id) as happened, case when value < 0 then value end as refund,
        sum(case when unit is null then 0 else 1 end) as units
      from liveflag_conversions where ${within(span)} group by name, happened, refund
    ) as events
    group by name`)
  return rows
    .map(({ name, conversions: count }) => ({ name, conversions: Number(count) }))
    .sort((a, b) => byName(a.name, b.name))
}

async function recorded(database: Connection, experiment: string): Promise<Recorded[]> {
  const rows = await database.query<Read<Recorded>>(sql`
    select 'exposures' as what, kind, min(created_at) as "firstAt", max(created_at) as "lastAt"
    from liveflag_exposures where experiment = ${experiment} group by kind
    union all
    select 'decisions' as what, null as kind, min(created_at) as "firstAt", max(created_at) as "lastAt"
    from liveflag_decisions where experiment_id = ${experiment} and reason = ${ASSIGNED}
    having count(*) > 0`)
  return rows
    .map((row) => ({ ...row, firstAt: Number(row.firstAt), lastAt: Number(row.lastAt) }))
    .sort((a, b) => byName(a.kind ?? '', b.kind ?? ''))
}

async function decisionsByReason(
  database: Connection,
  experiment: string,
  span: Span,
): Promise<ReasonCount[]> {
  const rows = await database.query<Read<ReasonCount>>(sql`
    select reason, count(*) as decisions from liveflag_decisions
    where experiment_id = ${experiment} and ${within(span)} group by reason`)
  return rows
    .map(({ reason, decisions }) => ({ reason, decisions: Number(decisions) }))
    .sort((a, b) => byName(a.reason, b.reason))
}

async function drops(
  database: Connection,
  experiment: string,
  { from = Number.MIN_SAFE_INTEGER, to = Number.MAX_SAFE_INTEGER }: Span,
): Promise<Dropped[]> {
  const rows = await database.query<Read<Dropped>>(sql`
    select kind, experiment, name, reason, sum(rows) as rows, min(first_at) as "firstAt", max(last_at) as "lastAt",
      count(distinct process_started_at) as processes
    from liveflag_drops
    where (experiment = ${experiment} or kind = 'conversions' or (experiment is null and name is null and kind <> 'usages'))
      and last_at >= ${whole(from)} and first_at < ${whole(to)}
    group by kind, experiment, name, reason`)
  return rows
    .map((row) => ({
      ...row,
      rows: Number(row.rows),
      firstAt: Number(row.firstAt),
      lastAt: Number(row.lastAt),
      processes: Number(row.processes),
    }))
    .sort(byKindNameReason)
}

async function looks(database: Connection, experiment: string): Promise<RecordedLooks> {
  const [row] = await database.query<Read<RecordedLooks>>(
    sql`select coalesce(sum(looks), 0) as looks, count(*) as days, max(day) as "lastDay" from liveflag_looks where experiment = ${experiment}`,
  )
  const { looks: count = 0, days = 0, lastDay = null } = row ?? {}
  return {
    looks: Number(count),
    days: Number(days),
    lastDay: lastDay === null ? null : Number(lastDay),
  }
}
