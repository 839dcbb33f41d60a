import { momentOf } from '../analysis/asked-figures'
import { generationNamed } from './generations'
import { ledgerNamed } from './ledger-versions'
import { editsNamed } from './server-edits'

/** What stands behind the @ of a text of the past: a time, or a number; undefined of one of now. */
export const timeNamed = (name: string): string | undefined =>
  ledgerNamed(name)?.time ?? editsNamed(name)?.which ?? generationNamed(name)?.which

/**
 * The time that a name says, in milliseconds since 1970; undefined where it says none, or the number of
 * a generation or an edit: that is a text, which may be asked at any time.
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION
 */
export function momentNamed(name: string, now: Date): number | undefined {
  const which = timeNamed(name)
  return which === undefined || /^\d+$/.test(which)
    ? undefined
    : momentOf('@', which, now.getTime())
}
