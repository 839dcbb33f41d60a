/** A ramp with gates in a live config, a layer for its edits, and records of what people did. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { NO_RAMP_EDITS } from '../../../../src/analysis/ramp-edit'
import { sqliteStore } from '../../../../src/recording/sqlite'
import { conversionRow, exposureRow } from '../../../support/rows'
import { tempDir } from '../../../support/temp-dir'

export const DAY = 86_400_000
export const START = Date.parse('2026-12-01')

export const RAMPED = `metrics:
  - {name: errors, direction: down, role: guardrail, margin: 0.05}
feature_button:
  default: false
  experiment:
    enabled: on
    traffic:
      ramp: {to: 100, over: 10d, start: 2026-12-01, hold_at: [50], gates: [errors]}
    variants: [{name: control, weight: 1}, {name: new, weight: 1}]
`

export interface Files {
  readonly live: string
  readonly gates: string
  readonly db: string
}

/** So many of 800 in each variant had an error on the second day. */
export async function recorded(control: number, variant: number): Promise<Files> {
  const folder = tempDir()
  const [live, gates, db] = ['live.yaml', 'gates.yaml', 'records.db'].map((name) =>
    join(folder, name),
  ) as [string, string, string]
  writeFileSync(live, RAMPED)
  writeFileSync(gates, NO_RAMP_EDITS)
  const store = sqliteStore(db)
  const names = (name: string, count: number): readonly string[] =>
    Array.from({ length: count }, (_, i) => `${name}${i}`)
  const also = { at: START + DAY, experiment: 'button' }
  await store.write({
    exposures: ['control', 'new'].flatMap((name) =>
      names(name, 800).map((unit) => exposureRow(unit, name, also)),
    ),
    conversions: [...names('control', control), ...names('new', variant)].map((unit) =>
      conversionRow(unit, null, { name: 'errors', at: START + DAY + 1000 }),
    ),
  })
  await store.close()
  return { live, gates, db }
}
