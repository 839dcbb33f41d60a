import { wallClock } from '../runtime/timers'
import { type Ack, ACK_EVERY_MS, ackKey, RECENT_MS } from '../sources/fleet-records'

/** An acknowledgement as it is stored. */
export interface StoredAck {
  readonly ack: Ack
  readonly version: string
}

/** Clocks that differ by more than this trust no certificate of each other. */
export const CLOCKS_DIFFER_MS = 24 * 3600_000
/** How long a process that lives takes at most, once it has heard, to say that it has another text, or that it is there. */
const ANSWER_MS = 3000
/** Each process that lives writes within this time. */
export const LISTEN_MS = ACK_EVERY_MS + 5000

interface Heard {
  readonly version: string
  /** When it was heard last. Undefined: it was found, and has not been heard. */
  readonly at: number | undefined
  /** Since when it has been there without a break. */
  readonly since: number
  /** It wrote while somebody listened. */
  readonly isHeard: boolean
}

/** When it was there before anybody listened. */
const ALWAYS = -Infinity

/**
 * Who is there: processes that write while it listens, whatever their clocks say. Of those that were
 * found and have not written since, their clocks have to do.
 */
export class Roll {
  private readonly processes = new Map<string, Heard>()
  /** Of which hosts a process has been heard. */
  private readonly hostsHeard = new Set<string>()
  private began: number | undefined

  /** @param now milliseconds that never go back */
  constructor(private readonly now: () => number) {}

  /** All that is stored now. Returns the acknowledgements of those who are there. */
  hear(acks: readonly StoredAck[]): readonly Ack[] {
    const now = this.now()
    const today = wallClock()
    const isFirst = this.began === undefined
    this.began ??= now
    const stored = new Set(acks.map(({ ack }) => ackKey(ack)))
    for (const name of [...this.processes.keys()])
      if (!stored.has(name)) this.processes.delete(name)
    for (const { ack, version } of acks) {
      const known = this.heard(ack)
      if (known?.version === version) continue
      const wasThere = known?.at !== undefined
      const isFound = isFirst && !isRecent(ack, today)
      const since = isFirst ? ALWAYS : wasThere ? known.since : now
      const at = isFound ? undefined : now
      this.processes.set(ackKey(ack), { version, at, since, isHeard: !isFirst })
      if (!isFirst) this.hostsHeard.add(ack.host)
    }
    return acks.map(({ ack }) => ack).filter((ack) => this.isThere(ack))
  }

  isThere(ack: Ack): boolean {
    const { at } = this.heard(ack) ?? {}
    return at !== undefined && this.now() - at < RECENT_MS && !this.isReplaced(ack)
  }

  /** For how long a process has said nothing. */
  silentMs(ack: Ack): number {
    return this.now() - (this.heard(ack)?.at ?? this.now())
  }

  /** For how long a process has been there. Infinity: it was found there. */
  thereMs(ack: Ack): number {
    return this.now() - (this.heard(ack)?.since ?? this.now())
  }

  /** Whether some were found that may be there, and whose clocks are wrong. */
  hasDoubtful(acks: readonly StoredAck[]): boolean {
    return acks.some(({ ack }) => this.isDoubtful(ack))
  }

  /** Whether one of these lives, perhaps, and has not had the time to say so. */
  mayBeAnswered(acks: readonly StoredAck[]): boolean {
    return acks.some(({ ack }) => this.isDoubtful(ack) && this.listenedMs < answerMs(ack))
  }

  /** Whether it has been silent for longer than any process that lives, whatever its clock says. */
  isGone(ack: Ack): boolean {
    const { isHeard = false } = this.heard(ack) ?? {}
    return isHeard ? this.silentMs(ack) > RECENT_MS : this.listenedMs > LISTEN_MS
  }

  /** Nobody could be heard meanwhile, which is nobody's silence. */
  excuse(): void {
    const now = this.now()
    this.began = now
    for (const [name, heard] of this.processes) {
      const { at } = heard
      if (at !== undefined && now - at < RECENT_MS) this.processes.set(name, { ...heard, at: now })
    }
  }

  /**
   * Nobody has heard it, but another of its name: it was killed, and started again. Of one that was
   * heard, and is silent now, that would be no excuse: it may have died of what it was asked to try.
   */
  private isReplaced(ack: Ack): boolean {
    if (this.heard(ack)?.isHeard !== false || this.listenedMs < answerMs(ack)) return false
    return this.hostsHeard.has(ack.host)
  }

  private isDoubtful(ack: Ack): boolean {
    const isFound = this.heard(ack)?.at === undefined
    return isFound && Math.abs(wallClock() - ack.at) < CLOCKS_DIFFER_MS
  }

  private get listenedMs(): number {
    return this.now() - (this.began ?? this.now())
  }

  private heard(ack: Ack): Heard | undefined {
    return this.processes.get(ackKey(ack))
  }
}

/** Until a process that lives must have spoken: after its next look, or its next word at the latest. */
const answerMs = ({ hearsWithinMs = LISTEN_MS }: Ack): number =>
  Math.min(LISTEN_MS, hearsWithinMs + ANSWER_MS)

/** Whether a process acknowledged lately, as far as two clocks can tell. */
export const isRecent = ({ at }: Ack, today: number): boolean => Math.abs(today - at) < RECENT_MS
