import type { Pool } from 'pg'
import { codeOf } from '../core/errors'
import { badOption, checkOptions, objectWith, type OptionKinds } from '../core/options'
import { restoredText, storable } from '../core/storable-text'
import type { StickyDocument } from '../core/sticky'
import { POSTGRES_OPTIONS, postgresName, type PostgresOptions } from '../runtime/postgres-options'
import { openPostgresPool, postgresPool } from '../runtime/postgres-package'
import { performance, setImmediate } from '../runtime/timers'
import { documentKey } from './documents'
import {
  checkSize,
  closed,
  failed,
  fits,
  type SharedStickyOptions,
  type SharedStickyService,
  TTL_SECONDS,
} from './shared'
import { mergedSaves, type Save } from './wanted'

/** What is asked of a pool of the package pg. */
export interface PostgresStickyPool {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>
}

export interface PostgresStickyOptions extends SharedStickyOptions, PostgresOptions {}

const CALL = 'postgresStickyService'
const POOL = objectWith(['query'], 'the URL of a database, or a pool of pg')
const KINDS: OptionKinds<PostgresStickyOptions> = { ...POSTGRES_OPTIONS, ttlSeconds: TTL_SECONDS }

/**
 * Stores sticky documents in PostgreSQL, for processes of many machines. Needs the package pg. The
 * first call makes the table `liveflag_sticky_assignments`, in the first schema of the search path.
 * Where two processes assign a visitor at once, both find the first assignment from then on.
 *
 * @param database its URL, or a pool of pg that your application ends
 * @example const service = postgresStickyService('postgres://user:password@host:5432/database')
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION, LIVEFLAG_MISSING_PACKAGE
 */
export function postgresStickyService(
  database: string | PostgresStickyPool,
  options: PostgresStickyOptions = {},
): SharedStickyService {
  if (typeof database !== 'string') {
    checkOptions<SharedStickyOptions>(CALL, options, { ttlSeconds: TTL_SECONDS })
    if (!POOL.fits(database)) throw badOption(CALL, 'database', database, POOL.wanted)
    return new PostgresSticky(database, { name: 'PostgreSQL', ...options })
  }
  const name = postgresName(CALL, database)
  checkOptions(CALL, options, KINDS)
  const own = openPostgresPool(CALL, postgresPool(database, options))
  return new PostgresSticky(own, { name, own, ...options })
}

const TABLE = [
  `create table if not exists liveflag_sticky_assignments (
    attribute_name text not null,
    attribute_value text not null,
    experiment text not null,
    variation text not null,
    replaced text,
    updated_at bigint not null,
    primary key (attribute_name, attribute_value, experiment)
  )`,
  `create index if not exists liveflag_sticky_assignments_updated_at
    on liveflag_sticky_assignments (updated_at)`,
].join(';\n')

/** Processes that start together make the table one after another; the lock's number is our own. */
const MAKE = `do $$ begin perform pg_advisory_xact_lock(7817250163242917043); ${TABLE}; end $$`

/** The clock of the database, which all processes share. */
const NOW = `(extract(epoch from clock_timestamp()) * 1000)::bigint`

const READ = `
  select attribute_name as name, attribute_value as value, experiment, variation
  from unnest($1::text[], $2::text[]) as wanted (name, value)
  join liveflag_sticky_assignments on attribute_name = wanted.name and attribute_value = wanted.value
  where updated_at > ${NOW} - $3::bigint`

/** In the order of the key, so that no two writers wait for each other. */
const WRITE = `
  insert into liveflag_sticky_assignments as stored
    (attribute_name, attribute_value, experiment, variation, replaced, updated_at)
  select name, value, experiment, variation, replaced, ${NOW}
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
    as saved (name, value, experiment, variation, replaced)
  order by name, value, experiment
  on conflict (attribute_name, attribute_value, experiment) do update set
    variation = case
      when $6::boolean or stored.variation = excluded.replaced
        or stored.updated_at <= excluded.updated_at - $7::bigint
      then excluded.variation else stored.variation end,
    updated_at = excluded.updated_at`

const FORGET = `
  delete from liveflag_sticky_assignments where ctid = any (array(
    select ctid from liveflag_sticky_assignments where updated_at <= ${NOW} - $1::bigint limit 1000))`

/** How often rows that are too old are deleted. */
const FORGET_EVERY_MS = 60_000
/** Without a `ttlSeconds`: longer than there are computers. */
const FOR_GOOD_MS = 10 ** 13

const UNDEFINED_TABLE = '42P01'

interface Settings extends SharedStickyOptions {
  readonly name: string
  /** The pool, when it is to be ended here. */
  readonly own?: Pool
}

interface Row {
  readonly name: string
  readonly value: string
  readonly experiment: string
  readonly variation: string
}

/** What was saved in one turn of the event loop. */
interface Batch {
  readonly saves: Map<string, Save>
  readonly written: Promise<void>
}

