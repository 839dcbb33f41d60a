import { open } from 'node:fs/promises'
import { createTwoFilesPatch } from 'diff'
import type { ChangedFile } from '../codemod/removal'
import { writeWhole } from '../sources/whole-file'
import { type Output, printable } from './output'

/** Each file is replaced whole, with the mode and the owner that it has. */
export async function writeAll(changed: readonly ChangedFile[]): Promise<void> {
  for (const { path, after } of changed) {
    const old = await open(path, 'r')
    try {
      await writeWhole(path, after, { like: old })
    } finally {
      await old.close()
    }
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
