import type { Span } from '../store'
import { named, type Statement, sql } from './statement'

/** Compares names by code units, whatever the collation of the database. */
export const byName = (a: string, b: string): number => (a < b ? -1 : Number(a > b))

/** The rows of a span; `of`: of that table of a join. */
export const within = (span: Span, of?: string): Statement => {
  const at = of === undefined ? named('created_at') : sql`${named(of)}.${named('created_at')}`
  return sql`${at} >= ${whole(span.from ?? Number.MIN_SAFE_INTEGER)} and ${at} < ${until(span)}`
}

export const until = ({ to }: Span): Statement => whole(to ?? Number.MAX_SAFE_INTEGER)

/** The database must know that the parameter is whole: otherwise 5 / 2 would be 2.5. */
export const whole = (value: number): Statement => sql`cast(${Math.trunc(value)} as bigint)`
