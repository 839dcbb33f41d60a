/** A ramp with gates, and an empty layer for its edits, as a server reads both. */
import { writeFileSync } from 'node:fs'
import { NO_RAMP_EDITS } from '../../../../src/analysis/ramp-edit'
import { type GatedFiles, gatedFiles } from '../../../support/gated-ramp'

export { DAY, START } from '../../../support/gated-ramp'
export type Files = GatedFiles

/** So many of 800 in each variant had an error on the second day. */
export async function recorded(control: number, variant: number): Promise<Files> {
  const files = await gatedFiles(control, variant)
  writeFileSync(files.gates, NO_RAMP_EDITS)
  return files
}
