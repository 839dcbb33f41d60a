import type { Batch, ConversionRow, DecisionRow, ExposureRow, UsageRow } from '../store'
import {
  jsonText,
  scalarText,
  storableInteger,
  storableIntegerOrNull,
  storableNumberOrNull,
  storableText,
  storableTextOrNull,
} from './storable'

/** The tables as queries see them. Times are milliseconds since 1970; docs/stores.md has the schema. */
export interface Tables {
  readonly liveflag_schema: { readonly version: number }
  readonly liveflag_decisions: {
    readonly decision_id: string
    readonly flag_key: string
    readonly subject_id: string
    readonly experiment_id: string | null
    readonly variant_id: string | null
    readonly value: string
    readonly reason: string
    readonly created_at: number
  }
  /** The decisions with reason `ASSIGNED` of a subject, in short. */
  readonly liveflag_assignments: {
    readonly subject_id: string
    readonly experiment_id: string
    readonly variant_id: string
    readonly first_at: number
    readonly last_at: number
  }
  /** Who holds a subject in a conflict domain. */
  readonly liveflag_domains: {
    readonly subject_id: string
    readonly domain: string
    readonly experiment_id: string
  }
  readonly liveflag_exposures: {
    readonly unit: string
    readonly kind: string
    readonly experiment: string
    readonly variant: string
    readonly feature: string
    readonly source: string
    readonly bucket: number | null
    readonly generation: number | null
    readonly hash: string | null
    readonly data: string
    readonly created_at: number
  }
  readonly liveflag_usages: {
    readonly id: string
    readonly feature: string
    readonly user_id: string | null
    readonly value: string
    readonly reason: string | null
    readonly generation: number | null
    readonly created_at: number
  }
  readonly liveflag_conversions: {
    readonly event_id: string
    readonly name: string
    readonly decision_id: string | null
    readonly unit: string | null
    readonly value: number | null
    readonly created_at: number
  }
}

export type TableName = keyof Tables

/** What a column takes, as a row of values has it. Numbers of a bigint are whole. */
export type Value = string | number | null
export type Values = readonly Value[]

export interface Column {
  readonly name: string
  readonly type: 'text' | 'bigint' | 'double precision' | 'json'
}

/** A table that rows are added to. */
export interface Target {
  readonly table: TableName
  readonly columns: readonly Column[]
  /** Columns that are unique together. */
  readonly key: readonly string[]
}

/** A kind of rows, and how one is stored. `values` throws `LIVEFLAG_BAD_ROW`. */
export interface Kind<Row> extends Target {
  readonly values: (row: Row) => Values
}

const column =
  (type: Column['type']) =>
  (name: string): Column => ({ name, type })
export const text = column('text')
export const integer = column('bigint')
const double = column('double precision')
const json = column('json')

export const decisions: Kind<DecisionRow> = {
  table: 'liveflag_decisions',
  columns: [
    ...[
      'decision_id',
      'flag_key',
      'subject_id',
      'experiment_id',
      'variant_id',
      'value',
      'reason',
    ].map(text),
    integer('created_at'),
  ],
  key: ['decision_id'],
  values: (row) => [
    storableText(row.decisionId),
    storableText(row.flag),
    storableText(row.subject),
    storableTextOrNull(row.experimentId),
    storableTextOrNull(row.variantId),
    scalarText(row.value),
    storableText(row.reason),
    storableInteger(row.at),
  ],
}

export const exposures: Kind<ExposureRow> = {
  table: 'liveflag_exposures',
  columns: [
    ...['unit', 'kind', 'experiment', 'variant', 'feature', 'source'].map(text),
    integer('bucket'),
    integer('generation'),
    text('hash'),
    json('data'),
    integer('created_at'),
  ],
  key: ['unit', 'experiment', 'variant'],
  values: (row) => [
    storableText(row.unit),
    storableText(row.kind),
    storableText(row.experiment),
    storableText(row.variant),
    storableText(row.feature),
    storableText(row.source),
    storableIntegerOrNull(row.bucket),
    storableIntegerOrNull(row.generation),
    storableTextOrNull(row.hash),
    jsonText(row.data ?? null),
    storableInteger(row.at),
  ],
}

export const usages: Kind<UsageRow> = {
  table: 'liveflag_usages',
  columns: [
    text('id'),
    text('feature'),
    text('user_id'),
    json('value'),
    text('reason'),
    integer('generation'),
    integer('created_at'),
  ],
  key: ['id'],
  values: (row) => [
    storableText(row.id),
    storableText(row.feature),
    storableTextOrNull(row.user),
    jsonText(row.value),
    storableTextOrNull(row.reason),
    storableIntegerOrNull(row.generation),
    storableInteger(row.at),
  ],
}

export const conversions: Kind<ConversionRow> = {
  table: 'liveflag_conversions',
  columns: [
    ...['event_id', 'name', 'decision_id', 'unit'].map(text),
    double('value'),
    integer('created_at'),
  ],
  key: ['event_id'],
  values: (row) => [
    storableText(row.eventId),
    storableText(row.name),
    storableTextOrNull(row.decisionId),
    storableTextOrNull(row.unit),
    storableNumberOrNull(row.value),
    storableInteger(row.at),
  ],
}

/** Rows of a batch as they are stored. */
export interface Stored {
  readonly decisions: readonly Values[]
  readonly exposures: readonly Values[]
  readonly usages: readonly Values[]
  readonly conversions: readonly Values[]
}

export function stored(batch: Batch): Stored {
  return {
    decisions: (batch.decisions ?? []).map(decisions.values),
    exposures: (batch.exposures ?? []).map(exposures.values),
    usages: (batch.usages ?? []).map(usages.values),
    conversions: (batch.conversions ?? []).map(conversions.values),
  }
}

/** Why no store can keep a row, if so. */
export function refusalOf(kind: keyof Batch, row: unknown): Error | undefined {
  try {
    stored({ [kind]: [row] })
    return undefined
  } catch (reason) {
    return reason instanceof Error ? reason : new Error('a row cannot be read', { cause: reason })
  }
}
