import {
  ASSIGNED,
  type ConversionGroup,
  type ConversionsAsked,
  type Misplaced,
  type UnitGroup,
  type UnitsAsked,
} from '../store'
import type { Connection } from './engine'
import type { Read } from './reading'
import { type Statement, sql } from './statement'
import { restoredText } from '../../core/storable-text'

/** The database must know that the parameter is whole: otherwise 5 / 2 would be 2.5. */
const whole = (value: number): Statement => sql`cast(${Math.trunc(value)} as bigint)`

const from = ({ span }: UnitsAsked): Statement => whole(span?.from ?? Number.MIN_SAFE_INTEGER)
const until = ({ span }: UnitsAsked): Statement => whole(span?.to ?? Number.MAX_SAFE_INTEGER)

/** Each variant that each unit saw, and the person that the unit stands for. */
const members = (asked: UnitsAsked): Statement =>
  asked.by === 'decision' ? decided(asked) : asked.stitch === true ? stitched(asked) : seen(asked)

const seen = (asked: UnitsAsked): Statement => sql`
  select unit as person, unit, variant, revision, created_at, coalesce(last_at, created_at) as last_at,
    coalesce(last_revision, revision) as last_revision
  from liveflag_exposures where experiment = ${asked.experiment} and created_at < ${until(asked)}`

const decided = (asked: UnitsAsked): Statement => sql`
  select subject_id as person, subject_id as unit, variant_id as variant, revision, created_at, created_at as last_at,
    revision as last_revision
  from liveflag_decisions
  where experiment_id = ${asked.experiment} and reason = ${ASSIGNED} and variant_id is not null and created_at < ${until(asked)}`

/** A signed-out id belongs to the user who was first exposed with it. */
const stitched = (asked: UnitsAsked): Statement => sql`
  select case when kind = 'user' and user_id is null and loid is not null then coalesce(holder, unit) else unit end as person,
    unit, variant, revision, created_at, last_at, last_revision
  from (
    select unit, kind, user_id, loid, variant, revision, created_at, coalesce(last_at, created_at) as last_at,
      coalesce(last_revision, revision) as last_revision,
      first_value(user_id) over (
        partition by kind, loid order by case when user_id is null then 1 else 0 end, created_at, user_id
      ) as holder
    from liveflag_exposures where experiment = ${asked.experiment} and created_at < ${until(asked)}
  ) as held`

/** Every person once: as they were first seen, and what they saw last. */
const people = (asked: UnitsAsked): Statement => sql`
  members as (${members(asked)}),
  placed as (
    select person, revision, created_at,
      row_number() over (partition by person order by created_at, variant) as place,
      first_value(variant) over (partition by person order by last_at desc, created_at desc, variant) as variant,
      first_value(last_revision) over (partition by person order by last_at desc, created_at desc, variant) as last_revision,
      max(last_at) over (partition by person) as last_at,
      case when min(variant) over (partition by person) <> max(variant) over (partition by person) then 1 else 0 end as crossed
    from members
  ),
  people as (
    select person, variant, revision, last_revision, created_at, created_at - created_at % ${whole(asked.stepMs)} as start, crossed
    from placed where place = 1 and last_at >= ${from(asked)}
  )`

export async function unitGroups(database: Connection, asked: UnitsAsked): Promise<UnitGroup[]> {
  const rows = await database.query<Read<Omit<UnitGroup, 'crossed'>> & { crossed: unknown }>(sql`
    with ${people(asked)}
    select variant, revision, last_revision as "lastRevision", start, crossed, count(*) as units
    from people group by variant, revision, last_revision, start, crossed`)
  return rows.map(({ variant, revision, lastRevision, start, crossed, units }) => ({
    variant: restoredText(variant),
    revision,
    lastRevision,
    start: Number(start),
    crossed: Number(crossed) === 1,
    units: Number(units),
  }))
}

/**
 * What the people of a report did. An event that is stored for several decisions, or for a decision
 * and a unit, is one.
 */
