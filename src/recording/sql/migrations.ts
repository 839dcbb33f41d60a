import { LiveflagError } from '../../core/errors'
import type { Connection, Engine } from './engine'
import { list, named, raw, type Statement, sql } from './statement'
import type { AnyTable } from './table'
import {
  assignments,
  ATTRIBUTES,
  configs,
  conversions,
  decisions,
  domains,
  drops,
  exposures,
  LEDGER,
  looks,
  signIns,
  usages,
} from './tables'

/** Brings the schema to the next version. A released step never changes; add another. */
export type Migration = (connection: Connection, engine: Engine) => Promise<void>

/** The version of a schema is the number of these steps that it has. */
export const migrations: readonly Migration[] = [
  createTables,
  createDrops,
  addLedger,
  addAttributes,
  addSignIns,
]

async function createTables(connection: Connection, engine: Engine): Promise<void> {
  for (const table of [decisions, assignments, domains, exposures, usages, conversions])
    await create(table, connection, engine)
}

async function createDrops(connection: Connection, engine: Engine): Promise<void> {
  await create(drops, connection, engine)
}

async function addLedger(connection: Connection, engine: Engine): Promise<void> {
  await addColumns(LEDGER, connection, engine)
  await create(configs, connection, engine)
}

async function addAttributes(connection: Connection, engine: Engine): Promise<void> {
  await addColumns(ATTRIBUTES, connection, engine)
  await create(looks, connection, engine)
  await createIndexes(conversions, connection)
}

/** Those of before have one logged-out id for each user and variant, and no time of its own. */
async function addSignIns(connection: Connection, engine: Engine): Promise<void> {
  await create(signIns, connection, engine)
  await connection.query(sql`
    insert into liveflag_sign_ins (experiment, loid, unit, created_at)
    select experiment, loid, unit, min(created_at) from liveflag_exposures
    where kind = 'user' and user_id <> '' and loid <> '' and loid <> unit
    group by experiment, loid, unit`)
}

/** Adding a column that may be null rewrites no row, however large the table is. */
async function addColumns(version: number, connection: Connection, engine: Engine): Promise<void> {
  for (const { name, columns } of [decisions, assignments, exposures, conversions])
    for (const column of columns.filter(({ since }) => since === version))
      await connection.query(
        sql`alter table ${named(name)} add column ${named(column.name)} ${raw(typeOf(column, engine))}`,
      )
}

const typeOf = ({ type }: AnyTable['columns'][number], { json }: Engine): string =>
  type === 'json' ? json : type

async function create(table: AnyTable, connection: Connection, engine: Engine): Promise<void> {
  await connection.query(createTable(table, engine))
  await createIndexes(table, connection)
}

/** Those that are not there yet. */
async function createIndexes(table: AnyTable, connection: Connection): Promise<void> {
  for (const { name, columns } of table.indexes)
    await connection.query(
      sql`create index if not exists ${named(name)} on ${named(table.name)} (${list(columns.map(named))})`,
    )
}

/** As the first version of the table had it. */
function createTable({ name, columns, key }: AnyTable, engine: Engine): Statement {
  const [only, second] = key
  const first = columns.filter(({ since }) => since === undefined)
  const definitions = first.map((column) => {
    const rest = `${column.isNullable ? '' : ' not null'}${second === undefined && column.name === only ? ' primary key' : ''}`
    return sql`${named(column.name)} ${raw(typeOf(column, engine) + rest)}`
  })
  if (second !== undefined)
    definitions.push(sql`constraint ${named(`${name}_key`)} primary key (${list(key.map(named))})`)
  return sql`create table ${named(name)} (${list(definitions)})`
}

/**
 * Brings the schema up to date in one transaction. Processes that start together do so one after the
 * other. A schema that is up to date is only read, so an account that may not create tables is
 * enough.
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
    await storeVersion(connection, version, steps.length)
  })
}

/** Returns 0 for a database without the tables. */
async function versionOf(engine: Engine, connection: Connection): Promise<number> {
  if (!(await engine.hasTable(connection, 'liveflag_schema'))) return 0
  const [row] = await connection.query<{ readonly version: number }>(
    sql`select version from liveflag_schema`,
  )
  return row?.version ?? 0
}

async function storeVersion(connection: Connection, before: number, now: number): Promise<void> {
  if (before > 0) {
    await connection.query(sql`update liveflag_schema set version = ${now}`)
    return
  }
  await connection.query(
    sql`create table if not exists "liveflag_schema" ("version" integer not null)`,
  )
  await connection.query(sql`delete from liveflag_schema`)
  await connection.query(sql`insert into liveflag_schema (version) values (${now})`)
}

const newer = ({ name }: Engine, found: number, known: number): LiveflagError =>
  new LiveflagError(
    'LIVEFLAG_SCHEMA_NEWER',
    `${name} has version ${found} of the schema, and this liveflag knows ${known}; upgrade it, or give it a database of its own`,
  )
