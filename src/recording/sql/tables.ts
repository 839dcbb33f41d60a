import type {
  Assigned,
  Batch,
  ConversionRow,
  CountedBatch,
  DecisionRow,
  DomainHolder,
  DropRow,
  ExposureRow,
  UsageRow,
} from '../store'
import {
  integer,
  integerOrNull,
  json,
  jsonOrNothing,
  numberOrNull,
  scalar,
  table,
  text,
  textOrNull,
  time,
  type Values,
} from './table'

// The columns of every table. Create statements, inserts, reads and conversions are derived from
// them.

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
  },
  ['decisionId'],
  { by_experiment: ['experimentId', 'at'] },
)

/** A summary of a subject's decisions with reason `ASSIGNED`. */
export const assignments = table<Assigned & { readonly subject: string }>(
  'liveflag_assignments',
  {
    subject: text('subject_id'),
    experimentId: text('experiment_id'),
    variantId: text('variant_id'),
    firstAt: time('first_at'),
    lastAt: time('last_at'),
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

export const exposures = table<ExposureRow>(
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
  },
  ['unit', 'experiment', 'variant'],
  { by_experiment: ['experiment', 'at'] },
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
  },
  ['eventId'],
  { by_unit: ['unit', 'name'], by_decision: ['decisionId'] },
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

/** The rows of a batch, as they are stored. */
export type Stored = { readonly [Kind in keyof CountedBatch]-?: readonly Values[] }

/** Converts a batch. Throws `LIVEFLAG_BAD_ROW` when a row cannot be stored. */
export function stored(batch: CountedBatch): Stored {
  return {
    decisions: (batch.decisions ?? []).map(decisions.valuesOf),
    exposures: (batch.exposures ?? []).map(exposures.valuesOf),
    usages: (batch.usages ?? []).map(usages.valuesOf),
    conversions: (batch.conversions ?? []).map(conversions.valuesOf),
    drops: (batch.drops ?? []).map(drops.valuesOf),
  }
}

/** Returns why no store can hold a row; undefined when one can. */
export function refusalOf(kind: keyof Batch, row: unknown): Error | undefined {
  try {
    stored({ [kind]: [row] })
    return undefined
  } catch (reason) {
    return reason instanceof Error ? reason : new Error('a row cannot be read', { cause: reason })
  }
}
