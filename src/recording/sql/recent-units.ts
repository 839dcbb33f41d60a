import { ASSIGNED, type RecordedUnit } from '../store'
import type { Connection } from './engine'
import { recentExperiments } from './experiments'
import type { Read } from './reading'
import { sql } from './statement'

/** What an exposure says of a visitor who was not signed in: its unit is the logged-out id. */
export const SIGNED_OUT = 'signed_out'

/** Of these experiments the units are read: a store may have those of years. */
const MOST_EXPERIMENTS = 100

/** Read experiment by experiment, by the index that each table has of it: no table is read whole. */
export async function recentUnits(
  database: Connection,
  most: number,
): Promise<readonly RecordedUnit[]> {
  const found: RecordedUnit[] = []
  for (const experiment of await recentExperiments(database, MOST_EXPERIMENTS)) {
    const exposed = await database.query<Read<RecordedUnit>>(sql`
      select unit, case when cast(data as text) like ${`%"${SIGNED_OUT}"%`} then 'loid' else kind end as kind, created_at as at
      from liveflag_exposures where experiment = ${experiment} order by created_at desc limit ${most}`)
    const decided = await database.query<Read<RecordedUnit>>(sql`
      select subject_id as unit, 'subject' as kind, created_at as at
      from liveflag_decisions where experiment_id = ${experiment} and reason = ${ASSIGNED} order by created_at desc limit ${most}`)
    for (const { unit, kind, at } of [...exposed, ...decided])
      found.push({ unit, kind, at: Number(at) })
  }
  return newestOf(found, most)
}

/** Each unit once, the newest first. */
export function newestOf(units: readonly RecordedUnit[], most: number): readonly RecordedUnit[] {
  const newest = new Map<string, RecordedUnit>()
  const order = (a: RecordedUnit, b: RecordedUnit): number =>
    b.at - a.at || (a.unit < b.unit ? -1 : 1)
  for (const one of units.toSorted(order)) {
    const key = JSON.stringify([one.kind, one.unit])
    if (!newest.has(key)) newest.set(key, one)
    if (newest.size >= most) break
  }
  return [...newest.values()]
}
