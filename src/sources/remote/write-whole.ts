import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { codeOf } from '../../core/errors'

const TEMPORARY = /\.[0-9a-f]{16}\.tmp$/
/** No write takes so long, so its writer was killed. */
const LEFT_BEHIND_MS = 60_000

/**
 * Puts a text in a file so that any reader, at any moment, sees the old or the new one whole: also
 * when this process is killed half-way, and when others write the same file. Only its owner can
 * read it.
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const target = await realpath(path).catch(() => path)
  const temporary = `${target}.${randomBytes(8).toString('hex')}.tmp`
  try {
    await writeThrough(temporary, text)
    await rename(temporary, target)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw error
  }
  await flushDirectory(dirname(target))
}

/** Removes what writers of this file that were killed have left. */
export async function removeLeftBehind(path: string): Promise<void> {
  const target = await realpath(path).catch(() => path)
  const names = await readdir(dirname(target)).catch(() => [])
  for (const name of names) {
    if (!name.startsWith(`${basename(target)}.`) || !TEMPORARY.test(name)) continue
    const temporary = join(dirname(target), name)
    const modified = await stat(temporary).then(
      ({ mtimeMs }) => mtimeMs,
      () => Infinity,
    )
    if (Date.now() - modified > LEFT_BEHIND_MS)
      await rm(temporary, { force: true }).catch(() => undefined)
  }
}

async function writeThrough(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/**
 * So that the rename outlives a power cut. Some systems cannot do that to a directory, and say so.
 */
async function flushDirectory(path: string): Promise<void> {
  try {
    const directory = await open(path, 'r')
    await directory.sync().finally(() => directory.close())
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'EBADF'].includes(codeOf(error)))
      throw error
  }
}
