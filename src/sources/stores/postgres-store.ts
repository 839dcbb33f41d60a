import type { ClientConfig, Pool, PoolClient, QueryResultRow } from 'pg'
import { retry } from '../../runtime/back-off'
import { keepAliveDuring } from '../../runtime/wait'
import type { KeyStore, KeyWatch, KeyWatcher, KeyWrite, Stored, WriteResult } from '../key-store'
import { keepListening } from '../keyed/keep-listening'
import { closedStore } from '../keyed/store-failure'
import { isBlocked, isWithoutTable, postgresFailure } from './postgres-failure'
import { listen } from './postgres-listener'
import { inSchema, postgresMigration, TABLE } from './postgres-schema'
import { isConflict, writeStatement } from './postgres-statements'

export interface PostgresKeyStoreSettings {
  readonly name: string
  /** Which of the live configs of the table. */
  readonly config: string
  readonly schema: string | undefined
  readonly pool: Pool
  /** Of the connection that listens, which is not one of the pool. */
  readonly listener: ClientConfig
  /** Otherwise the application closes the pool. */
  readonly ownsPool: boolean
}

interface Row extends QueryResultRow {
  readonly key: string
  /** A bigint comes as text. */
  readonly version: string
  readonly bytes: Buffer
}

const BLOCKED = { firstMs: 5, longestMs: 200 }
const MOST_TRIES = 10

/** A conflict, which rolls the transaction back. */
class Conflict extends Error {
  constructor(readonly key: string) {
    super(key)
  }
}

/** The keys of one live config as rows of one table. */
export class PostgresKeyStore implements KeyStore {
  readonly name: string
  readonly isAtomic = true
  readonly notifies = true
  private readonly table: string
  private readonly watches = new Set<KeyWatch>()
  private isClosed = false
  private closing: Promise<void> | undefined

  constructor(private readonly settings: PostgresKeyStoreSettings) {
    this.name = settings.name
    this.table = inSchema(settings.schema, TABLE)
  }

  async get(key: string, signal?: AbortSignal): Promise<Stored | undefined> {
    const [row] = await this.rows('select key, version, bytes', 'key = $2', key, signal)
    return row
  }

  async getUnless(
    version: string,
    key: string,
    signal?: AbortSignal,
  ): Promise<Stored | 'unchanged' | undefined> {
    // A long value is not sent again for nothing.
    const bytes = `case when version::text = '${version.replace(/\D/g, '')}' then null else bytes end`
    const [row] = await this.rows(`select key, version, ${bytes} as bytes`, 'key = $2', key, signal)
    return row?.bytes === null ? 'unchanged' : row
  }

  async keys(prefix: string, signal?: AbortSignal): Promise<readonly string[]> {
    const rows = await this.rows('select key', 'starts_with(key, $2)', prefix, signal)
    return rows.map(({ key }) => key)
  }

  async list(prefix: string, signal?: AbortSignal): Promise<ReadonlyMap<string, Stored>> {
    const columns = 'select key, version, bytes'
    const rows = await this.rows(columns, 'starts_with(key, $2)', prefix, signal)
    return new Map(rows.map(({ key, version, bytes }) => [key, { version, bytes }]))
  }

  write(writes: readonly KeyWrite[], signal?: AbortSignal): Promise<WriteResult> {
    let hasMigrated = false
    const attempt = async (): Promise<WriteResult> => {
      try {
        return await this.writeOnce(writes, signal)
      } catch (error) {
        if (hasMigrated || !isWithoutTable(error)) throw error
        hasMigrated = true
        await this.migrate(signal)
        return this.writeOnce(writes, signal)
      }
    }
    const isWorth = (error: unknown, tries: number): boolean =>
      isBlocked(error) && tries < MOST_TRIES
    return this.run(() => retry(attempt, isWorth, BLOCKED))
  }

  watch(keys: readonly string[], watcher: KeyWatcher): KeyWatch {
    if (this.isClosed) throw closedStore(this.name)
    const { listener, config, pool } = this.settings
    const notify = (channel: string) => pool.query(`select pg_notify($1, '')`, [channel])
    const listening = keepListening(
      {
        listen: (live, signal) =>
          listen({ settings: listener, config, keys, watcher, live, signal, notify }),
        errorOf: (error) => postgresFailure(this.name, error),
      },
      watcher,
    )
    const watch = {
      close: () => {
        this.watches.delete(watch)
        listening.close()
      },
    }
    this.watches.add(watch)
    return watch
  }

  close(): Promise<void> {
    this.isClosed = true
    for (const watch of this.watches) watch.close()
    const { pool, ownsPool } = this.settings
    return (this.closing ??= ownsPool ? pool.end() : Promise.resolve())
  }

  private rows(select: string, where: string, value: string, signal?: AbortSignal): Promise<Row[]> {
    const statement = `${select} from ${this.table} where config = $1 and ${where} order by key collate "C"`
    return this.run(() =>
      this.connected(signal, async (client) => {
        const { rows } = await client.query<Row>(statement, [this.settings.config, value])
        return rows
      }),
    )
  }

  private writeOnce(writes: readonly KeyWrite[], signal?: AbortSignal): Promise<WriteResult> {
    return this.connected(signal, async (client): Promise<WriteResult> => {
      const versions = new Map<string, string>()
      try {
        await client.query('begin')
        for (const write of writes) {
          const version = await this.writeKey(client, write)
          versions.delete(write.key)
          if (version !== undefined) versions.set(write.key, version)
        }
        await client.query('commit')
        return { written: true, versions }
      } catch (error) {
        await client.query('rollback')
        if (error instanceof Conflict) return { written: false, conflict: error.key }
        throw error
      }
    })
  }

  /** Returns the version of what was written. */
  private async writeKey(client: PoolClient, write: KeyWrite): Promise<string | undefined> {
    const statement = writeStatement(this.table, this.settings.config, write)
    const row = statement && (await client.query<Row>(statement.sql, statement.values)).rows[0]
    if (statement === undefined || isConflict(write, row !== undefined))
      throw new Conflict(write.key)
    return write.bytes === undefined ? undefined : row?.version
  }

  /** One after another: two publishers may find that there is no table. */
  private migrate(signal?: AbortSignal): Promise<void> {
    const lock = `select pg_advisory_xact_lock(hashtext('${TABLE}'))`
    const statements = `begin; ${lock}; ${postgresMigration(this.settings.schema)} commit`
    return this.connected(signal, async (client) => {
      await client.query(statements)
    })
  }

  private async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.isClosed) throw closedStore(this.name)
    try {
      return await keepAliveDuring(work())
    } catch (error) {
      throw this.isClosed ? closedStore(this.name) : postgresFailure(this.name, error)
    }
  }

  /** A connection that failed, or whose answer nobody waits for any more, is closed. */
  private async connected<T>(
    signal: AbortSignal | undefined,
    work: (client: PoolClient) => Promise<T>,
  ): Promise<T> {
    const client = await this.settings.pool.connect()
    let isReleased = false
    const release = (error?: Error): void => {
      if (!isReleased) client.release(error)
      isReleased = true
    }
    const drop = (): void => release(new Error('not waited for'))
    signal?.addEventListener('abort', drop)
    try {
      if (signal?.aborted) throw new Error('Connection terminated')
      const result = await work(client)
      release()
      return result
    } catch (error) {
      release(error as Error)
      throw error
    } finally {
      signal?.removeEventListener('abort', drop)
    }
  }
}
