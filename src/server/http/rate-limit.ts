import { boundedCache } from '../../runtime/bounded-cache'

interface Bucket {
  tokens: number
  at: number
}

/**
 * Memory for the callers that are remembered, some 50,000; one that is forgotten starts with a full
 * burst.
 */
const MOST_BYTES = 16 * 1024 * 1024

/** A token bucket for each caller: so many requests at once, refilled at a constant rate. */
export class RateLimit {
  private readonly buckets = boundedCache<Bucket>(MOST_BYTES)
  private readonly burst: number

  /** `perSecond` 0 lets everything through. A `burst` of 0 is twice the rate, and at least 2. */
  constructor(
    private readonly perSecond: number,
    burst: number,
    private readonly now: () => number,
  ) {
    this.burst = burst > 0 ? burst : Math.max(2, Math.ceil(2 * perSecond))
  }

  /** Undefined lets it through; else the whole seconds after which the caller may come again. */
  take(caller: string): number | undefined {
    if (this.perSecond === 0) return undefined
    const now = this.now()
    const bucket = this.buckets.get(caller) ?? { tokens: this.burst, at: now }
    const refilled = (Math.max(0, now - bucket.at) / 1000) * this.perSecond
    bucket.tokens = Math.min(this.burst, bucket.tokens + refilled)
    bucket.at = now
    this.buckets.set(caller, bucket)
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1
      return undefined
    }
    return Math.max(1, Math.ceil((1 - bucket.tokens) / this.perSecond))
  }
}
