/** A ramp with gates in a live config, and records of what its people did. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sqliteStore } from '../../src/recording/sqlite'
import type { Batch } from '../../src/recording/store'
import { conversionRow, exposureRow } from './rows'
import { tempDir } from './temp-dir'

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

/** So many of the units of each variant had an error on the second day of the ramp, which began at `from`. */
export function errorsOf(
  control: number,
  variant: number,
  {
    units = 800,
    from = START,
    who = '',
  }: { readonly units?: number; readonly from?: number; readonly who?: string } = {},
): Partial<Batch> {
  const names = (name: string, count: number): readonly string[] =>
    Array.from({ length: count }, (_, i) => `${who}${name}${i}`)
  const also = { at: from + DAY, experiment: 'button' }
  return {
    exposures: ['control', 'new'].flatMap((name) =>
      names(name, units).map((unit) => exposureRow(unit, name, also)),
    ),
    conversions: [...names('control', control), ...names('new', variant)].map((unit) =>
      conversionRow(unit, null, { name: 'errors', at: from + DAY + 1000 }),
    ),
  }
}

export interface GatedFiles {
  readonly live: string
  /** Of the layer that edits go into; it is not there yet. */
  readonly gates: string
  readonly db: string
}

export async function gatedFiles(
  control: number,
  variant: number,
  units = 800,
): Promise<GatedFiles> {
  const folder = tempDir()
  const files = {
    live: join(folder, 'live.yaml'),
    gates: join(folder, 'gates.yaml'),
    db: join(folder, 'records.db'),
  }
  writeFileSync(files.live, RAMPED)
  const store = sqliteStore(files.db)
  await store.write(errorsOf(control, variant, { units }))
  await store.close()
  return files
}
