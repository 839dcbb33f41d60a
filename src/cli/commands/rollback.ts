import { numberOf } from '../../analysis/asked-figures'
import { LiveflagError } from '../../core/errors'
import { rollback as rollBack } from '../../fleet/rollback'
import { whoIs, withStore } from '../fleet-store'
import type { Reading } from '../live-config-file'
import type { ExitCode, Terminal } from '../terminal'
import { checkWait, finished, type FinishFlags } from './published'

export interface RollbackFlags extends Reading, FinishFlags {
  readonly to?: string
  readonly by?: string
  readonly reason?: string
  readonly allowQuarantined?: boolean
  readonly dryRun?: boolean
}

/** `liveflag rollback`: the text of an old generation becomes the next one, at once. */
export async function rollback(
  written: string,
  flags: RollbackFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const generation = numberOf('GENERATION', written)
  if (generation === undefined || !Number.isSafeInteger(generation) || generation < 1)
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `${JSON.stringify(written)} is no generation; liveflag history lists them`,
    )
  checkWait('rollback', flags)
  const { format, compat, reason, allowQuarantined, dryRun } = flags
  const by = whoIs(flags.by, terminal)
  return withStore(flags.to, terminal, async (store) =>
    finished(
      store,
      await rollBack(store, generation, {
        ...(format && { format }),
        ...(compat && { compat }),
        ...(by !== undefined && { by }),
        ...(reason !== undefined && { reason }),
        ...(allowQuarantined && { quarantined: true }),
        ...(dryRun && { dryRun: true }),
      }),
      flags,
      terminal,
    ),
  )
}
