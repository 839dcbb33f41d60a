import type { Asker } from '../core/asker'
import { type JsonValue, own } from '../core/json'
import type { Contender, Participation, Refusal } from '../core/participation'
import type { RuleContext } from '../core/rule-context'
import type { StickyDocuments } from '../core/sticky'
import type { Answer } from '../core/trail'
import { type Admission, Allocation } from '../experiments/allocation'
import type { Snapshot } from '../live-config/snapshot'
import { ForcedRules, type Forcing } from '../rules/forcing'
import { LONGEST_ROW } from '../rules/prerequisites'

/** What one request forces, and what rules may know of it besides the World. Every member may be missing. */
export interface RequestOptions extends Forcing {
  /** Values by feature: whatever the live config says, these are given. */
  readonly forcedValues?: Readonly<Record<string, JsonValue>>
  /** Sticky documents, loaded before. */
  readonly sticky?: StickyDocuments
  /** Limits which experiments with a life the visitor may be in, beyond conflict domains; given, it judges those as well. */
  readonly admission?: Admission
}

export const NOTHING_FORCED: RequestOptions = {}

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
    return asking !== undefined && (asking.has(feature) || asking.size >= LONGEST_ROW)
      ? 'cyclic'
      : this.host.prerequisite(feature)
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

/** Conflict domains alone: each visitor goes to the experiment that is first in the domain. */
const domainsOnly: Admission = (contender, allocation) =>
  allocation.ownsDomains(contender) ? undefined : 'domain_conflict'

/** One request's experiments: the time they are decided at, and which of them its visitor may be in. */
export class RequestParticipation implements Participation {
  private at: number | undefined
  private allocation: Allocation | undefined

  constructor(
    private readonly snapshot: Snapshot,
    private readonly asker: Asker,
    private readonly clock: () => number,
    private readonly admission: Admission = domainsOnly,
  ) {}

  now(): number {
    return (this.at ??= this.clock())
  }

  refuses(contender: Contender): Refusal | undefined {
    this.allocation ??= new Allocation(
      this.snapshot.lives.map(({ life }) => life),
      this.asker,
      this.now(),
    )
    return this.admission(contender, this.allocation)
  }
}