class PostgresSticky implements SharedStickyService {
  private batch: Batch | undefined
  private readonly writing = new Set<Promise<void>>()
  private closing: Promise<void> | undefined
  private readonly ttlMs: number
  private forgetAt = 0

  constructor(
    private readonly pool: PostgresStickyPool,
    private readonly settings: Settings,
  ) {
    const { ttlSeconds } = settings
    this.ttlMs = ttlSeconds === undefined ? FOR_GOOD_MS : ttlSeconds * 1000
  }

  async getAssignments(name: string, value: string): Promise<StickyDocument | undefined> {
    return (await this.getAllAssignments({ [name]: value }))[documentKey(name, value)]
  }

  async getAllAssignments(
    attributes: Readonly<Record<string, string>>,
  ): Promise<Readonly<Record<string, StickyDocument>>> {
    if (this.closing) throw closed(this.settings.name)
    const wanted = Object.entries(attributes).filter(([name, value]) => fits(name, value))
    if (wanted.length === 0) return {}
    const columns = [0, 1].map((at) => wanted.map((pair) => storable(pair[at] ?? '')))
    try {
      const rows = await this.query(READ, [...columns, this.ttlMs])
      // The columns that the statement names, each a text.
      return documentsOf(rows as readonly Row[])
    } catch (error) {
      throw failed(this.settings.name, 'read', error)
    }
  }

  /** Written with everything else that is saved in this turn of the event loop. */
  async saveAssignments(document: StickyDocument, loaded?: StickyDocument): Promise<void> {
    if (this.closing) throw closed(this.settings.name)
    checkSize(document)
    this.batch ??= this.newBatch()
    const { saves, written } = this.batch
    const key = documentKey(document.attributeName, document.attributeValue)
    saves.set(key, mergedSaves(saves.get(key), { document, loaded }))
    return written
  }

  close(): Promise<void> {
    return (this.closing ??= this.end())
  }

  private async end(): Promise<void> {
    await Promise.allSettled(this.writing)
    await this.settings.own?.end()
  }

  private newBatch(): Batch {
    const saves = new Map<string, Save>()
    const written = this.writeSoon(saves)
    this.writing.add(written)
    const forget = (): void => void this.writing.delete(written)
    written.then(forget, forget)
    return { saves, written }
  }

  private async writeSoon(saves: ReadonlyMap<string, Save>): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve))
    this.batch = undefined
    const all = [...saves.values()]
    try {
      await this.write(
        all.filter(({ loaded }) => loaded),
        false,
      )
      await this.write(
        all.filter(({ loaded }) => !loaded),
        true,
      )
    } catch (error) {
      throw failed(this.settings.name, 'written', error)
    }
    await this.forgetOld()
  }

  private async write(saves: readonly Save[], newerWins: boolean): Promise<void> {
    const rows = saves.flatMap(rowsOf)
    if (rows.length === 0) return
    const columns = [0, 1, 2, 3, 4].map((at) => rows.map((row) => row[at] ?? null))
    await this.query(WRITE, [...columns, newerWins, this.ttlMs])
  }

  /** What cannot be deleted now is deleted later; nobody reads it meanwhile. */
  private async forgetOld(): Promise<void> {
    if (this.ttlMs === FOR_GOOD_MS || performance.now() < this.forgetAt) return
    this.forgetAt = performance.now() + FORGET_EVERY_MS
    await this.pool.query(FORGET, [this.ttlMs]).catch(() => undefined)
  }

  /** Makes the table where it is missing, as at the first call. */
  private async query(text: string, values: unknown[]): Promise<readonly unknown[]> {
    try {
      return (await this.pool.query(text, values)).rows
    } catch (error) {
      if (codeOf(error) !== UNDEFINED_TABLE) throw error
      await this.pool.query(MAKE)
      return (await this.pool.query(text, values)).rows
    }
  }
}

type Column = string | undefined

/** Assignments that have not changed are there as well: they count as new, and are not forgotten. */
const rowsOf = ({ document, loaded }: Save): readonly (readonly Column[])[] =>
  Object.entries(document.assignments).map(([experiment, variation]) => {
    const before = Object.entries(loaded?.assignments ?? {}).find(([key]) => key === experiment)
    const { attributeName, attributeValue } = document
    const names = [attributeName, attributeValue, experiment, variation].map(storable)
    return [...names, before && storable(before[1])]
  })

function documentsOf(rows: readonly Row[]): Readonly<Record<string, StickyDocument>> {
  const found = new Map<string, { name: string; value: string; pairs: [string, string][] }>()
  for (const row of rows) {
    const [name, value] = [restoredText(row.name), restoredText(row.value)]
    const key = documentKey(name, value)
    const document = found.get(key) ?? { name, value, pairs: [] }
    document.pairs.push([restoredText(row.experiment), restoredText(row.variation)])
    found.set(key, document)
  }
  return Object.fromEntries(
    [...found].map(([key, { name, value, pairs }]) => [
      key,
      { attributeName: name, attributeValue: value, assignments: Object.fromEntries(pairs) },
    ]),
  )
}
