import { storeStickyAssignments } from '../core/answers'
import type { Asker } from '../core/asker'
import type { Decision } from '../core/decision'
import type { World } from '../core/world'
import { type Exposure, pendingExposures } from './exposure'
import { type FeatureUsage, usagesOf } from './usage'

/** Where what requests record goes; each is missing when nobody wants to know. */
export interface Recorders {
  readonly exposure: ((exposure: Exposure) => void) | undefined
  /** Whether anybody wants exposures, now or later. */
  readonly exposes: boolean
  readonly usage: ((usage: FeatureUsage) => void) | undefined
  /** Told a Decision that carries a warning. */
  readonly warning: (decision: Decision) => void
  /** False keeps a request's exposures from being recorded. */
  readonly isValid: (world: World) => boolean
  readonly now: () => number
  /** False records every exposure anew. */
  readonly dedupe: boolean
}

/**
 * Remembers what has been recorded; a Set for a request, something bounded for what lives longer.
 */
export interface Seen {
  has(key: string): boolean
  add(key: string): unknown
}

/** A request keeps at most so many exposures for a browser. */
const MOST_KEPT = 1000

/**
 * What one request has recorded: each exposure once, each feature's use once for each user and
 * value.
 */
export class RequestLog {
  private kept: Exposure[] | undefined
  private settled: WeakMap<Decision, Asker> | undefined
  private valid: boolean | undefined

  constructor(
    private readonly recorders: Recorders,
    /** The request's own World; without one, each question stands for a request of its own. */
    private readonly own?: World,
    private seen?: Seen,
  ) {}

  /** False outside requests, where each question may be about somebody else. */
  get isOfOneVisitor(): boolean {
    return this.own !== undefined
  }

  get exposures(): readonly Exposure[] {
    return this.kept ?? []
  }

  /** Whether a Decision has anything to record; most have nothing. */
  wants(decision: Decision): boolean {
    if (this.recorders.usage !== undefined || decision.warning !== undefined) return true
    if (decision.trail !== undefined) return true
    return this.recorders.exposes && decision.assignment !== undefined
  }

  answered(decision: Decision, asker: Asker, world: World): void {
    // A repeated question finds the same Decision again, so it costs next to nothing. Two visitors
    // may share one, too.
    if (this.recorders.dedupe) {
      const settled = (this.settled ??= new WeakMap())
      if (settled.get(decision) === asker) return
      settled.set(decision, asker)
    }
    if (decision.warning) this.recorders.warning(decision)
    storeStickyAssignments(decision, asker.rules.sticky)
    if (this.recorders.exposes) this.expose(decision, asker, world)
    if (this.recorders.usage) this.use(decision, asker, this.recorders.usage)
  }

  /**
   * The feature was asked, and the default of the code was served: it is used, but nobody is exposed
   * and no assignment is stored. A later question that is served records both.
   */
  notServed(decision: Decision, asker: Asker): void {
    if (decision.warning) this.recorders.warning(decision)
    if (this.recorders.usage) this.use(decision, asker, this.recorders.usage)
  }

  private expose(decision: Decision, asker: Asker, world: World): void {
    for (const { key, exposure } of pendingExposures(decision, asker)) {
      // What is kept out is not remembered: outside requests, a later question may be valid.
      if (!this.isValid(world)) continue
      if (!this.recorders.dedupe || this.isNew(key)) this.record(exposure(this.recorders.now()))
    }
  }

  /** Asked once per request and of its own visitor, whoever an override puts in their place. */
  private isValid(world: World): boolean {
    if (this.own === undefined) return this.recorders.isValid(world)
    return (this.valid ??= this.recorders.isValid(this.own))
  }

  /** True the first time. */
  private isNew(key: string): boolean {
    const seen = (this.seen ??= new Set())
    if (seen.has(key)) return false
    seen.add(key)
    return true
  }

  private record(exposure: Exposure): void {
    const kept = (this.kept ??= [])
    if (kept.length < MOST_KEPT) kept.push(exposure)
    this.recorders.exposure?.(exposure)
  }

  private use(decision: Decision, asker: Asker, tell: (usage: FeatureUsage) => void): void {
    for (const usage of usagesOf(decision, { user: asker.userId(), at: this.recorders.now() })) {
      if (this.isNew(`use\0${usage.feature}\0${usage.user ?? ''}\0${JSON.stringify(usage.value)}`))
        tell(usage)
    }
  }
}
