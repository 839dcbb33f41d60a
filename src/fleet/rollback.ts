import { LiveflagError } from '../core/errors'
import { checkOptions, TRUE_OR_FALSE } from '../core/options'
import type { KeyStore } from '../sources/key-store'
import { candidateOf, type Signed } from './entries'
import type { Reading } from './judge'
import { publishAs, type PublishResult, READING } from './publish'
import { readEntry } from './store-state'

export interface RollbackOptions extends Signed, Reading {
  /** Also a generation that was taken back. Default false. */
  readonly quarantined?: boolean
  /** Write nothing: say what it would come to. Default false. */
  readonly dryRun?: boolean
  readonly signal?: AbortSignal
}

/**
 * Publishes the text of an old generation as a new one. It wins over a generation that is being
 * staged. What is wrong with the old text keeps nobody from it, since it was in force before; only a
 * text of another tool that no process can read is refused.
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION where there is no such generation
 */
export async function rollback(
  store: KeyStore,
  generation: number,
  options: RollbackOptions = {},
): Promise<PublishResult> {
  checkOptions('rollback', options, {
    ...READING,
    quarantined: TRUE_OR_FALSE,
    dryRun: TRUE_OR_FALSE,
  })
  const { quarantined, ...others } = options
  const entry = await readEntry(store, generation, options.signal)
  if (entry === undefined)
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `${store.name} has no generation ${generation}; liveflag history lists those that there are`,
    )
  return publishAs(store, candidateOf(entry.text, 'rollback', options, generation), {
    ...others,
    ...(quarantined && { allow: ['quarantined'] }),
    now: true,
  })
}
