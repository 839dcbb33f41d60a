import { isText, type OptionKind, type OptionKinds } from '../core/options'
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

const textUpTo = (longest: number): OptionKind => ({
  fits: (value) => isText(value) && value.length <= longest,
  wanted: `a text of at most ${longest} characters`,
})

/** A history is read whole, by people. */
export const SIGNED: OptionKinds<Signed> = { by: textUpTo(200), reason: textUpTo(10_000) }

/** What says nothing is nobody, or no reason. */
const said = (text: string | undefined): string | undefined =>
  text === undefined || text.trim() === '' ? undefined : text

/** A text to be published. */
export interface Candidate extends Signed {
  readonly text: string
  readonly hash: string
  readonly kind: HistoryKind
  /** The generation that a rollback puts back. */
  readonly of?: number
  /** Whoever publishes it knows more than the store does, and has judged its problems. */
  readonly isJudged?: true
  /** What a rollback puts back has been in force before. */
  readonly wasInForce?: boolean
  /**
   * What it does away with may come from a generation that is being staged: that is taken back, with this
   * as the reason.
   */
  readonly takesBack?: TakesBack
}

export type TakesBack = 'rolled back' | 'switched off' | 'undone'

export function candidateOf(
  text: string,
  kind: HistoryKind,
  signed: Signed,
  of?: number,
): Candidate {
  const [by, reason] = [said(signed.by), said(signed.reason)]
  return {
    text,
    hash: contentHash(text),
    kind,
    ...(kind === 'rollback' && { takesBack: 'rolled back' as const }),
    ...(by !== undefined && { by }),
    ...(reason !== undefined && { reason }),
    ...(of !== undefined && { of }),
  }
}

/** An entry of the history, with the writes that create it. */
export interface Planned {
  readonly entry: HistoryEntry
  readonly writes: readonly KeyWrite[]
  /** The entry says who publishes now, and why. Otherwise it is to be in force first, for its own publisher. */
  readonly isOwn: boolean
  readonly takesBack?: TakesBack | undefined
}

/**
 * The entry of a text, after one for what another tool has written meanwhile. Where an entry for this very
 * text on this very base waits for its head, because its publisher was killed or is slow, that one
 * comes first: two of them on one base would look the same later.
 */
export function planEntry(candidate: Candidate, state: StoreState, isAtomic: boolean): Planned {
  const { head, newest } = state
  const outside = outsideOf(state, isAtomic)
  const basedOn = outside?.generation ?? (head && state.current?.generation) ?? null
  const waiting = waitingFor(candidate, basedOn, state, isAtomic)
  if (waiting) {
    const isOwn = isOf(waiting, candidate)
    return { entry: waiting, writes: [], isOwn, takesBack: candidate.takesBack }
  }
  const { text, hash, kind, by = null, reason = null, of, takesBack } = candidate
  const generation = (outside?.generation ?? newest) + 1
  const entry: HistoryEntry = {
    ...{ generation, kind, text, hash, basedOn, by, reason, at: wallClock() },
    ...(of !== undefined && { of }),
  }
  const writes = [...(outside ? [creating(outside)] : []), creating(entry)]
  return { entry, writes, isOwn: true, takesBack }
}

/**
 * The newest entry of the text, if its publisher may still write the head. Stages begin under a new
 * number: processes that had an old one never take it again.
 */
function waitingFor(
  { hash, kind }: Candidate,
  basedOn: number | null,
  { above, quarantined, staged }: StoreState,
  isAtomic: boolean,
): HistoryEntry | undefined {
  if (isAtomic || kind === 'staged') return undefined
  const entry = above.find((one) => one.hash === hash)
  if (entry?.basedOn !== basedOn || knownPublished(above, isAtomic).includes(entry))
    return undefined
  const { generation } = entry
  if (entry.kind === 'staged' && generation !== staged?.rollout.generation) return undefined
  return quarantined.some((one) => one.generation === generation) ? undefined : entry
}

const isOf = (entry: HistoryEntry, { kind, by, reason, of }: Candidate): boolean =>
  entry.kind === kind &&
  entry.by === (by ?? null) &&
  entry.reason === (reason ?? null) &&
  entry.of === of

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
  { entry, writes, takesBack }: Planned,
  { head, quarantined, staged, over }: StoreState,
): readonly KeyWrite[] {
  return [
    ...writes,
    ...releasing(entry, quarantined),
    { key: HEAD, bytes: new TextEncoder().encode(entry.text), basedOn: head?.version ?? null },
    ...(staged ? takenOff(staged, entry, takesBack) : []),
    ...(over ? [{ key: ROLLOUT, bytes: undefined }] : []),
  ]
}

/**
 * Lifts the quarantine of a text that is published again. Who took it back, and why, stays in the
 * history.
 */
export const releasing = (
  { generation, hash }: Pick<HistoryEntry, 'generation' | 'hash'>,
  quarantined: readonly Quarantined[],
): readonly KeyWrite[] =>
  quarantined
    .filter((one) => one.hash === hash && one.releasedBy === undefined)
    .map((one) => ({
      key: quarantineKey(one.generation),
      bytes: encodeRecord({ ...one, releasedBy: generation }),
    }))

/** A generation that is being staged when somebody does away with what is wrong is the likely reason. */
function takenOff(
  { rollout }: StoredRollout,
  { by, reason, hash }: HistoryEntry,
  takesBack: TakesBack | undefined,
): readonly KeyWrite[] {
  const off: KeyWrite = { key: ROLLOUT, bytes: undefined }
  if (takesBack === undefined || rollout.hash === hash) return [off]
  return [quarantining(rollout, { reason: takenBack(takesBack, by, reason), hosts: [], by }), off]
}

/** Why a generation is off its stages that was staged when somebody did away with what is wrong. */
export const takenBack = (takesBack: TakesBack, by: string | null, reason: string | null): string =>
  `${takesBack}${by === null ? '' : ` by ${by}`} while it was staged${reason === null ? '' : `: ${reason}`}`

/** Before the rollout goes: a process that sees only one of them must not take the text again. */
export const quarantining = (
  { generation, hash }: Pick<Rollout, 'generation' | 'hash'>,
  why: Pick<Quarantined, 'reason' | 'hosts' | 'by'>,
): KeyWrite => ({
  key: quarantineKey(generation),
  bytes: encodeRecord({ generation, hash, ...why, at: wallClock() }),
})
