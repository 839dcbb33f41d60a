import { Alarm } from '../../runtime/alarm'
import { type Clock, systemClock } from '../../runtime/clock'
import { wallClock } from '../../runtime/timers'
import { contentHash } from '../bytes'
import {
  HEAD,
  historyKey,
  isAsked,
  quarantineKey,
  readHistoryEntry,
  readRollout,
  ROLLOUT,
  type Rollout,
} from '../fleet-records'
import { type KeyStore, StoreError, type Stored } from '../key-store'

/** A text that is tried in a part of the fleet before it is published. */
export interface StagedText {
  readonly generation: number
  readonly bytes: Uint8Array
}

/** A state of the publisher, and since when this process has known it. */
interface Beat {
  readonly name: string
  readonly since: number
  /** It was not there at the look before, so it is no older than that: its publisher is alive. */
  readonly isFresh: boolean
}

/** What was published, and when that was so. */
export interface PublishedText extends Stored {
  /** Milliseconds since 1970. */
  readonly readAt: number
}

/** A publisher of whom nobody knows yet whether it is alive is looked after so often. */
const DOUBT_MS = 1000

/** Says what this process takes in the place of the head's text. */
export class Stages {
  /** What it took last. */
  taken: StagedText | undefined
  /** The text of the head, for the day on which the store and the publisher are both away. */
  private head: PublishedText | undefined
  private beat: Beat | undefined
  /** When `rollout` was read last. */
  private lookedAt = -Infinity
  private publisher = ''
  private limitMs = 0
  /** Generations that are never taken again, whatever is written later. */
  private readonly over = new Set<number>()
  private readonly lost: Alarm
  private readonly doubt: Alarm

  /**
   * @param onDue called when it is to be read again: the publisher has not been heard of for too long,
   * or nobody knows whether it is alive
   * @param onPublisher called when a publisher begins, or goes on with, the stages of a generation
   */
  constructor(
    private readonly store: KeyStore,
    private readonly host: string,
    onDue: () => void,
    private readonly onPublisher: () => void = () => undefined,
    private readonly clock: Clock = systemClock,
  ) {
    this.lost = new Alarm(onDue, false, clock)
    this.doubt = new Alarm(onDue, false, clock)
  }

  /** The text that is staged, if this process takes it; otherwise the head's is to be read. */
  async read(signal?: AbortSignal): Promise<StagedText | undefined> {
    const rollout = await this.rollout(signal)
    const taken = rollout && (await this.textOf(rollout, signal))
    // Kept once: whoever takes a staged text must be able to go back without asking.
    if (taken && !this.taken) this.head = await this.published(signal)
    if (!taken) this.head = undefined
    this.taken = taken
    return taken
  }

  /** The head, while a staged text is taken in its place. */
  get replaced(): Stored | undefined {
    return this.taken && this.head
  }

  /**
   * What is in force when neither the store nor the publisher has been heard of for so long that
   * the staged text no longer counts: the head's, once.
   */
  withoutStore(): PublishedText | undefined {
    const { beat, head } = this
    if (!this.taken || !beat || this.clock.now() - beat.since < this.limitMs) return undefined
    this.taken = undefined
    this.head = undefined
    return head
  }

  close(): void {
    this.lost.clear()
    this.doubt.clear()
  }

  private async published(signal?: AbortSignal): Promise<PublishedText | undefined> {
    const stored = await this.store.get(HEAD, signal)
    return stored && { ...stored, readAt: wallClock() }
  }

  /** The one that this process is asked to try. */
  private async rollout(signal?: AbortSignal): Promise<Rollout | undefined> {
    const stored = await this.store.get(ROLLOUT, signal)
    const rollout = stored && readRollout(stored.bytes)
    this.forgetTaken(rollout)
    if (!rollout) {
      this.beat = undefined
      this.lookedAt = this.clock.now()
      this.close()
      return undefined
    }
    const isOurs = this.hear(rollout) && isAsked(this.host, rollout)
    return isOurs && !(await this.isOver(rollout, signal)) ? rollout : undefined
  }

  /**
   * Whether the publisher is alive. Who starts, or has not looked for long, does not know: the text
   * may be what killed the process that was here before, and its publisher may be gone. It hears the
   * next beat first. No two clocks are compared.
   */
  private hear({ publisher, beat, limitMs }: Rollout): boolean {
    const now = this.clock.now()
    const name = `${publisher} ${beat}`
    if (this.beat?.name !== name) {
      this.beat = { name, since: now, isFresh: now - this.lookedAt < limitMs }
      this.limitMs = limitMs
      this.lost.set(limitMs)
    }
    this.lookedAt = now
    if (this.publisher !== publisher) this.onPublisher()
    this.publisher = publisher
    const isHeld = now - this.beat.since < limitMs
    if (isHeld && !this.beat.isFresh) this.doubt.set(DOUBT_MS)
    else this.doubt.clear()
    return isHeld && this.beat.isFresh
  }

  /** A generation whose stages are over is never staged again: its number is used up. */
  private forgetTaken(rollout: Rollout | undefined): void {
    if (this.taken && this.taken.generation !== rollout?.generation)
      this.over.add(this.taken.generation)
  }

  private async isOver({ generation }: Rollout, signal?: AbortSignal): Promise<boolean> {
    if (this.over.has(generation)) return true
    if ((await this.store.get(quarantineKey(generation), signal)) === undefined) return false
    this.over.add(generation)
    return true
  }

  private async textOf(
    { generation, hash }: Rollout,
    signal?: AbortSignal,
  ): Promise<StagedText | undefined> {
    if (this.taken?.generation === generation) return this.taken
    const stored = await this.store.get(historyKey(generation), signal)
    const entry = stored && readHistoryEntry(stored.bytes)
    // Who wrote another text under its number, or half of it, is not believed.
    if (entry?.hash !== hash || contentHash(entry.text) !== hash) return undefined
    return { generation, bytes: new TextEncoder().encode(entry.text) }
  }
}

/** The etag of a staged text, which is no version of a store. */
const PREFIX = 'staged:'
export const stagedEtag = ({ generation }: StagedText): string => `${PREFIX}${generation}`
export const isStagedEtag = (etag: string | undefined): boolean => etag?.startsWith(PREFIX) === true

/** Only a store that is away is waited for. */
export const isAway = (error: unknown): boolean =>
  !(error instanceof StoreError) || error.kind === 'unreachable'
