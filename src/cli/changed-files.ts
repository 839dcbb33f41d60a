import { open, readFile } from 'node:fs/promises'
import { createTwoFilesPatch } from 'diff'
import type { ChangedFile } from '../codemod/removal'
import { codeOf, LiveflagError, reasonOf } from '../core/errors'
import { writeWhole } from '../sources/whole-file'
import { type Output, printable } from './output'

const BYTE_ORDER_MARK = '\uFEFF'

/**
 * Each file is replaced whole, with the mode and the owner that it has, and its byte-order mark.
 *
 * @throws {LiveflagError} LIVEFLAG_CANNOT_EDIT when somebody else changed the file since it was read
 */
export async function writeAll(changed: readonly ChangedFile[]): Promise<void> {
  for (const file of changed) {
    try {
      await write(file)
    } catch (error) {
      throw error instanceof LiveflagError ? error : unwritten(file.path, error)
    }
  }
}

/** Where a file is replaced whole, the right to write it alone is not enough. */
const RIGHTS = new Set(['EACCES', 'EPERM', 'EROFS'])

const unwritten = (path: string, error: unknown): LiveflagError =>
  new LiveflagError(
    'LIVEFLAG_CANNOT_EDIT',
    `${path} cannot be written, and stays as it was: ${reasonOf(error)}${RIGHTS.has(codeOf(error) ?? '') ? '; a file is replaced whole, so give this process the right to make files in its directory' : ''}`,
    { cause: error },
  )

async function write({ path, before, after }: ChangedFile): Promise<void> {
  const old = await open(path, 'r')
  try {
    const isAsRead = (text: string): boolean => text.replace(BYTE_ORDER_MARK, '') === before
    const text = await readFile(path, 'utf8')
    const mark = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : ''
    const isWritten =
      isAsRead(text) &&
      (await writeWhole(path, mark + after, {
        like: old,
        isStillWanted: async () => isAsRead(await readFile(path, 'utf8')),
      }))
    if (!isWritten)
      throw new LiveflagError(
        'LIVEFLAG_CANNOT_EDIT',
        `${path} was changed by somebody else meanwhile, and stays as they wrote it; run the command again`,
      )
  } finally {
    await old.close()
  }
}

/** The changes as a unified patch. */
export const diffOf = (path: string, before: string, after: string): string =>
  createTwoFilesPatch(path, path, before, after, undefined, undefined, { context: 3 }).replace(
    /^Index:.*\n=+\n/,
    '',
  )

/** A patch in the colours of a terminal. */
export const painted = (diff: string, { paint }: Output): readonly string[] =>
  diff
    .trimEnd()
    .split('\n')
    .map((line) => {
      const shown = printable(line)
      if (/^(?:---|\+\+\+|@@)/.test(line)) return paint.dim(shown)
      return line.startsWith('+')
        ? paint.green(shown)
        : line.startsWith('-')
          ? paint.red(shown)
          : shown
    })
