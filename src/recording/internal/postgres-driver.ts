import type * as Pg from 'pg'
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import { asError, codeOf } from './error-code'
import { missingPackage } from './kysely'

export type PostgresDriver = typeof Pg

/** An optional package: only who connects to PostgreSQL loads it. */
export function loadPostgres(asker: string): PostgresDriver {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded on use, and at once: import() would hide that it is missing until the first row
    return require('pg') as PostgresDriver
  } catch (cause) {
    throw missingPackage(asker, 'pg', 'pg', cause)
  }
}

/** What PostgreSQL said went wrong, as five characters; empty when it was not PostgreSQL that said something. */
export function sqlState(error: unknown): string {
  const code = codeOf(error)
  return /^[0-9A-Z]{5}$/.test(code) && !code.startsWith('E') ? code : ''
}

/** Connections on which something other than a statement failed are thrown away, not given to the next who asks. */
export function carefulPool(pool: Pg.Pool): PostgresPool {
  // Without a listener, a connection that breaks while nobody uses it would end the process.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return { connect: async () => carefulClient(await pool.connect()), end: () => pool.end() }
}

function carefulClient(client: Pg.PoolClient): PostgresPoolClient {
  let broken: Error | undefined
  const query = async <Row>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<Row>> => {
    if (broken) throw broken
    try {
      // The driver's types know less than Kysely's about which command it was; this is where they meet.
      return (await client.query({ text, values: [...parameters] })) as unknown as PostgresQueryResult<Row>
    } catch (error) {
      if (!isOfStatement(error)) broken = asError(error)
      throw error
    }
  }
  // Kysely asks for a cursor only when it streams, which no query here does.
  return { query: query as PostgresPoolClient['query'], release: () => client.release(broken ?? false) }
}

/** Classes 08 and 57P end the connection. */
const isOfStatement = (error: unknown): boolean => {
  const state = sqlState(error)
  return state !== '' && !state.startsWith('08') && !state.startsWith('57P')
}
