import { LiveflagError } from '../core/errors'
import { ANYTHING, checkOptions } from '../core/options'
import { quarantineKey, ROLLOUT, type Rollout } from '../sources/fleet-records'
import { type KeyStore, StoreError } from '../sources/key-store'
import { quarantining, SIGNED, type Signed } from './entries'
import { readState, type StoreState } from './store-state'

const MOST_ATTEMPTS = 20

/**
 * Takes the generation that is being staged back from every process, and puts it under quarantine.
 *
 * @returns its number
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION where no generation is being staged, also where its stages
 * have just ended and it is in force
 */
export async function abortStages(
  store: KeyStore,
  options: Signed & { readonly signal?: AbortSignal } = {},
): Promise<number> {
  checkOptions('abortStages', options, { ...SIGNED, signal: ANYTHING })
  const { by, reason, signal } = options
  let marked: Rollout | undefined
  for (let tries = 0; tries < MOST_ATTEMPTS; tries++) {
    const state = await readState(store, signal)
    const ended = marked ?? state.over?.rollout
    if (ended && ended.hash === state.head?.hash) throw await tooLate(store, ended, state, signal)
    if (state.staged === undefined) throw notStaged(store)
    const { rollout, version } = state.staged
    marked = rollout
    const why = `taken back${by === undefined ? '' : ` by ${by}`}${reason === undefined ? '' : `: ${reason}`}`
    const written = await store.write([
      quarantining(rollout, { reason: why, hosts: [], by: by ?? null }),
      { key: ROLLOUT, bytes: undefined, basedOn: version },
    ])
    if (written.written) return rollout.generation
  }
  throw new StoreError('unreachable', store.name, 'others are publishing all the time', 'try again')
}

/** The last step came before, or between the writes of a store that makes them one after another. */
async function tooLate(
  store: KeyStore,
  { generation }: Rollout,
  { over }: StoreState,
  signal?: AbortSignal,
): Promise<LiveflagError> {
  await store.write([{ key: quarantineKey(generation), bytes: undefined }], signal)
  if (over) await store.write([{ key: ROLLOUT, bytes: undefined, basedOn: over.version }], signal)
  return new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    `the stages of generation ${generation} are over, and it is in force; roll back to take it back`,
  )
}

export const notStaged = ({ name }: KeyStore): LiveflagError =>
  new LiveflagError('LIVEFLAG_BAD_OPTION', `no generation is being staged in ${name}`)
