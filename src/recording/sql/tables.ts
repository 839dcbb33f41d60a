import { keyedConversions } from '../conversion-key'
import type {
  Assigned,
  Batch,
  ConfigRow,
  ConversionRow,
  CountedBatch,
  DecisionRow,
  DomainHolder,
  DropRow,
  ExposureRow,
  Provenance,
  SignIn,
  UsageRow,
} from '../store'
import {
  added,
  flagOrNone,
  integer,
  integerOrNone,
  integerOrNull,
  json,
  jsonOrNothing,
  numberOrNull,
  recordOrNone,
  scalar,
  table,
  text,
  textOrNone,
  textOrNull,
  time,
  type Values,
} from './table'

// The columns of every table. Create statements, inserts, reads and conversions are derived from
// them.

/** The version of the schema that added the ledger. */
export const LEDGER = 3

/** The version that added the attributes of reports, and their looks. */
export const ATTRIBUTES = 4

const attributes = added(ATTRIBUTES, recordOrNone)('attributes')
const provenance = {
  revision: added(LEDGER, textOrNone)('revision'),
  config: added(LEDGER, textOrNone)('config'),
  process: added(LEDGER, textOrNone)('process'),
}
const drawn = {
  bucket: added(LEDGER, integerOrNone)('bucket'),
  hash: added(LEDGER, textOrNone)('hash'),
  degraded: added(LEDGER, flagOrNone)('degraded'),
}

export const decisions = table<DecisionRow>(
  'liveflag_decisions',
  {
    decisionId: text('decision_id'),
    flag: text('flag_key'),
    subject: text('subject_id'),
    experimentId: textOrNull('experiment_id'),
    variantId: textOrNull('variant_id'),
    value: scalar('value'),
    reason: text('reason'),
    at: time('created_at'),
    ...provenance,
    ...drawn,
    attributes,
  },
  ['decisionId'],
  { by_experiment: ['experimentId', 'at'] },
)

/** What is stored of the latest decision that assigned the subject, besides. */
export type AssignmentRow = Assigned & { readonly subject: string } & Provenance &
  Pick<DecisionRow, 'bucket' | 'hash' | 'degraded'>

/** A summary of a subject's decisions with reason `ASSIGNED`. */
export const assignments = table<AssignmentRow>(
  'liveflag_assignments',
  {
    subject: text('subject_id'),
    experimentId: text('experiment_id'),
    variantId: text('variant_id'),
    firstAt: time('first_at'),
    lastAt: time('last_at'),
    ...provenance,
    ...drawn,
  },
  ['subject', 'experimentId'],
)

/** Which experiment holds a subject in a conflict domain. */
export const domains = table<DomainHolder & { readonly subject: string }>(
  'liveflag_domains',
  {
    subject: text('subject_id'),
    domain: text('domain'),
    experimentId: text('experiment_id'),
  },
  ['subject', 'domain'],
)

/** An exposure, and the latest one of the same unit and variant. */
export type SeenRow = ExposureRow & {
  readonly lastAt: number
  readonly lastRevision: string | null
}

export const exposures = table<SeenRow>(
  'liveflag_exposures',
  {
    unit: text('unit'),
    kind: text('kind'),
    experiment: text('experiment'),
    variant: text('variant'),
    feature: text('feature'),
    source: text('source'),
    bucket: integerOrNull('bucket'),
    generation: integerOrNull('generation'),
    hash: textOrNull('hash'),
    data: jsonOrNothing('data'),
    at: time('created_at'),
    ...provenance,
    user: added(LEDGER, textOrNone)('user_id'),
    loid: added(LEDGER, textOrNone)('loid'),
    lastAt: added(LEDGER, time)('last_at'),
    lastRevision: added(LEDGER, textOrNull)('last_revision'),
    attributes,
  },
  ['unit', 'experiment', 'variant'],
  { by_experiment: ['experiment', 'at'] },
)

