import { ANYTHING, checkOptions, FUNCTION, TEXT, TIMEOUT_MS } from '../core/options'
import { performance } from '../runtime/timers'
import { sleep } from '../runtime/wait'
import { ACKS, type Ack, readAck } from '../sources/fleet-records'
import type { KeyStore } from '../sources/key-store'
import { LISTEN_MS, Roll, type StoredAck } from './roll'

/** What every process of the fleet said last, also those that are gone without a word. */
export async function readAcks(
  store: KeyStore,
  signal?: AbortSignal,
): Promise<readonly StoredAck[]> {
  return (await readAllAcks(store, signal)).filter(({ ack }) => ack.isGone !== true)
}

/** With the last words of those that have left and may not remove them. */
export async function readAllAcks(
  store: KeyStore,
  signal?: AbortSignal,
): Promise<readonly StoredAck[]> {
  const stored = await store.list(ACKS, signal)
  return [...stored.values()].flatMap(({ bytes, version }) => {
    const ack = readAck(bytes)
    return ack ? [{ ack, version }] : []
  })
}

const monotonic = (): number => performance.now()

/**
 * Processes that acknowledged lately, by their clocks: what they have in force, and how they are.
 */
export async function processes(store: KeyStore, signal?: AbortSignal): Promise<readonly Ack[]> {
  return new Roll(monotonic).hear(await readAcks(store, signal))
}

/** What was heard of a fleet. */
export interface Gathered {
  /** Those who are there. */
  readonly there: readonly Ack[]
  /** Also of those that are gone. */
  readonly stored: readonly StoredAck[]
}

const LISTEN_PAUSE_MS = 1000

/**
 * The processes that are there. Where these are fewer than `least`, and clocks that are wrong may be
 * the reason, it listens until each that lives must have written.
 */
export async function gather(
  store: KeyStore,
  least: number,
  { signal, now = monotonic }: { readonly signal?: AbortSignal; readonly now?: () => number } = {},
): Promise<Gathered> {
  const roll = new Roll(now)
  const end = now() + LISTEN_MS
  for (;;) {
    const stored = await readAcks(store, signal)
    const there = roll.hear(stored)
    if (there.length >= least || !roll.hasDoubtful(stored) || now() >= end) return { there, stored }
    await sleep(LISTEN_PAUSE_MS, { keepAlive: true, ...(signal && { signal }) })
    signal?.throwIfAborted()
  }
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
  /** Of processes that have another text: the names of their hosts. */
  readonly missing: readonly string[]
}

const PAUSE_MS = 200
/** Reading what very many processes say takes long; it is not done all the time. */
const SHARE_OF_TIME = 4

/**
 * Resolves when every process that is there has a text, or the time is over. One whose clock is
 * wrong is there when it is heard.
 */
export async function waitForProcesses(store: KeyStore, options: Waiting): Promise<Progress> {
  checkOptions('waitForProcesses', options, {
    hash: TEXT,
    timeoutMs: TIMEOUT_MS,
    onProgress: FUNCTION,
    signal: ANYTHING,
  })
  const { hash, timeoutMs = 30_000, onProgress, signal } = options
  const roll = new Roll(monotonic)
  const end = performance.now() + timeoutMs
  let before = ''
  for (;;) {
    const began = performance.now()
    const stored = await readAcks(store, signal)
    const progress = progressOf(roll.hear(stored), hash)
    const news = `${progress.have} ${progress.of}`
    if (news !== before) onProgress?.(progress)
    before = news
    const now = performance.now()
    const isWhole = progress.missing.length === 0 && !roll.mayBeAnswered(stored)
    if (isWhole || now >= end) return progress
    const pause = Math.max(PAUSE_MS, (now - began) * SHARE_OF_TIME)
    await sleep(Math.min(pause, end - now), { keepAlive: true, ...(signal && { signal }) })
    signal?.throwIfAborted()
  }
}

export function progressOf(acks: readonly Ack[], hash: string): Progress {
  const others = acks.filter((ack) => ack.hash !== hash)
  const missing = [...new Set(others.map(({ host }) => host))].sort()
  return { have: acks.length - others.length, of: acks.length, missing }
}
