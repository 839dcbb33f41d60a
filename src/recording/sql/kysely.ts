import type * as Kysely from 'kysely'
import { LiveflagError } from '../../core/errors'
import type { Tables } from './kinds'

/** The query builder's package, loaded. */
export type KyselyPackage = typeof Kysely

/** A database, or one connection to it. */
export type Connection = Kysely.Kysely<Tables>

export type Sql = Kysely.Sql
export type Fragment = Kysely.RawBuilder<unknown>

/** An optional package: only who makes a store of records loads it. */
export function loadKysely(asker: string): KyselyPackage {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded on use, and at once: import() would hide that it is missing until the first row
    return require('kysely') as KyselyPackage
  } catch (cause) {
    throw missingPackage(asker, 'kysely', 'kysely@0.28', cause)
  }
}

export function missingPackage(
  asker: string,
  name: string,
  install: string,
  cause: unknown,
): LiveflagError {
  return new LiveflagError(
    'LIVEFLAG_MISSING_PACKAGE',
    `${asker} needs the package ${name}, which cannot be loaded; run npm install ${install}`,
    { cause },
  )
}
