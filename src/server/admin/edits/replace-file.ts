import { randomBytes } from 'node:crypto'
import { type FileHandle, open, readFile, realpath, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { contentHash } from '../../../sources/bytes'

const BYTE_ORDER_MARK = '\uFEFF'

/**
 * Puts a text in the place of a file that still has the bytes of a hash. Any reader, at any moment,
 * sees the old or the new file whole, also when this process is killed half-way. Mode and owner
 * stay, as does a byte-order mark; of a link, the file that it leads to is replaced.
 *
 * @returns the new hash; undefined when the file has other bytes than `hash`, and stays
 */
export async function replaceFile(
  path: string,
  hash: string,
  text: string,
): Promise<string | undefined> {
  const target = await realpath(path)
  const old = await open(target, 'r')
  const name = `.${basename(target)}.${randomBytes(8).toString('hex')}.tmp`
  const temporary = join(dirname(target), name)
  try {
    const before = await old.readFile()
    if (contentHash(before) !== hash) return undefined
    const hasMark = before.toString('utf8', 0, 3) === BYTE_ORDER_MARK
    const bytes = Buffer.from(hasMark ? BYTE_ORDER_MARK + text : text)
    await writeLike(old, temporary, bytes)
    // Writing took a while, and others write the file too.
    if (contentHash(await readFile(target)) !== hash) return undefined
    await rename(temporary, target)
    await flush(dirname(target))
    return contentHash(bytes)
  } finally {
    await old.close()
    await rm(temporary, { force: true })
  }
}

async function writeLike(old: FileHandle, path: string, bytes: Uint8Array): Promise<void> {
  const { mode, uid, gid } = await old.stat()
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(bytes)
    // Only root may give a file to another owner.
    await file.chown(uid, gid).catch(() => undefined)
    await file.chmod(mode & 0o7777)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** So that the rename outlives a power cut. Some systems cannot do that to a directory. */
async function flush(directory: string): Promise<void> {
  const handle = await open(directory, 'r').catch(() => undefined)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}
