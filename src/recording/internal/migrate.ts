import { LiveflagError } from '../../core/errors'
import type { Engine } from './engine'
import type { Connection } from './kysely'
import { migrations as all, type Migration } from './migrations'

/**
 * Brings the schema up to date, in one transaction; processes that start together do it one after the other. A schema
 * that is up to date is only read, so that an account without the right to make tables will do.
 */
export async function migrate(engine: Engine, database: Connection, migrations: readonly Migration[] = all): Promise<void> {
  if ((await versionOf(engine, database)) === migrations.length) return
  await engine.transaction(async (connection) => {
    await engine.lockSchema(connection)
    const version = await versionOf(engine, connection)
    if (version > migrations.length) throw newer(engine, version, migrations.length)
    if (version === migrations.length) return
    for (const step of migrations.slice(version)) await step(connection, engine)
    await note(connection, version, migrations.length)
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
    await connection.schema.createTable('liveflag_schema').ifNotExists().addColumn('version', 'integer', (column) => column.notNull()).execute()
    await connection.deleteFrom('liveflag_schema').execute()
    await connection.insertInto('liveflag_schema').values({ version: now }).execute()
  } else {
    await connection.updateTable('liveflag_schema').set({ version: now }).execute()
  }
}

const newer = ({ name }: Engine, found: number, known: number): LiveflagError =>
  new LiveflagError('LIVEFLAG_SCHEMA_NEWER', `${name} has version ${found} of the schema, and this liveflag knows ${known}; upgrade it, or give it a database of its own`)
