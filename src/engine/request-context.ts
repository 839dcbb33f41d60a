import type { Asker } from '../core/asker'
import type { Contender, Participation, Refusal } from '../core/participation'
import { type Admission, Allocation } from '../experiments/allocation'
import type { Snapshot } from '../live-config/snapshot'
import type { EvaluationOptions } from '../rules/evaluation'

/**
 * What one request forces, and what its rules may know besides the World. Every member may be
 * missing.
 */
export interface RequestOptions extends EvaluationOptions {
  /**
   * Limits which experiments with a life the visitor may be in, beyond conflict domains; given, it
   * judges those as well.
   */
  readonly admission?: Admission
}

/** Conflict domains alone: each visitor goes to the experiment that is first in the domain. */
const domainsOnly: Admission = (contender, allocation) =>
  allocation.ownsDomains(contender) ? undefined : 'domain_conflict'

/**
 * One request's experiments: the time they are decided at, and which of them its visitor may be in.
 */
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
