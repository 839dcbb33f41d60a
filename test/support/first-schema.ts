import type { Store } from '../../src/recording/store'
import { assignedRow, conversionRow, decisionRow, dropRow, exposureRow, usageRow } from './rows'

/** The schema of version 1 with a few rows, as liveflag 0.1.0 made it: never to be changed. */
export const firstSchema = (json: 'text' | 'jsonb'): string => `
  create table "liveflag_decisions" ("decision_id" text not null primary key, "flag_key" text not null, "subject_id" text not null, "experiment_id" text, "variant_id" text, "value" text not null, "reason" text not null, "created_at" bigint not null);
  create index "liveflag_decisions_by_experiment" on "liveflag_decisions" ("experiment_id", "created_at");
  create table "liveflag_assignments" ("subject_id" text not null, "experiment_id" text not null, "variant_id" text not null, "first_at" bigint not null, "last_at" bigint not null, constraint "liveflag_assignments_key" primary key ("subject_id", "experiment_id"));
  create table "liveflag_domains" ("subject_id" text not null, "domain" text not null, "experiment_id" text not null, constraint "liveflag_domains_key" primary key ("subject_id", "domain"));
  create table "liveflag_exposures" ("unit" text not null, "kind" text not null, "experiment" text not null, "variant" text not null, "feature" text not null, "source" text not null, "bucket" bigint, "generation" bigint, "hash" text, "data" ${json} not null, "created_at" bigint not null, constraint "liveflag_exposures_key" primary key ("unit", "experiment", "variant"));
  create index "liveflag_exposures_by_experiment" on "liveflag_exposures" ("experiment", "created_at");
  create table "liveflag_usages" ("id" text not null primary key, "feature" text not null, "user_id" text, "value" ${json} not null, "reason" text, "generation" bigint, "created_at" bigint not null);
  create index "liveflag_usages_by_feature" on "liveflag_usages" ("feature", "created_at");
  create index "liveflag_usages_by_user" on "liveflag_usages" ("user_id", "created_at");
  create table "liveflag_conversions" ("event_id" text not null primary key, "name" text not null, "decision_id" text, "unit" text, "value" double precision, "created_at" bigint not null);
  create index "liveflag_conversions_by_unit" on "liveflag_conversions" ("unit", "name");
  create index "liveflag_conversions_by_decision" on "liveflag_conversions" ("decision_id");
  create table "liveflag_schema" ("version" integer not null);
  insert into liveflag_schema values (1);
  insert into liveflag_decisions values ('d1', 'button', 'u1', 'exp', 'a', 'blue', 'experiment_assigned', 1000);
  insert into liveflag_assignments values ('u1', 'exp', 'a', 1000, 1000);
  insert into liveflag_domains values ('u1', 'checkout', 'exp');
  insert into liveflag_exposures values ('u1', 'user', 'exp', 'a', 'button', 'backend', 7, 1, 'sha1', '{"plan":"pro"}', 1000);
  insert into liveflag_usages values ('n1', 'button', 'u1', 'true', 'STATIC', 1, 1000);
  insert into liveflag_conversions values ('c1', 'purchase', 'd1', 'u1', 2.5, 2000);
`

/** What turns a schema of today into that of version 4, which kept no sign-ins. */
export const FOURTH_SCHEMA = `
  drop table liveflag_sign_ins;
  update liveflag_schema set version = 4;
`

/** Rows that a store at that schema kept the sign-ins of: of a user and variant the first. */
export const SIGNED_IN = [
  exposureRow('u1', 'a', { user: 'u1', loid: 'phone', at: 2000 }),
  exposureRow('u1', 'b', { user: 'u1', loid: 'phone', at: 1000 }),
  exposureRow('u2', 'a', { user: 'u2', loid: 'phone', at: 3000 }),
  exposureRow('laptop', 'a', { user: null, loid: 'laptop' }),
  exposureRow('t3_a', 'a', { kind: 'page', user: 'u1', loid: 'page' }),
]

/** The sign-ins of these rows are there, and others come to them. */
export async function usesSignIns(store: Store): Promise<void> {
  await store.write({
    exposures: [
      exposureRow('u1', 'a', { user: 'u1', loid: 'phone', at: 500 }),
      exposureRow('u1', 'a', { user: 'u1', loid: 'laptop', at: 4000 }),
    ],
  })
  const found: string[] = []
  await store.eachSignIn?.('exp', ({ loid, unit, at }) => found.push(`${loid} ${unit} ${at}`))
  expect(found.sort()).toEqual(['laptop u1 4000', 'phone u1 500', 'phone u2 3000'])
}

/**
 * A store at that schema, whose conversions have the event id as their key, counts what is sent again
 * once, and what that key kept out.
 */
export async function knowsFirstConversions(store: Store): Promise<void> {
  const of = async (): Promise<readonly string[]> => {
    const found: string[] = []
    await store.eachEvent({ experiment: 'exp', from: 0 }, ({ name, unit, subject, value }) =>
      found.push(`${name} ${unit} ${subject} ${value}`),
    )
    return found.sort()
  }
  const row = conversionRow('u1', 2.5, { eventId: 'c1' })
  const before = ['purchase u1 u1 2.5']
  expect(await of()).toEqual(before)
  await store.write({
    conversions: [row, { ...row, decisionId: 'd1', at: 9000 }, { ...row, value: 3 }],
  })
  expect(await of()).toEqual(before)
  await store.write({
    conversions: [
      { ...row, value: -2.5 },
      { ...row, unit: 'u2' },
      { ...row, name: 'items', value: 1 },
    ],
  })
  expect(await of()).toEqual([
    'items u1 null 1',
    'purchase u1 null -2.5',
    ...before,
    'purchase u2 null 2.5',
  ])
}

/** One whose refunds have a key without their value counts what is sent again once. */
export async function knowsFirstRefunds(store: Store): Promise<void> {
  const refund = conversionRow('u2', -5, { eventId: 'o\u0000"1' })
  const keyed = JSON.stringify([refund.eventId, refund.name, 'unit u2', 'refund'])
  await store.write({ conversions: [{ ...refund, eventId: keyed, event: refund.eventId }] })
  const countOf = async () =>
    (await store.conversionCounts()).find(({ name }) => name === 'purchase')?.conversions ?? 0
  const before = await countOf()
  await store.write({ conversions: [refund, { ...refund, value: -4 }] })
  expect(await countOf()).toBe(before + 1)
}

/** A store at that schema has what is there, and adds to it. */
export async function usesFirstSchema(store: Store): Promise<void> {
  await store.write({
    decisions: [assignedRow('u1', 'exp', 'b', { at: 3000 }), decisionRow({ decisionId: 'd1' })],
    exposures: [exposureRow('u2', 'a')],
    usages: [usageRow({ id: 'n1' })],
    conversions: [conversionRow('u2', 1.5)],
  })
  expect(await store.histories(['u1'])).toEqual([
    {
      assigned: [{ experimentId: 'exp', variantId: 'b', firstAt: 1000, lastAt: 3000 }],
      domains: [{ domain: 'checkout', experimentId: 'exp' }],
    },
  ])
  expect(await store.conversions({ experiment: 'exp', name: 'purchase', by: 'unit' })).toEqual([
    { variant: 'a', units: 2, converted: 2, conversions: 2, sum: 4, squaredDeviations: 0.5 },
  ])
  expect(await store.decisionsByReason('exp')).toEqual([
    { reason: 'experiment_assigned', decisions: 2 },
  ])
  expect(await store.drops?.('exp')).toEqual([])
  await store.write({ drops: [dropRow()] })
  expect(await store.drops?.('exp')).toHaveLength(1)
}
