import type { KeyWrite } from '../key-store'

export interface WriteStatement {
  readonly sql: string
  readonly values: unknown[]
}

const VERSION = /^\d{1,18}$/

/**
 * The statement of one write, whose rows are those that it wrote, or that it found where none must
 * be. Undefined when it is based on what is no version of this store.
 */
export function writeStatement(
  table: string,
  config: string,
  { key, bytes, basedOn }: KeyWrite,
): WriteStatement | undefined {
  const own = [config, key]
  const base = typeof basedOn === 'string' ? [basedOn] : []
  if (!base.every((version) => VERSION.test(version))) return undefined
  if (bytes === undefined) return { sql: removal(table, basedOn), values: [...own, ...base] }
  return { sql: setting(table, basedOn), values: [...own, Buffer.from(bytes), ...base] }
}

function removal(table: string, basedOn: string | null | undefined): string {
  const row = `from ${table} where config = $1 and key = $2`
  if (basedOn === null) return `select version ${row}`
  return `delete ${row}${basedOn === undefined ? '' : ' and version = $3'} returning version`
}

function setting(table: string, basedOn: string | null | undefined): string {
  if (typeof basedOn === 'string')
    return `update ${table} set bytes = $3 where config = $1 and key = $2 and version = $4 returning version`
  const found = basedOn === null ? 'nothing' : 'update set bytes = excluded.bytes'
  return `insert into ${table} (config, key, bytes) values ($1, $2, $3) on conflict (config, key) do ${found} returning version`
}

/** Whether a write met another state than the one that it is based on. */
export function isConflict({ bytes, basedOn }: KeyWrite, hasRow: boolean): boolean {
  if (basedOn === undefined) return false
  const wantsRow = typeof basedOn === 'string' || bytes !== undefined
  return hasRow !== wantsRow
}
