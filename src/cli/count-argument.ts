import { numberOf } from '../analysis/asked-figures'
import { LiveflagError } from '../core/errors'

/**
 * The whole number, from 1, that an option is given; undefined without one.
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION when it is another number, or none
 */
export function countOf(option: string, text: string | undefined): number | undefined {
  const count = numberOf(option, text)
  if (count === undefined || (Number.isSafeInteger(count) && count >= 1)) return count
  throw new LiveflagError('LIVEFLAG_BAD_OPTION', `${option} is ${text}; give a whole number from 1`)
}
