import { StoreError, type StoreErrorKind } from '../key-store'
import { exchangeErrorOf } from '../remote/exchange-error'

/** What an answer of a server means, found by the beginning or the code of its error. */
export interface KnownFailure {
  readonly is: RegExp
  readonly kind: StoreErrorKind
  /** Left out: what the server said. */
  readonly reason?: string
  readonly advice: string
}

/**
 * Any error of a client as a StoreError: by `known`, of which the first that matches counts, or as a
 * failure of the network.
 *
 * @param said what the client said, its code first where it has one
 */
export function storeFailure(
  store: string,
  error: unknown,
  said: string,
  known: readonly KnownFailure[],
): StoreError {
  if (error instanceof StoreError) return error
  const found = known.find(({ is }) => is.test(said))
  if (found !== undefined)
    return new StoreError(
      found.kind,
      store,
      found.reason ?? said.trim().replace(/\.$/, ''),
      found.advice,
      { cause: error },
    )
  const { message, advice } = exchangeErrorOf(error)
  return new StoreError('unreachable', store, message, advice, { cause: error })
}

export const closedStore = (store: string): StoreError =>
  new StoreError('unusable', store, 'it has been closed', 'open another one')
