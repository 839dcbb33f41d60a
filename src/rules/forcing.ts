import { isJsonObject, type JsonObject, own } from '../core/json'
import type { RuleContext } from '../core/rule-context'

/** What one visitor's request may force, in an engine as in an evaluation by hand. Every member may be missing. */
export interface Forcing {
  /** False: experiments of rules are off; force rules and defaults go on. */
  readonly enabled?: boolean
  /** True: no experiment of a rule assigns anybody. */
  readonly qaMode?: boolean
  /** The address of the request: `?experiment-key=1` forces a variation, and patterns are compared with it. */
  readonly url?: string
  /** Variation indexes by experiment key, for experiments of rules. */
  readonly forcedVariations?: Readonly<Record<string, number>>
  /** Legacy: the groups that the visitor is in. */
  readonly groups?: Readonly<Record<string, boolean>>
  /** Legacy: keys laid over an experiment's own, by experiment key. */
  readonly overrides?: Readonly<Record<string, JsonObject>>
}

type Forced = Pick<
  RuleContext,
  'enabled' | 'qaMode' | 'url' | 'forcedVariation' | 'override' | 'inGroup'
>

/** The same as rules ask for it. Whatever stands there is taken for what it can be: an answer must not throw. */
export class ForcedRules implements Forced {
  constructor(private readonly forcing: Forcing) {}

  get enabled(): boolean {
    return this.forcing.enabled !== false
  }

  get qaMode(): boolean {
    return Boolean(this.forcing.qaMode)
  }

  get url(): string {
    const { url } = this.forcing
    return typeof url === 'string' ? url : ''
  }

  forcedVariation(experiment: string): number | undefined {
    return own(this.forcing.forcedVariations, experiment)
  }

  override(experiment: string): JsonObject | undefined {
    const override = own(this.forcing.overrides, experiment)
    return isJsonObject(override) ? override : undefined
  }

  inGroup(group: string): boolean {
    return Boolean(own(this.forcing.groups, group))
  }
}
