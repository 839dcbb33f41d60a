import type { Feature } from '../../core/feature'
import { type Facts, worldOf } from '../../core/world'
import type { Features } from '../../engine/features'
import { performance, setTimeout, clearTimeout } from '../../runtime/timers'

/** What a population gets of one feature; shares are of all of it. */
export interface Reach {
  readonly share: number
  readonly variants: Readonly<Record<string, number>>
}

interface Cached extends Reach {
  /** What it was computed of: the entry, the status of its experiment, and what else it asks. */
  readonly key: string
}

/** Features that are asked of one request. */
const AT_ONCE = 50
/** How long the event loop is held at once, and left alone then. */
const SLICE_MS = 8
const PAUSE_MS = 8

/** Computes reaches in the background, in slices, and caches them until an entry changes. */
export class Reaches {
  private readonly cached = new WeakMap<Feature, Cached>()
  private waiting = new Set<string>()
  private timer: ReturnType<typeof setTimeout> | undefined
  private underWay: Generator<void> | undefined

  constructor(
    private readonly features: Pick<
      Features,
      'for' | 'definition' | 'content' | 'experiments' | 'now'
    >,
    private readonly population: readonly Facts[],
  ) {}

  get isComputing(): boolean {
    return this.underWay !== undefined || this.waiting.size > 0
  }

  /** Undefined while it is being computed, which begins with this call; and without a feature. */
  of(name: string): Reach | undefined {
    const feature = this.features.definition(name)?.feature
    if (feature === undefined) return undefined
    if (feature.constant !== undefined)
      return { share: feature.constant.enabled ? 1 : 0, variants: {} }
    const cached = this.cached.get(feature)
    if (cached?.key === this.keyOf(name, feature)) return cached
    this.waiting.add(name)
    this.timer ??= this.later()
    return undefined
  }

  close(): void {
    clearTimeout(this.timer)
    this.waiting.clear()
    this.underWay = undefined
  }

  private later(): ReturnType<typeof setTimeout> {
    const timer = setTimeout(() => this.slice(), PAUSE_MS)
    timer.unref()
    return timer
  }

  private slice(): void {
    const end = performance.now() + SLICE_MS
    this.underWay ??= this.compute()
    while (performance.now() < end)
      if (this.underWay.next().done) {
        this.underWay = undefined
        break
      }
    this.timer = this.isComputing ? this.later() : undefined
  }

  /** One batch; what changed meanwhile is asked again by whoever needs it. */
  private *compute(): Generator<void> {
    const names = [...this.waiting].slice(0, AT_ONCE)
    const { generation } = this.features.content
    const counts = names.map((name) => ({ name, enabled: 0, variants: new Map<string, number>() }))
    for (const facts of this.population) {
      const request = this.features.for(worldOf(facts))
      for (const count of counts) {
        const { enabled, variant } = request.decide(count.name)
        if (enabled) count.enabled++
        if (variant !== undefined)
          count.variants.set(variant, (count.variants.get(variant) ?? 0) + 1)
      }
      yield
    }
    for (const name of names) this.waiting.delete(name)
    if (generation !== this.features.content.generation) return
    for (const { name, enabled, variants } of counts) this.store(name, enabled, variants)
  }

  private store(name: string, enabled: number, variants: ReadonlyMap<string, number>): void {
    const feature = this.features.definition(name)?.feature
    if (feature === undefined) return
    const { length: size } = this.population
    const shares = [...variants].map(([variant, count]) => [variant, count / size] as const)
    this.cached.set(feature, {
      share: enabled / size,
      variants: Object.fromEntries(shares.sort(([a], [b]) => (a < b ? -1 : 1))),
      key: this.keyOf(name, feature),
    })
  }

  private keyOf(name: string, { asksOthers }: Feature): string {
    const { content, experiments } = this.features
    const status = experiments.get(name)?.statusAt(this.features.now()) ?? ''
    return asksOthers ? `${status} ${content.generation}` : status
  }
}
