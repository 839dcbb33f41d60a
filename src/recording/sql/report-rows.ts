import {
  ASSIGNED,
  type EventsAsked,
  type Member,
  type MembersAsked,
  type RecordedEvent,
  type SignIn,
} from '../store'
import type { Snapshot } from './engine'
import type { Read } from './reading'
import { whole } from './report-terms'
import { type Statement, sql } from './statement'
import { restoredText } from '../../core/storable-text'

// These statements read an index from its first row to its last, and sort and group nothing, so that
// the first row comes at once.

const seen = ({ experiment, until }: MembersAsked): Statement => sql`
  select unit, kind, user_id as "user", loid, variant, revision, coalesce(last_revision, revision) as "lastRevision",
    created_at as at, coalesce(last_at, created_at) as "lastAt", attributes
  from liveflag_exposures where experiment = ${experiment} and created_at < ${whole(until)}`

const decided = ({ experiment, until }: MembersAsked): Statement => sql`
  select subject_id as unit, null as kind, null as "user", null as loid, variant_id as variant, revision, revision as "lastRevision",
    created_at as at, created_at as "lastAt", attributes
  from liveflag_decisions
  where experiment_id = ${experiment} and reason = ${ASSIGNED} and variant_id is not null and created_at < ${whole(until)}`

export async function eachMember(
  snapshot: Snapshot,
  asked: MembersAsked,
  each: (member: Member) => void,
): Promise<void> {
  await snapshot.each<Read<Member>>(asked.by === 'unit' ? seen(asked) : decided(asked), (row) => {
    const { unit, kind, user, loid, variant, revision, lastRevision, at, lastAt, attributes } = row
    const texts = { unit, kind, user, loid, variant: restoredText(variant), attributes }
    each({ ...texts, revision, lastRevision, at: Number(at), lastAt: Number(lastAt) })
  })
}

export async function eachSignIn(
  snapshot: Snapshot,
  experiment: string,
  each: (signIn: SignIn) => void,
): Promise<void> {
  await snapshot.each<Read<SignIn>>(
    sql`select loid, unit, created_at as at from liveflag_sign_ins where experiment = ${experiment}`,
    ({ loid, unit, at }) => each({ loid, unit, at: Number(at) }),
  )
}

type EventRow = Read<Omit<RecordedEvent, 'isOrphan'>> & {
  readonly named: string | null
  readonly made: string | null
}

export async function eachEvent(
  snapshot: Snapshot,
  { experiment, from }: EventsAsked,
  each: (event: RecordedEvent) => void,
): Promise<void> {
  await snapshot.each<EventRow>(
    sql`
    select done.name, done.event, done.unit, done.value, done.created_at as at, done.decision_id as named,
      made.decision_id as made,
      case when made.experiment_id = ${experiment} and made.reason = ${ASSIGNED} then made.subject_id end as subject
    from liveflag_conversions as done
    left join liveflag_decisions as made on made.decision_id = done.decision_id
    where done.created_at >= ${whole(from)}`,
    ({ name, event, unit, value, at, named, made, subject }) => {
      const isOrphan = named !== null && made === null
      const number = value === null ? null : Number(value)
      each({
        name: restoredText(name),
        event,
        unit,
        subject,
        isOrphan,
        value: number,
        at: Number(at),
      })
    },
  )
}
