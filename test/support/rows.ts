import { randomUUID } from 'node:crypto'
import {
  ASSIGNED,
  type ConversionRow,
  type DecisionRow,
  type DropRow,
  type ExposureRow,
  type UsageRow,
} from '../../src/recording/store'

export const decisionRow = (also: Partial<DecisionRow> = {}): DecisionRow => ({
  decisionId: randomUUID(),
  flag: 'button',
  subject: 'u1',
  experimentId: null,
  variantId: null,
  value: 'blue',
  reason: 'no_active_experiment',
  at: 1000,
  ...also,
})

export const assignedRow = (
  subject: string,
  experimentId: string,
  variantId: string,
  also: Partial<DecisionRow> = {},
): DecisionRow => decisionRow({ subject, experimentId, variantId, reason: ASSIGNED, ...also })

export const exposureRow = (
  unit: string,
  variant: string,
  also: Partial<ExposureRow> = {},
): ExposureRow => ({
  unit,
  kind: 'user',
  experiment: 'exp',
  variant,
  feature: 'button',
  source: 'backend',
  bucket: 7,
  generation: 1,
  hash: 'sha1',
  at: 1000,
  ...also,
})

export const usageRow = (also: Partial<UsageRow> = {}): UsageRow => ({
  id: randomUUID(),
  feature: 'button',
  user: 'u1',
  value: true,
  reason: 'STATIC',
  generation: 1,
  at: 1000,
  ...also,
})

export const conversionRow = (
  unit: string | null,
  value: number | null,
  also: Partial<ConversionRow> = {},
): ConversionRow => ({
  eventId: randomUUID(),
  name: 'purchase',
  decisionId: null,
  unit,
  value,
  at: 2000,
  ...also,
})

export const dropRow = (also: Partial<DropRow> = {}): DropRow => ({
  id: randomUUID(),
  kind: 'exposures',
  experiment: 'exp',
  name: 'button',
  reason: 'full',
  rows: 10,
  firstAt: 1000,
  lastAt: 2000,
  processStartedAt: 500,
  ...also,
})
