import { messageOf } from '../../core/shown'

/**
 * The code of an error of Node or of a database driver, or an empty text. Read by shape, not by `instanceof`: an error
 * may come from another realm.
 */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** Whatever was thrown, as an error. */
export const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(messageOf(thrown), { cause: thrown }))
