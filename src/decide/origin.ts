import type { Answered } from '../core/answers'
import type { EntryInForce } from '../core/entry-in-force'
import type { DecisionRow } from '../recording/store'
import { PROCESS } from '../recording/config-log'
import { drawnBy } from '../recording/drawn-by'

/** What the row of an answer says of how it came about. */
export type Origin = Pick<
  DecisionRow,
  'revision' | 'config' | 'process' | 'bucket' | 'hash' | 'degraded'
>

/** The origin of an answer; the entry is that of its feature. */
export function originOf({ assignment, rule }: Answered, entry: EntryInForce | undefined): Origin {
  const { bucket, hash } = assignment ?? {}
  return {
    revision: entry?.revision ?? null,
    config: entry?.config ?? null,
    process: PROCESS,
    ...(assignment
      ? drawnBy(bucket, hash, rule?.experimentResult !== undefined)
      : { bucket: null, hash: null }),
    degraded: false,
  }
}
