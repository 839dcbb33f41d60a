import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { NO_RAMP_EDITS } from '../analysis/ramp-edit'
import { codeOf, LiveflagError, messageOf } from '../core/errors'
import { badOption } from '../core/options'
import type { Settings } from '../server/settings'
import { isUrl, shownPath } from './sources'

/**
 * Makes the file of a layer, which nobody else may have made meanwhile.
 *
 * @throws {LiveflagError} LIVEFLAG_CANNOT_EDIT
 */
export async function createLayer(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' })
  } catch (error) {
    throw new LiveflagError(
      'LIVEFLAG_CANNOT_EDIT',
      codeOf(error) === 'EEXIST'
        ? `${path} was made by somebody else meanwhile; run the command again`
        : `${path} cannot be written: ${messageOf(error)}`,
      { cause: error },
    )
  }
}

/** What a server reads, and the name of the source that it writes what becomes of gates into. */
export interface Layered {
  readonly paths: readonly string[]
  /** Empty where it judges none. */
  readonly gatesInto: string
}

/**
 * With that layer as the last of what is read, unless it is read anyway; its file is made when there is
 * none.
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION where nothing outlives the process to judge by
 */
export async function withGatesLayer(
  call: string,
  paths: readonly string[],
  { gatesInto = '', db, records = '' }: Partial<Settings>,
): Promise<Layered> {
  if (gatesInto === '') return { paths, gatesInto }
  if (db === ':memory:' && records === '')
    throw badOption(call, '--gates-into', gatesInto, 'a file as --db, or --records, too')
  if (isUrl(gatesInto))
    return {
      paths: paths.includes(gatesInto) ? paths : [...paths, gatesInto],
      gatesInto: shownPath(gatesInto),
    }
  const read = paths.find((path) => !isUrl(path) && resolve(path) === resolve(gatesInto))
  await createLayer(gatesInto, NO_RAMP_EDITS).catch((error: unknown) => {
    if (!isThere(error)) throw error
  })
  return { paths: read === undefined ? [...paths, gatesInto] : paths, gatesInto: read ?? gatesInto }
}

const isThere = (error: unknown): boolean =>
  error instanceof LiveflagError && codeOf(error.cause) === 'EEXIST'
