import { userInfo } from 'node:os'
import { LiveflagError } from '../core/errors'
import { isStoreUrl, openKeyStore } from '../sources/open-key-store'
import type { KeyStore } from '../sources/key-store'
import type { Terminal } from './terminal'

/** What the help says of a URL of a store. */
export const STORE = 'the store: redis://host/0?key=live, postgres://…, etcd://…'

/** Opens the store that the command line or LIVEFLAG_TO names, for as long as `work` takes. */
export async function withStore<T>(
  url: string | undefined,
  { env }: Pick<Terminal, 'env'>,
  work: (store: KeyStore) => Promise<T>,
): Promise<T> {
  const named = url ?? env.LIVEFLAG_TO
  if (named === undefined || named === '')
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      'no store is named; give --to URL, or set LIVEFLAG_TO, where no list of processes shows a password',
    )
  if (!isStoreUrl(named))
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      'what is named is no URL of a store; write one such as redis://host:6379/0?key=live',
    )
  const store = openKeyStore(named)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/** Who publishes: as named, or the one whose job of a CI it is, or the user of the machine. */
export function whoIs(by: string | undefined, { env }: Pick<Terminal, 'env'>): string | undefined {
  const named =
    by ?? env.LIVEFLAG_BY ?? env.GITHUB_ACTOR ?? env.GITLAB_USER_LOGIN ?? env.USER ?? env.USERNAME
  return named === undefined || named === '' ? nameOfUser() : named
}

/** A container may run as a user without a name. */
function nameOfUser(): string | undefined {
  try {
    return userInfo().username
  } catch {
    return undefined
  }
}
