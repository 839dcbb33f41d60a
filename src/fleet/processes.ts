import { ANYTHING, checkOptions, FUNCTION, TEXT, TIMEOUT_MS } from '../core/options'
import { performance, wallClock } from '../runtime/timers'
import { sleep } from '../runtime/wait'
import { ACKS, type Ack, readAck, RECENT_MS } from '../sources/fleet-records'
import type { KeyStore } from '../sources/key-store'

/** An acknowledgement as it is stored. */
export interface StoredAck {
  readonly ack: Ack
  readonly version: string
}

/** What every process of the fleet said last, also those that are gone. */
export async function readAcks(
  store: KeyStore,
  signal?: AbortSignal,
): Promise<readonly StoredAck[]> {
  const stored = await store.list(ACKS, signal)
  return [...stored.values()].flatMap(({ bytes, version }) => {
    const ack = readAck(bytes)
    return ack ? [{ ack, version }] : []
  })
}

/** Whether a process is waited for. */
export const isRecent = ({ at }: Ack, now: number): boolean => now - at < RECENT_MS

/** Processes that acknowledged lately: what they have in force, and how they are. */
export async function processes(store: KeyStore, signal?: AbortSignal): Promise<readonly Ack[]> {
  const now = wallClock()
  return (await readAcks(store, signal)).map(({ ack }) => ack).filter((ack) => isRecent(ack, now))
}

export interface Waiting {
  /** Of the text that they are to have. */
  readonly hash: string
  /** Default 30 seconds. */
  readonly timeoutMs?: number
  /** Receives each new count. */
  readonly onProgress?: (progress: Progress) => void
  readonly signal?: AbortSignal
}

export interface Progress {
  readonly have: number
  /** Of so many that acknowledged lately. */
  readonly of: number
  /** Hosts that have another text. */
  readonly missing: readonly string[]
}

const PAUSE_MS = 200
/** Reading what very many processes say takes long; it is not done all the time. */
const SHARE_OF_TIME = 4

/** Resolves when every process that acknowledged lately has a text, or the time is over. */
export async function waitForProcesses(store: KeyStore, options: Waiting): Promise<Progress> {
  checkOptions('waitForProcesses', options, {
    hash: TEXT,
    timeoutMs: TIMEOUT_MS,
    onProgress: FUNCTION,
    signal: ANYTHING,
  })
  const { hash, timeoutMs = 30_000, onProgress, signal } = options
  const end = performance.now() + timeoutMs
  let before = ''
  for (;;) {
    const began = performance.now()
    const progress = progressOf(await processes(store, signal), hash)
    const news = `${progress.have} ${progress.of}`
    if (news !== before) onProgress?.(progress)
    before = news
    const now = performance.now()
    if (progress.missing.length === 0 || now >= end) return progress
    const pause = Math.max(PAUSE_MS, (now - began) * SHARE_OF_TIME)
    await sleep(Math.min(pause, end - now), { keepAlive: true, ...(signal && { signal }) })
    signal?.throwIfAborted()
  }
}

export function progressOf(acks: readonly Ack[], hash: string): Progress {
  const missing = acks.filter((ack) => ack.hash !== hash).map(({ host }) => host)
  return { have: acks.length - missing.length, of: acks.length, missing: missing.sort() }
}
