import { wallClock } from '../runtime/timers'
import { type Ack, RECENT_MS } from '../sources/fleet-records'

/** An acknowledgement as it is stored. */
export interface StoredAck {
  readonly ack: Ack
  readonly version: string
}

/** Clocks that differ by more than this trust no certificate of each other. */
const CLOCKS_DIFFER_MS = 24 * 3600_000

interface Heard {
  readonly version: string
  /** When it was heard last. Undefined: it was found, and has not been heard. */
  readonly at: number | undefined
  /** Since when it has been there without a break. */
  readonly since: number
}

/** When it was there before anybody listened. */
const ALWAYS = -Infinity

/**
 * Who is there: processes that write while it listens, whatever their clocks say. Of those that were
 * found and have not written since, their clocks have to do.
 */
export class Roll {
  private readonly hosts = new Map<string, Heard>()
  private began: number | undefined

  /** @param now milliseconds that never go back */
  constructor(private readonly now: () => number) {}

  /** All that is stored now. Returns the acknowledgements of those who are there. */
  hear(acks: readonly StoredAck[]): readonly Ack[] {
    const now = this.now()
    const today = wallClock()
    const isFirst = this.began === undefined
    this.began ??= now
    const stored = new Set(acks.map(({ ack }) => ack.host))
    for (const host of [...this.hosts.keys()]) if (!stored.has(host)) this.hosts.delete(host)
    for (const { ack, version } of acks) {
      const known = this.hosts.get(ack.host)
      if (known?.version === version) continue
      const wasThere = known?.at !== undefined
      const isFound = isFirst && !isRecent(ack, today)
      const since = isFirst ? ALWAYS : wasThere ? known.since : now
      this.hosts.set(ack.host, { version, at: isFound ? undefined : now, since })
    }
    return acks.map(({ ack }) => ack).filter(({ host }) => this.isThere(host))
  }

  isThere(host: string): boolean {
    const { at } = this.hosts.get(host) ?? {}
    return at !== undefined && this.now() - at < RECENT_MS
  }

  /** For how long a process has said nothing. */
  silentMs(host: string): number {
    return this.now() - (this.hosts.get(host)?.at ?? this.now())
  }

  /** For how long a process has been there. Infinity: it was found there. */
  thereMs(host: string): number {
    return this.now() - (this.hosts.get(host)?.since ?? this.now())
  }

  /** Whether some were found that may be there, and whose clocks are wrong. */
  hasDoubtful(acks: readonly StoredAck[]): boolean {
    const today = wallClock()
    return acks.some(
      ({ ack }) =>
        this.hosts.get(ack.host)?.at === undefined && Math.abs(today - ack.at) < CLOCKS_DIFFER_MS,
    )
  }

  /** Nobody could be heard meanwhile, which is nobody's silence. */
  excuse(): void {
    const now = this.now()
    for (const [host, heard] of this.hosts)
      if (this.isThere(host)) this.hosts.set(host, { ...heard, at: now })
  }
}

/** Whether a process acknowledged lately, as far as two clocks can tell. */
export const isRecent = ({ at }: Ack, today: number): boolean => Math.abs(today - at) < RECENT_MS
