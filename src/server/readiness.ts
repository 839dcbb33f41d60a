import type { Features } from '../engine/features'

/** Whether a load balancer should send requests here. */
export class Readiness {
  private since: number | undefined
  private isClosing = false

  /** A source may fail for `graceMs` before this server is not ready any more. */
  constructor(
    private readonly features: Features,
    private readonly graceMs: number,
    private readonly now: () => number,
    /** What must hold beside the sources. */
    private readonly holds: () => boolean = () => true,
  ) {
    if (features.content.status === 'STALE') this.onStale()
    features.on('stale', this.onStale).on('ready', this.onReady)
  }

  get isReady(): boolean {
    if (this.isClosing || !this.holds()) return false
    const { status } = this.features.content
    if (status === 'STALE') return this.staleMs() <= this.graceMs
    return status === 'READY'
  }

  /** Since when what is in force may be out of date: milliseconds since 1970. */
  get staleSince(): number | undefined {
    return this.since
  }

  /** Not ready from now on, so that load balancers send requests elsewhere while the server ends. */
  close(): void {
    this.isClosing = true
    this.features.off('stale', this.onStale).off('ready', this.onReady)
  }

  /** When the clock was set back, the grace time begins anew. */
  private staleMs(): number {
    const now = this.now()
    this.since = Math.min(this.since ?? now, now)
    return now - this.since
  }

  private readonly onStale = (): void => void (this.since ??= this.now())

  private readonly onReady = (): void => void (this.since = undefined)
}
