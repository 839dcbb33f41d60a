import type { Answered } from '../core/answers'
import type { EntryInForce } from '../core/entry-in-force'
import { guarded } from '../core/guarded'
import type { World } from '../core/world'
import { reportedAttributes } from '../engine/reported-attributes'
import type { DecisionRow } from '../recording/store'
import { PROCESS } from '../recording/config-log'
import { drawnBy } from '../recording/drawn-by'

/** What the row of an answer says of how it came about. */
export type Origin = Pick<
  DecisionRow,
  'revision' | 'config' | 'process' | 'bucket' | 'hash' | 'degraded' | 'attributes'
>

/** The origin of an answer to who is in the World; the entry is that of its feature. */
export function originOf(
  { assignment, rule }: Answered,
  entry: EntryInForce | undefined,
  world: World,
): Origin {
  const { bucket, hash } = assignment ?? {}
  return {
    revision: entry?.revision ?? null,
    config: entry?.config ?? null,
    process: PROCESS,
    ...(assignment
      ? drawnBy(bucket, hash, rule?.experimentResult !== undefined)
      : { bucket: null, hash: null }),
    degraded: false,
    attributes: assignment ? (attributesOf(entry, world) ?? null) : null,
  }
}

/** A World of the application may throw; then nothing is known. */
const attributesOf = (entry: EntryInForce | undefined, world: World): Origin['attributes'] =>
  reportedAttributes(entry?.reportBy, (name) =>
    guarded(
      () => world.attribute(name),
      () => undefined,
    ),
  )
