import { memoryStore } from '../recording/memory'
import type { Store } from '../recording/store'

/** A server runs for long: what no file stores is forgotten when it is old. */
const MOST_ROWS_IN_MEMORY = 10_000

/**
 * Where a server stores decisions and events: its setting `records`, else the file of its setting
 * `db`, or its memory.
 */
export function recordsIn(db: string, records = ''): Store | string {
  if (records !== '') return records
  return db === ':memory:' ? memoryStore({ mostRows: MOST_ROWS_IN_MEMORY }) : db
}
