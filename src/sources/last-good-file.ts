import { readFile, stat } from 'node:fs/promises'
import { codeOf } from '../core/errors'
import { isJsonList, isJsonObject, type JsonValue } from '../core/json'
import type { Content } from '../core/source'
import { contentHash } from './bytes'
import { writeWhole } from './whole-file'

/** A content that was in force, and since when: milliseconds since 1970. */
export interface StoredContent extends Pick<Content, 'text' | 'hash' | 'format' | 'dialect'> {
  readonly at: number
}

/** Rejects when it cannot be written; then the file is as it was. */
export async function writeContents(
  path: string,
  contents: readonly StoredContent[],
): Promise<void> {
  const body = JSON.stringify(contents)
  await writeWhole(path, `{"version":1,"sha256":"${contentHash(body)}","contents":${body}}\n`)
}

/** None when there is no such file. Rejects when it is not one that `writeContents` wrote, whole. */
export async function readContents(path: string): Promise<readonly StoredContent[]> {
  try {
    // A pipe would never end.
    if (!(await stat(path)).isFile()) throw new Error('it is not a regular file')
    return decode(JSON.parse(await readFile(path, 'utf8')) as JsonValue)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
}

function decode(file: JsonValue): readonly StoredContent[] {
  if (!isJsonObject(file) || file.version !== 1 || !isJsonList(file.contents))
    throw new Error('it is no list of contents of version 1')
  if (file.sha256 !== contentHash(JSON.stringify(file.contents)))
    throw new Error('its contents do not have the sha256 that was written with them')
  // The hash shows that these are the contents that were written.
  return file.contents as unknown as readonly StoredContent[]
}
