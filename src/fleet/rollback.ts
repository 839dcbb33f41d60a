import { LiveflagError } from '../core/errors'
import { checkOptions, TRUE_OR_FALSE } from '../core/options'
import type { KeyStore } from '../sources/key-store'
import { type Candidate, candidateOf, type Signed } from './entries'
import { history } from './history'
import type { Reading } from './judge'
import { publishAs, type PublishResult, READING } from './publish'
import { readEntry } from './store-state'

export interface RollbackOptions extends Signed, Reading {
  /** Also a generation that was taken back in its stages. Default false. */
  readonly quarantined?: boolean
  /** Write nothing: say what it would come to. Default false. */
  readonly dryRun?: boolean
  readonly signal?: AbortSignal
}

/**
 * Publishes the text of an old generation as a new one. It wins over a generation that is being
 * staged. What is wrong with a text that was in force before keeps nobody from it, also where the same
 * text was taken back in stages since; only one of another tool that no process can read is refused.
 * A generation that was never in force is checked as if it was published.
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
  const candidate = await putBackOf(store, generation, options, options.signal)
  if (candidate === undefined)
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `${store.name} has no generation ${generation}; liveflag history lists those that there are`,
    )
  return publishAs(store, candidate, {
    ...others,
    ...(quarantined && { allow: ['quarantined'] }),
    now: true,
  })
}

/** The text of an old generation, to be put back; undefined where there is none of this number. */
export async function putBackOf(
  store: KeyStore,
  generation: number,
  signed: Signed,
  signal?: AbortSignal,
): Promise<Candidate | undefined> {
  const entry = await readEntry(store, generation, signal)
  if (entry === undefined) return undefined
  const wasInForce = entry.kind !== 'staged' || (await cameThrough(store, generation, signal))
  return { ...candidateOf(entry.text, 'rollback', signed, generation), wasInForce }
}

/** Whether a generation that was staged got through its stages. */
async function cameThrough(
  store: KeyStore,
  generation: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const { generations } = await history(store, signal)
  const state = generations.find((one) => one.generation === generation)?.state
  return state === 'replaced' || state === 'in force'
}
