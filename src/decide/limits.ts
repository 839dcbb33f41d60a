import type { Contender, ExperimentInfo, Refusal, Status } from '../core/participation'
import { DAY_MS } from '../core/time'
import type { Allocation } from '../experiments/allocation'
import type { Assigned, DomainHolder, History } from '../recording/store'

/** How much one subject may be in (docs/spec/decide.md, section 3). */
export interface Limits {
  /** Experiments that are active at a time, at most; default 3. */
  readonly maxConcurrent: number
  /**
   * Days after an assignment in an experiment that has ended in which no other begins; default 7.
   */
  readonly cooldownDays: number
  /** The states of an experiment that counts as active; default approved, running and paused. */
  readonly active: readonly Status[]
}

export const LIMITS: Limits = {
  maxConcurrent: 3,
  cooldownDays: 7,
  active: ['approved', 'running', 'paused'],
}

const ENDED: readonly Status[] = ['completed', 'archived']

/** Whether a recorded time is in the future by more than clocks of servers differ. */
export const isAhead = (at: number, now: number): boolean => at > now + DAY_MS

/** What a subject's history is judged by: one content and one time. */
export class HistoryRules {
  private readonly experiments: ReadonlyMap<string, Contender>

  constructor(
    private readonly limits: Limits,
    experiments: ReadonlyMap<string, ExperimentInfo>,
    private readonly now: number,
  ) {
    this.experiments = new Map([...experiments.values()].map((info) => [info.experiment, info]))
  }

  /**
   * Why an experiment that the subject qualifies for may not have them. Limit and cooldown keep out
   * of new experiments only: whoever is in one that runs stays in. Whoever holds a domain
   * keeps it while it is active; a domain that nobody holds goes to the experiment that is first in
   * it.
   */
  refuses(
    { assigned, domains }: History,
    contender: Contender,
    allocation: Allocation,
  ): Refusal | undefined {
    const others = assigned.filter(({ experimentId }) => experimentId !== contender.experiment)
    const isIn = assigned.length > others.length
    if (!isIn && this.isFull(others)) return 'participation_limit'
    const own = new Set(
      domains
        .filter(({ experimentId }) => experimentId === contender.experiment)
        .map(({ domain }) => domain),
    )
    const taken = new Set(others.flatMap(({ experimentId }) => this.domainsOf(experimentId)))
    for (const { domain, experimentId } of domains)
      if (experimentId !== contender.experiment && this.isActive(experimentId)) taken.add(domain)
    if (contender.domains.some((domain) => taken.has(domain) && !(isIn && own.has(domain))))
      return 'domain_conflict'
    // Whoever is in it already holds its domains, also when it was let in without a reservation or
    // has a new domain.
    if (isIn) return undefined
    return allocation.ownsDomains({
      ...contender,
      domains: contender.domains.filter((domain) => !own.has(domain)),
    })
      ? undefined
      : 'domain_conflict'
  }

  /** Whether a subject in these experiments may be let into no other. */
  private isFull(others: History['assigned']): boolean {
    const active = others.filter(({ experimentId }) => this.isActive(experimentId))
    return (
      active.length >= this.limits.maxConcurrent ||
      others.some((one) => this.hasEnded(one.experimentId) && this.isInCooldown(one))
    )
  }

  /** Domains of an experiment that are still held by one that is no longer active. */
  releasesFor(
    { domains }: History,
    { experiment, domains: wanted }: Contender,
  ): readonly DomainHolder[] {
    return domains.filter(
      ({ domain, experimentId }) =>
        wanted.includes(domain) && experimentId !== experiment && !this.isActive(experimentId),
    )
  }

  /** One that the live config no longer has is neither active nor ended. */
  private isActive(experiment: string): boolean {
    const status = this.experiments.get(experiment)?.statusAt(this.now)
    return status !== undefined && this.limits.active.includes(status)
  }

  /** What an active experiment holds its subjects in. */
  private domainsOf(experiment: string): readonly string[] {
    return this.isActive(experiment) ? (this.experiments.get(experiment)?.domains ?? []) : []
  }

  /** By the times that can be right. */
  private isInCooldown({ firstAt, lastAt }: Assigned): boolean {
    const since = this.now - this.limits.cooldownDays * DAY_MS
    return [firstAt, lastAt].some((at) => at >= since && !isAhead(at, this.now))
  }

  private hasEnded(experiment: string): boolean {
    const status = this.experiments.get(experiment)?.statusAt(this.now)
    return status !== undefined && ENDED.includes(status)
  }
}
