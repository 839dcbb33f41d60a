import { answersOn, assignedBy } from '../core/answers'
import type { Asker } from '../core/asker'
import type { Decision } from '../core/decision'
import type { EntryInForce } from '../core/entry-in-force'
import type { JsonValue } from '../core/json'
import { BY_LINK } from '../core/link'
import { reportedAttributes } from './reported-attributes'
import type { Assigned, ExperimentDefinition, ExperimentResult } from '../core/trail'

/**
 * A visitor was assigned a variant, controls included, and was served it. Experiments are evaluated
 * by these records.
 */
export interface Exposure {
  /** What was bucketed: `user`, `page`, or the name of an attribute. */
  readonly kind: string
  /** The feature that was asked. */
  readonly feature: string
  /** As the entry states it; missing when the entry has none. Of a rule's experiment, its key. */
  readonly experimentId?: JsonValue
  readonly variant: string
  readonly unit: string
  /** The signed-in user's id; for kind `user`. */
  readonly user?: string
  /** The logged-out id, also of a signed-in visitor who has one; for kind `user`. */
  readonly loid?: string
  /** The page's id; for kind `page`. */
  readonly page?: string
  /** 0 to 999 by r2's hash; of hash `sha256`, 0 to 9,999; of GrowthBook's, from 0 to 1. */
  readonly bucket?: number
  /**
   * Which hash drew it; `growthbook` of what a page reports, which has no `result`. Missing: r2's
   * SHA-1 or, with `result`, GrowthBook's.
   */
  readonly hash?: 'sha256' | 'stable' | 'growthbook'
  readonly generation: number
  /** SHA-256 of the entry that decided it, hex; missing of an experiment in the code. */
  readonly revision?: string
  /** SHA-256 of the whole content that the entry stood in, hex. */
  readonly config?: string
  /** What the entry declares in `report_by`, of the visitor; missing if there is nothing of it. */
  readonly attributes?: Readonly<Record<string, string>>
  /** Milliseconds since 1970. */
  readonly at: number
  /** Of a rule's experiment: what GrowthBook's "Experiment Viewed" has. */
  readonly experiment?: ExperimentDefinition
  readonly result?: ExperimentResult
}

/** An exposure to record unless one with the same key is recorded already. */
export interface PendingExposure {
  readonly key: string
  readonly entry: EntryInForce | undefined
  readonly exposure: (at: number) => Exposure
}

/** Where the entries in force are: a snapshot. */
export interface EntriesInForce {
  entryOf(feature: string): EntryInForce | undefined
}

/**
 * One for every experiment that assigned the visitor while the Decision was made, that of the
 * Decision included.
 */
export function pendingExposures(
  decision: Decision,
  asker: Asker,
  entries: EntriesInForce,
): readonly PendingExposure[] {
  const { generation, trail } = decision
  const answers = trail === undefined ? [decision] : [...answersOn(decision)]
  // Whoever got a required feature by a link is no sample of what the experiment does.
  if (answers.some(({ selector }) => selector === BY_LINK)) return []
  return answers.flatMap((answer) =>
    assignedBy(answer).map((assigned) =>
      pending(answer.feature, assigned, generation, asker, entries),
    ),
  )
}

function pending(
  feature: string,
  { assignment, rule }: Assigned,
  generation: number,
  asker: Asker,
  entries: EntriesInForce,
): PendingExposure {
  const { kind, experiment, variant, unit } = assignment
  const entry = entries.entryOf(feature)
  // Of a user each device is recorded: reports join what was seen there signed out.
  const device = kind === 'user' ? `\0${asker.loid() ?? ''}` : ''
  return {
    // Features may share a rule's experiment, which GrowthBook tracks once for each variation, and a
    // holdout.
    key:
      rule || experiment !== feature
        ? `${kind}\0${experiment}\0${variant}\0${unit}${device}`
        : `${kind}\0${feature}\0${unit}${device}`,
    entry,
    exposure: (at) => exposureOf(feature, { assignment, rule }, { generation, entry, at }, asker),
  }
}

function exposureOf(
  feature: string,
  { assignment, rule }: Assigned,
  { generation, entry, at }: Pick<Exposure, 'generation' | 'at'> & Pick<PendingExposure, 'entry'>,
  asker: Asker,
): Exposure {
  const { kind, experimentId, variant, unit, bucket, hash } = assignment
  const user = kind === 'user' ? asker.userId() : null
  const loid = kind === 'user' ? asker.loid() : null
  const attributes = reportedAttributes(entry?.reportBy, (name) => asker.attribute(name))
  return {
    kind,
    feature,
    variant,
    unit,
    generation,
    ...(entry && { revision: entry.revision, config: entry.config }),
    at,
    ...(attributes && { attributes }),
    ...(user !== null && { user }),
    ...(loid !== null && { loid }),
    ...(kind === 'page' && { page: unit }),
    ...(experimentId !== undefined && { experimentId }),
    ...(bucket !== undefined && { bucket }),
    ...(hash && { hash }),
    ...(rule?.experiment && { experiment: rule.experiment }),
    ...(rule?.experimentResult && { result: rule.experimentResult }),
  }
}
