import { LiveflagError } from '../../core/errors'
import type { Engine } from './engine'
import type { Connection } from './kysely'

/** Brings the schema from the version before to the next. Once released, a step is never changed; add another. */
export type Migration = (connection: Connection, engine: Engine) => Promise<void>

/** The version of a schema is how many of these it has. */
export const migrations: readonly Migration[] = [createAll]

async function createAll({ schema }: Connection, { json }: Engine): Promise<void> {
  await schema
    .createTable('liveflag_decisions')
    .addColumn('decision_id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('flag_key', 'text', (column) => column.notNull())
    .addColumn('subject_id', 'text', (column) => column.notNull())
    .addColumn('experiment_id', 'text')
    .addColumn('variant_id', 'text')
    .addColumn('value', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute()
  await schema
    .createIndex('liveflag_decisions_by_experiment')
    .on('liveflag_decisions')
    .columns(['experiment_id', 'created_at'])
    .execute()
  await schema
    .createTable('liveflag_assignments')
    .addColumn('subject_id', 'text', (column) => column.notNull())
    .addColumn('experiment_id', 'text', (column) => column.notNull())
    .addColumn('variant_id', 'text', (column) => column.notNull())
    .addColumn('first_at', 'bigint', (column) => column.notNull())
    .addColumn('last_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('liveflag_assignments_key', ['subject_id', 'experiment_id'])
    .execute()
  await schema
    .createTable('liveflag_domains')
    .addColumn('subject_id', 'text', (column) => column.notNull())
    .addColumn('domain', 'text', (column) => column.notNull())
    .addColumn('experiment_id', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('liveflag_domains_key', ['subject_id', 'domain'])
    .execute()
  await createRecords(schema, json)
}

async function createRecords(schema: Connection['schema'], json: Engine['json']): Promise<void> {
  await schema
    .createTable('liveflag_exposures')
    .addColumn('unit', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('experiment', 'text', (column) => column.notNull())
    .addColumn('variant', 'text', (column) => column.notNull())
    .addColumn('feature', 'text', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('bucket', 'bigint')
    .addColumn('generation', 'bigint')
    .addColumn('hash', 'text')
    .addColumn('data', json, (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('liveflag_exposures_key', ['unit', 'experiment', 'variant'])
    .execute()
  await schema
    .createIndex('liveflag_exposures_by_experiment')
    .on('liveflag_exposures')
    .columns(['experiment', 'created_at'])
    .execute()
  await schema
    .createTable('liveflag_usages')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('feature', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text')
    .addColumn('value', json, (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('generation', 'bigint')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute()
  await schema
    .createIndex('liveflag_usages_by_feature')
    .on('liveflag_usages')
    .columns(['feature', 'created_at'])
    .execute()
  await schema
    .createIndex('liveflag_usages_by_user')
    .on('liveflag_usages')
    .columns(['user_id', 'created_at'])
    .execute()
  await schema
    .createTable('liveflag_conversions')
    .addColumn('event_id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('decision_id', 'text')
    .addColumn('unit', 'text')
    .addColumn('value', 'double precision')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute()
  await schema
    .createIndex('liveflag_conversions_by_unit')
    .on('liveflag_conversions')
    .columns(['unit', 'name'])
    .execute()
  await schema
    .createIndex('liveflag_conversions_by_decision')
    .on('liveflag_conversions')
    .column('decision_id')
    .execute()
}

/**
 * Brings the schema up to date, in one transaction; processes that start together do it one after the other. A schema
 * that is up to date is only read, so that an account without the right to make tables will do.
 */
export async function migrate(
  engine: Engine,
  database: Connection,
  steps: readonly Migration[] = migrations,
): Promise<void> {
  if ((await versionOf(engine, database)) === steps.length) return
  await engine.transaction(async (connection) => {
    await engine.lockSchema(connection)
    const version = await versionOf(engine, connection)
    if (version > steps.length) throw newer(engine, version, steps.length)
    if (version === steps.length) return
    for (const step of steps.slice(version)) await step(connection, engine)
    await note(connection, version, steps.length)
  })
}

/** 0 of a database that has nothing of ours. */
async function versionOf(engine: Engine, connection: Connection): Promise<number> {
  if (!(await engine.hasTable(connection, 'liveflag_schema'))) return 0
  const row = await connection.selectFrom('liveflag_schema').select('version').executeTakeFirst()
  return row?.version ?? 0
}

async function note(connection: Connection, before: number, now: number): Promise<void> {
  if (before === 0) {
    await connection.schema
      .createTable('liveflag_schema')
      .ifNotExists()
      .addColumn('version', 'integer', (column) => column.notNull())
      .execute()
    await connection.deleteFrom('liveflag_schema').execute()
    await connection.insertInto('liveflag_schema').values({ version: now }).execute()
  } else {
    await connection.updateTable('liveflag_schema').set({ version: now }).execute()
  }
}

const newer = ({ name }: Engine, found: number, known: number): LiveflagError =>
  new LiveflagError(
    'LIVEFLAG_SCHEMA_NEWER',
    `${name} has version ${found} of the schema, and this liveflag knows ${known}; upgrade it, or give it a database of its own`,
  )
