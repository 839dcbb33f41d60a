import type { JsonValue } from '../core/json'
import type { Overrides, World } from '../core/world'
import type { Snapshot } from '../live-config/snapshot'
import { type FeatureMetrics, readSourceOf } from './feature-metrics'
import { Request, type RequestRules } from './request'
import type { RequestOptions } from './request-context'
import type { RequestLog } from './request-log'
import type { ValueDetails } from './typed-value'

/**
 * A request whose reads are counted. It is a class of its own, so that a request without metrics
 * does not even check whether there are any.
 */
export class CountedRequest extends Request {
  constructor(
    world: World,
    snapshot: Snapshot,
    rules: RequestRules,
    log: RequestLog,
    options: RequestOptions | undefined,
    private readonly metrics: FeatureMetrics,
    /** The names of sources whose features are overrides. */
    private readonly overriding: ReadonlySet<string>,
  ) {
    super(world, snapshot, rules, log, options)
  }

  override askIsEnabled(name: string, overrides?: Overrides): boolean {
    const enabled = super.askIsEnabled(name, overrides)
    if (!overrides) this.count(name, enabled)
    return enabled
  }

  override askVariant(name: string, overrides?: Overrides): string | undefined {
    const variant = super.askVariant(name, overrides)
    if (!overrides) this.count(name, variant ?? null)
    return variant
  }

  override askDetails<T extends JsonValue>(
    name: string,
    otherwise: T,
    overrides?: Overrides,
  ): ValueDetails<T> {
    const details = super.askDetails(name, otherwise, overrides)
    if (overrides) return details
    if (details.error?.code === 'TYPE_MISMATCH')
      this.metrics.read?.(name, 'type_mismatch', details.value)
    else this.count(name, details.value)
    return details
  }

  protected override of(world: World): Request {
    return new CountedRequest(
      world,
      this.snapshot,
      this.rules,
      this.log,
      this.options,
      this.metrics,
      this.overriding,
    )
  }

  /** The Decision is cached by now, so reading it again costs nothing. */
  private count(name: string, value: JsonValue): void {
    this.metrics.read?.(
      name,
      this.isOverride(name) ? 'override' : readSourceOf(this.askDecide(name)),
      value,
    )
  }

  private isOverride(name: string): boolean {
    return (
      this.overriding.size > 0 && this.overriding.has(this.snapshot.placeOf(name)?.source ?? '')
    )
  }
}
