import { type JsonValue, own } from './core/json'
import type { Participation } from './core/participation'
import type { Answer, RuleContext, StickyDocuments } from './core/rule-context'
import { ForcedRules } from './growthbook/forcing'
import { LONGEST_ROW } from './growthbook/prerequisites'
import { NOTHING_FORCED, type RequestOptions } from './request-options'

/** What a request does for its rules. */
export interface RequestHost {
  /** Another feature, asked by a rule; undefined when there is none. */
  prerequisite(feature: string): Answer | undefined
  readonly participation: Participation
}

/** A request as rules see it: what it forces, and the features that it can ask. */
export class RequestRuleContext extends ForcedRules implements RuleContext {
  private asking: Set<string> | undefined

  constructor(
    private readonly host: RequestHost,
    private readonly options: RequestOptions = NOTHING_FORCED,
  ) {
    super(options)
  }

  get adjusts(): boolean {
    return this.options !== NOTHING_FORCED
  }

  get participation(): Participation {
    return this.host.participation
  }

  get sticky(): StickyDocuments | undefined {
    return this.options.sticky
  }

  forcedValue(feature: string): { readonly value: JsonValue } | undefined {
    const value = own(this.options.forcedValues, feature)
    return value === undefined ? undefined : { value }
  }

  prerequisite(feature: string): Answer | 'cyclic' | undefined {
    const asking = this.asking
    // A row of features without end is as good as a circle: both would end the stack.
    return asking !== undefined && (asking.has(feature) || asking.size >= LONGEST_ROW) ? 'cyclic' : this.host.prerequisite(feature)
  }

  /** Marks a feature as being asked, so that one whose rules lead back to it can tell. */
  during<T>(feature: string, answer: () => T): T {
    const asking = (this.asking ??= new Set())
    asking.add(feature)
    try {
      return answer()
    } finally {
      asking.delete(feature)
    }
  }
}
