import { access, constants } from 'node:fs/promises'
import { momentOf } from '../analysis/asked-figures'
import { LiveflagError, reasonOf } from '../core/errors'
import { postgresStore } from '../recording/postgres'
import { sqliteStore } from '../recording/sqlite'
import type { Store } from '../recording/store'

/**
 * A time of the command line, in milliseconds since 1970: `2026-11-01`, `2026-11-01T09:30Z`, or
 * `14d`, `6h`, `30m` ago. Without a zone it is UTC.
 */
export const readTime = (option: string, text: string, now: Date): number =>
  momentOf(option, text, now.getTime())

/**
 * The store of records that `--store` names. A file that is not there is an error: opening it would
 * make an empty one.
 */
export async function openRecords(named: string | undefined): Promise<Store> {
  if (!named)
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      '--store is missing; give the path of a SQLite file or the URL of a PostgreSQL database, here or in LIVEFLAG_STORE',
    )
  if (/^postgres(ql)?:\/\//.test(named)) return postgresStore(named)
  // The URL may have a password, so no message repeats it.
  if (/^[a-z][\w+.-]*:\/\//i.test(named))
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      '--store: of URLs only those of postgres:// are known; give one, or the path of a SQLite file',
    )
  try {
    await access(named, constants.R_OK)
  } catch (error) {
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `--store: ${named} cannot be read: ${reasonOf(error)}; give the file that the records are in`,
      { cause: error },
    )
  }
  return sqliteStore(named)
}
