import type { Asker } from '../core/asker'
import type { ForcedValues, ForcedVariants } from '../core/feature-types'
import { ANYTHING, checkOptions, type OptionKinds } from '../core/options'
import type { Contender, Participation, Refusal } from '../core/participation'
import { type Admission, Allocation } from '../experiments/allocation'
import type { Snapshot } from '../live-config/snapshot'
import type { EvaluationOptions } from '../rules/evaluation'
import type { LinkForcing } from './link-forcing'

/**
 * What one request forces, and what its rules know besides the World. Every member may be missing.
 */
export interface RequestOptions extends Omit<EvaluationOptions, 'forcedValues' | 'forcedVariants'> {
  /** Values by feature: whatever the live config says, these are returned. */
  readonly forcedValues?: ForcedValues
  /** The variants that those values belong to, by feature. */
  readonly forcedVariants?: ForcedVariants
  /**
   * Decides which experiments with a life the visitor may be in. It replaces the check of conflict
   * domains, so it must make that check itself.
   */
  readonly admission?: Admission
  /** Set by the engine, of a request whose World has signed links. */
  readonly links?: LinkForcing | undefined
}

/** Decides for visitors of whom something is known, such as what a decider recorded. */
export interface Admissions {
  /** Undefined of a visitor of whom nothing is known: conflict domains alone decide. */
  of: ((visitor: string) => Admission | undefined) | undefined
}

/** The last one counts. Returns what ends it. */
export function admitBy(admissions: Admissions, of: NonNullable<Admissions['of']>): () => void {
  admissions.of = of
  return () => {
    if (admissions.of === of) admissions.of = undefined
  }
}

/** Values are not checked here: an application may force what a visitor sent. */
const NAMES: OptionKinds<RequestOptions> = {
  enabled: ANYTHING,
  qaMode: ANYTHING,
  url: ANYTHING,
  forcedVariations: ANYTHING,
  groups: ANYTHING,
  overrides: ANYTHING,
  forcedValues: ANYTHING,
  forcedVariants: ANYTHING,
  sticky: ANYTHING,
  links: ANYTHING,
  admission: ANYTHING,
}

/** Throws LIVEFLAG_BAD_OPTION on an unknown option. */
export function checkRequestOptions(options: RequestOptions): void {
  for (const name in options) {
    // Most requests have no option or one, so looking up each name is faster than walking the
    // table.
    if (!Object.hasOwn(NAMES, name)) checkOptions('for', options, NAMES)
  }
}

/** The default: conflict domains alone decide, in favour of the first experiment of each domain. */
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
