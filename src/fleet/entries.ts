import {
  encodeRecord,
  HEAD,
  type HistoryEntry,
  type HistoryKind,
  historyKey,
  type Quarantined,
  quarantineKey,
  ROLLOUT,
  type Rollout,
} from '../sources/fleet-records'
import { contentHash } from '../sources/bytes'
import type { KeyWrite } from '../sources/key-store'
import { wallClock } from '../runtime/timers'
import { isOutside, knownPublished, type StoredRollout, type StoreState } from './store-state'

/** Who publishes, and why. */
export interface Signed {
  readonly by?: string
  readonly reason?: string
}

/** A text to be published. */
export interface Candidate extends Signed {
  readonly text: string
  readonly hash: string
  readonly kind: HistoryKind
  /** The generation that a rollback puts back. */
  readonly of?: number
  /** Whoever publishes it knows more than the store does, and has judged its problems. */
  readonly isJudged?: true
}

export const candidateOf = (
  text: string,
  kind: HistoryKind,
  { by, reason }: Signed,
  of?: number,
): Candidate => ({
  text,
  hash: contentHash(text),
  kind,
  ...(by !== undefined && { by }),
  ...(reason !== undefined && { reason }),
  ...(of !== undefined && { of }),
})

/** A new entry of the history, with the writes that create it. */
export interface Planned {
  readonly entry: HistoryEntry
  readonly writes: readonly KeyWrite[]
}

/**
 * The entry of a text, after one for what another tool has written meanwhile. Where an entry for this very
 * text on this very base waits for its head, because its publisher was killed, that one is used: two
 * of them would look the same later.
 */
export function planEntry(candidate: Candidate, state: StoreState, isAtomic: boolean): Planned {
  const { head, quarantined, newest } = state
  const outside = outsideOf(state, isAtomic)
  const basedOn = outside?.generation ?? (head && state.current?.generation) ?? null
  const known = knownPublished(state.above, isAtomic)
  const waiting = state.above.find(
    (entry) =>
      entry.hash === candidate.hash &&
      entry.basedOn === basedOn &&
      !known.includes(entry) &&
      !quarantined.some(({ generation }) => generation === entry.generation),
  )
  if (waiting) return { entry: waiting, writes: [] }
  const { text, hash, kind, by = null, reason = null, of } = candidate
  const generation = (outside?.generation ?? newest) + 1
  const entry: HistoryEntry = {
    ...{ generation, kind, text, hash, basedOn, by, reason, at: wallClock() },
    ...(of !== undefined && { of }),
  }
  return { entry, writes: [...(outside ? [creating(outside)] : []), creating(entry)] }
}

const creating = (entry: HistoryEntry): KeyWrite => ({
  key: historyKey(entry.generation),
  bytes: encodeRecord(entry),
  basedOn: null,
})

/** For a text that another tool wrote since the last one was published. */
function outsideOf(state: StoreState, isAtomic: boolean): HistoryEntry | undefined {
  const { head, current, above, newest } = state
  if (head === undefined || !isOutside(state, isAtomic)) return undefined
  const last = current
    ? knownPublished(above, isAtomic)[0]
    : above.find(({ kind }) => kind !== 'staged')
  return {
    ...{ generation: newest + 1, kind: 'outside', text: head.text, hash: head.hash },
    ...{ basedOn: last?.generation ?? null, by: null, reason: null, at: wallClock() },
  }
}

/** The writes that put the text of an entry in force, after those that create the entry. */
export function writesInForce(
  { entry, writes }: Planned,
  { head, quarantined, staged }: StoreState,
): readonly KeyWrite[] {
  const released = quarantined.filter(({ hash }) => hash === entry.hash)
  return [
    ...writes,
    ...released.map(({ generation }) => ({ key: quarantineKey(generation), bytes: undefined })),
    { key: HEAD, bytes: new TextEncoder().encode(entry.text), basedOn: head?.version ?? null },
    ...(staged ? takenOff(staged, entry) : []),
  ]
}

/** A generation that is being staged when somebody rolls back is the likely reason. */
function takenOff(
  { rollout }: StoredRollout,
  { kind, by, reason }: HistoryEntry,
): readonly KeyWrite[] {
  const off: KeyWrite = { key: ROLLOUT, bytes: undefined }
  if (kind !== 'rollback') return [off]
  const why = `rolled back while it was staged${reason === null ? '' : `: ${reason}`}`
  return [quarantining(rollout, { reason: why, hosts: [], by }), off]
}

/** Before the rollout goes: a process that sees only one of them must not take the text again. */
export const quarantining = (
  { generation, hash }: Pick<Rollout, 'generation' | 'hash'>,
  why: Pick<Quarantined, 'reason' | 'hosts' | 'by'>,
): KeyWrite => ({
  key: quarantineKey(generation),
  bytes: encodeRecord({ generation, hash, ...why, at: wallClock() }),
})