export type SignInRow = SignIn & { readonly experiment: string }

/**
 * Each logged-out id with each user who was exposed with it: an exposure has one such id of a user,
 * however many devices there are.
 */
export const signIns = table<SignInRow>(
  'liveflag_sign_ins',
  {
    experiment: text('experiment'),
    loid: text('loid'),
    unit: text('unit'),
    at: time('created_at'),
  },
  ['experiment', 'loid', 'unit'],
)

export const usages = table<UsageRow>(
  'liveflag_usages',
  {
    id: text('id'),
    feature: text('feature'),
    user: textOrNull('user_id'),
    value: json('value'),
    reason: textOrNull('reason'),
    generation: integerOrNull('generation'),
    at: time('created_at'),
  },
  ['id'],
  { by_feature: ['feature', 'at'], by_user: ['user', 'at'] },
)

export const conversions = table<ConversionRow>(
  'liveflag_conversions',
  {
    eventId: text('event_id'),
    name: text('name'),
    decisionId: textOrNull('decision_id'),
    unit: textOrNull('unit'),
    value: numberOrNull('value'),
    at: time('created_at'),
    event: added(LEDGER, textOrNone)('event'),
  },
  ['eventId'],
  { by_unit: ['unit', 'name'], by_decision: ['decisionId'], by_time: ['at'] },
)

/** Each entry text once, by its hash. */
export const configs = table<ConfigRow>(
  'liveflag_configs',
  {
    revision: text('revision'),
    feature: text('feature'),
    text: text('text'),
    at: time('created_at'),
  },
  ['revision'],
  { by_feature: ['feature', 'at'] },
)

export const drops = table<DropRow>(
  'liveflag_drops',
  {
    id: text('id'),
    kind: text('kind'),
    experiment: textOrNull('experiment'),
    name: textOrNull('name'),
    reason: text('reason'),
    rows: integer('rows'),
    firstAt: time('first_at'),
    lastAt: time('last_at'),
    processStartedAt: time('process_started_at'),
  },
  ['id'],
  { by_experiment: ['experiment', 'lastAt'] },
)

/** How often the figures of an experiment were shown on a day of UTC. */
export interface LookRow {
  readonly experiment: string
  /** Its beginning: milliseconds since 1970. */
  readonly day: number
  readonly looks: number
  readonly lastAt: number
}

export const looks = table<LookRow>(
  'liveflag_looks',
  {
    experiment: text('experiment'),
    day: time('day'),
    looks: integer('looks'),
    lastAt: time('last_at'),
  },
  ['experiment', 'day'],
)

/** The rows of a batch, as they are stored. */
export type Stored = { readonly [Kind in keyof CountedBatch]-?: readonly Values[] }

/** Converts a batch. Throws `LIVEFLAG_BAD_ROW` when a row cannot be stored. */
export function stored(batch: CountedBatch): Stored {
  return {
    configs: (batch.configs ?? []).map(configs.valuesOf),
    decisions: (batch.decisions ?? []).map(decisions.valuesOf),
    exposures: (batch.exposures ?? []).map((row) => exposures.valuesOf(seenOf(row))),
    usages: (batch.usages ?? []).map(usages.valuesOf),
    conversions: (batch.conversions ?? []).flatMap(keyedConversions).map(conversions.valuesOf),
    drops: (batch.drops ?? []).map(drops.valuesOf),
  }
}

/** A row of which no later one is known. */
export const seenOf = (row: ExposureRow): SeenRow => ({
  ...row,
  lastAt: row.at,
  lastRevision: row.revision ?? null,
})

/** Returns why no store can hold a row; undefined when one can. */
export function refusalOf(kind: keyof Batch, row: unknown): Error | undefined {
  try {
    stored({ [kind]: [row] })
    return undefined
  } catch (reason) {
    return reason instanceof Error ? reason : new Error('a row cannot be read', { cause: reason })
  }
}
