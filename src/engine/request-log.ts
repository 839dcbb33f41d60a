import { storeStickyAssignments } from '../core/answers'
import type { Asker } from '../core/asker'
import type { Decision } from '../core/decision'
import type { EntryInForce } from '../core/entry-in-force'
import { ASSIGNMENT, MORE, type Reply } from '../core/reply'
import type { World } from '../core/world'
import { boundedSet } from '../runtime/bounded-cache'
import { type EntriesInForce, type Exposure, pendingExposures } from './exposure'
import type { SealedExposure } from './exposure-seal'
import { type FeatureUsage, usagesOf } from './usage'

/** Receivers of what requests record; a missing one receives nothing. */
export interface Recorders {
  readonly exposure: ((exposure: Exposure, entry?: EntryInForce) => void) | undefined
  /** Whether exposures are recorded at all, now or for a browser. */
  readonly exposes: boolean
  readonly usage: ((usage: FeatureUsage) => void) | undefined
  /** Receives a Decision that has a warning. */
  readonly warning: (decision: Decision) => void
  /** False: the request's exposures are not recorded. */
  readonly isValid: (world: World) => boolean
  readonly now: () => number
  /** False: an exposure is recorded each time it happens. */
  readonly dedupe: boolean
}

/** Remembers what is recorded: a Set for a request, something bounded for what lives longer. */
export interface Seen {
  has(key: string): boolean
  add(key: string): unknown
}

/**
 * Memory for what is remembered to have been recorded, some 12,000 exposures: outside requests, and
 * of a request that lives long and asks about many people.
 */
export const SEEN_BYTES = 4 * 1024 * 1024
/** With more, a Set gives way to something bounded. */
const MOST_IN_SET = 1000

/** The most exposures that one request collects for a browser. */
const MOST_KEPT = 1000

/** Whether an answer has anything to record or to report; most have not. */
export function isToRecord({ records }: Reply, { usage, exposes }: Recorders): boolean {
  if (usage !== undefined || records === MORE) return true
  return exposes && records === ASSIGNMENT
}

/** Records each exposure of a request once, and each feature's use once for each user and value. */
export class RequestLog {
  private kept: Exposure[] | undefined
  private settled: WeakMap<Decision, Asker> | undefined
  private valid: boolean | undefined
  /** Whether something was asked whose answer only the visitor of the request can get. */
  isAboutVisitor = false

  constructor(
    private readonly recorders: Recorders,
    /**
     * The World of the request. Undefined outside requests, where each question counts as a request
     * of its own.
     */
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

  answered(decision: Decision, asker: Asker, world: World, entries: EntriesInForce): void {
    // A repeated question has the same Decision object, so this check costs next to nothing. Two
    // visitors may share one.
    if (this.recorders.dedupe) {
      const settled = (this.settled ??= new WeakMap())
      if (settled.get(decision) === asker) return
      settled.set(decision, asker)
    }
    if (decision.warning) this.recorders.warning(decision)
    storeStickyAssignments(decision, asker.rules.sticky)
    if (this.recorders.exposes) this.expose(decision, asker, world, entries)
    if (this.recorders.usage) this.use(decision, asker, this.recorders.usage)
  }

  /**
   * Records a read that got the default of the code: the feature was used, but nobody was exposed
   * and no assignment is stored. A later read that is served the variant records both.
   */
  notServed(decision: Decision, asker: Asker): void {
    if (decision.warning) this.recorders.warning(decision)
    if (this.recorders.usage) this.use(decision, asker, this.recorders.usage)
  }

  /** The exposures of an answer, for a browser to report; none of a request that is not valid. */
  pending(
    decision: Decision,
    asker: Asker,
    world: World,
    entries: EntriesInForce,
  ): readonly SealedExposure[] {
    const all = pendingExposures(decision, asker, entries)
    if (all.length === 0 || !this.isValid(world)) return []
    return all.map(({ exposure }) => {
      const { experiment: _experiment, result, ...rest } = exposure(this.recorders.now())
      return result ? { ...rest, hash: 'growthbook' } : rest
    })
  }

  /** The same of sealed ones; returns how many tokens are right. */
  receivedAll(
    tokens: readonly unknown[],
    open: (token: string) => readonly SealedExposure[] | undefined,
    entries: EntriesInForce,
  ): number {
    const opened = tokens.map((token) => (typeof token === 'string' ? open(token) : undefined))
    for (const exposure of opened.flatMap((exposures) => exposures ?? []))
      this.received(exposure, entries)
    return opened.filter((exposures) => exposures !== undefined).length
  }

  /**
   * Records what a browser has shown, once like what is recorded here. A page that stays open while
   * the live config changes may have shown a unit several variants, and a user several browsers.
   */
  received(exposure: SealedExposure, entries: EntriesInForce): void {
    const { kind, feature, variant, unit, revision, loid = '' } = exposure
    const key = `${kind}\0${feature}\0${variant}\0${unit}\0${loid}`
    if (this.recorders.dedupe && !this.isNew(key)) return
    const entry = entries.entryOf(feature)
    // It may have been sealed before an edit, or by another process.
    this.recorders.exposure?.(exposure, entry?.revision === revision ? entry : undefined)
  }

  private expose(decision: Decision, asker: Asker, world: World, entries: EntriesInForce): void {
    for (const { key, entry, exposure } of pendingExposures(decision, asker, entries)) {
      // An exposure that is left out is not remembered: outside requests, a later question may be
      // valid.
      if (!this.isValid(world)) continue
      if (!this.recorders.dedupe || this.isNew(key))
        this.record(exposure(this.recorders.now()), entry)
    }
  }

  /**
   * Asked once per request, about the request's own World even when overrides replace its visitor.
   */
  private isValid(world: World): boolean {
    if (this.own === undefined) return this.recorders.isValid(world)
    return (this.valid ??= this.recorders.isValid(this.own))
  }

  /** True the first time. */
  private isNew(key: string): boolean {
    const seen = (this.seen ??= new Set())
    if (seen.has(key)) return false
    if (seen instanceof Set && seen.size >= MOST_IN_SET) this.seen = boundedCopy(seen)
    this.seen.add(key)
    return true
  }

  private record(exposure: Exposure, entry: EntryInForce | undefined): void {
    const kept = (this.kept ??= [])
    if (kept.length < MOST_KEPT) kept.push(exposure)
    this.recorders.exposure?.(exposure, entry)
  }

  private use(decision: Decision, asker: Asker, record: (usage: FeatureUsage) => void): void {
    for (const usage of usagesOf(decision, { user: asker.userId(), at: this.recorders.now() })) {
      if (this.isNew(`use\0${usage.feature}\0${usage.user ?? ''}\0${JSON.stringify(usage.value)}`))
        record(usage)
    }
  }
}

function boundedCopy(seen: ReadonlySet<string>): Seen {
  const copy = boundedSet(SEEN_BYTES)
  for (const key of seen) copy.add(key)
  return copy
}