const events = ({ experiment, name }: ConversionsAsked): Statement => sql`
  ids as (select distinct person, unit from members),
  found as (
    select ids.person, done.event_id, done.event, done.value, done.created_at
    from ids join liveflag_conversions as done on done.unit = ids.unit and done.name = ${name}
    union
    select ids.person, done.event_id, done.event, done.value, done.created_at
    from liveflag_conversions as done
    cross join liveflag_decisions as made
    cross join ids
    where done.name = ${name} and done.decision_id = made.decision_id and made.experiment_id = ${experiment}
      and made.reason = ${ASSIGNED} and ids.unit = made.subject_id
  ),
  events as (
    select person, max(value) as value, min(created_at) as happened_at
    from found group by person, coalesce(event, event_id), case when value < 0 then 1 else 0 end
  )`

/**
 * What people did, each event beside what is known of its person. A window and no join: SQLite may
 * join two lists that have no index by reading the one for each row of the other.
 */
const known = sql`
  both_of as (
    select person, variant, revision, start, created_at, crossed, cast(null as bigint) as happened_at, cast(null as double precision) as value
    from people
    union all
    select person, null, null, null, null, null, happened_at, value from events
  ),
  known as (
    select person, happened_at, value, max(variant) over (partition by person) as variant,
      max(revision) over (partition by person) as revision, max(start) over (partition by person) as start,
      max(created_at) over (partition by person) as since, max(crossed) over (partition by person) as crossed
    from both_of
  )`

/** Of each person who saw one variant: what they did, in time. */
function totals(asked: ConversionsAsked): Statement {
  const { windowMs, now } = asked
  const always = sql`1 = 1`
  const ended = windowMs === undefined ? undefined : sql`since + ${whole(windowMs)}`
  const counts = sql`happened_at >= since and happened_at >= ${from(asked)} and happened_at < ${until(asked)}
        and ${ended ? sql`happened_at < ${ended}` : always}`
  return sql`
    totals as (
      select person, variant, revision, start, sum(case when ${counts} then 1 else 0 end) as conversions,
        sum(case when ${counts} then coalesce(value, 0) else 0 end) as total
      from known
      where crossed = 0 and since is not null and ${ended ? sql`${ended} <= ${whole(now)}` : always}
      group by person, variant, revision, start
    )`
}

export async function conversionGroups(
  database: Connection,
  asked: ConversionsAsked,
): Promise<ConversionGroup[]> {
  const rows = await database.query<Read<ConversionGroup>>(sql`
    with ${people(asked)}, ${events(asked)}, ${known}, ${totals(asked)},
    spread as (
      select variant, revision, start, conversions, total, avg(total) over (partition by variant, revision, start) as mean
      from totals
    )
    select variant, revision, start, count(*) as units, sum(case when conversions > 0 then 1 else 0 end) as converted,
      sum(conversions) as conversions, sum(total) as sum, sum((total - mean) * (total - mean)) as "squaredDeviations"
    from spread group by variant, revision, start`)
  return rows.map((row) => ({
    variant: restoredText(row.variant),
    revision: row.revision,
    start: Number(row.start),
    units: Number(row.units),
    converted: Number(row.converted),
    conversions: Number(row.conversions),
    sum: Number(row.sum),
    squaredDeviations: Number(row.squaredDeviations),
  }))
}

export async function misplaced(database: Connection, asked: ConversionsAsked): Promise<Misplaced> {
  const [row] = await database.query<Read<Misplaced>>(sql`
    with ${people(asked)}, ${events(asked)}, ${known}
    select
      (select count(*) from known where happened_at < since and happened_at >= ${from(asked)}) as earlier,
      (select count(*) from liveflag_conversions as done
        where done.name = ${asked.name} and done.decision_id is not null and done.created_at >= ${from(asked)} and done.created_at < ${until(asked)}
          and not exists (select 1 from liveflag_decisions as made where made.decision_id = done.decision_id)) as orphans,
      (select count(*) from liveflag_conversions as done
        where done.name = ${asked.name} and done.created_at >= ${whole(asked.now + asked.clocksDifferMs)}) as ahead`)
  const { earlier = 0, orphans = 0, ahead = 0 } = row ?? {}
  return { earlier: Number(earlier), orphans: Number(orphans), ahead: Number(ahead) }
}
