import { open, readFile, realpath } from 'node:fs/promises'
import { contentHash } from '../../../sources/bytes'
import { removeLeftBehind, writeWhole } from '../../../sources/whole-file'

const BYTE_ORDER_MARK = '\uFEFF'

/**
 * Puts a text in the place of a file that still has the bytes of a hash, as `writeWhole` does. Mode
 * and owner stay, as does a byte-order mark. Also removes what earlier writers that were killed have
 * left beside it.
 *
 * @param onReady is called with the new hash when all but the replacement is done; what it throws
 * keeps the file as it is
 * @returns the new hash; undefined when the file has other bytes than `hash`, and stays
 */
export async function replaceFile(
  path: string,
  hash: string,
  text: string,
  onReady: (hash: string) => void = () => undefined,
): Promise<string | undefined> {
  const target = await realpath(path)
  await removeLeftBehind(target)
  const old = await open(target, 'r')
  try {
    const before = await old.readFile()
    if (contentHash(before) !== hash) return undefined
    const hasMark = before.toString('utf8', 0, 3) === BYTE_ORDER_MARK
    const bytes = Buffer.from(hasMark ? BYTE_ORDER_MARK + text : text)
    // Writing takes a while, and others write the file too.
    const isStillWanted = async (): Promise<boolean> => {
      onReady(contentHash(bytes))
      return (await realpath(path)) === target && contentHash(await readFile(target)) === hash
    }
    return (await writeWhole(target, bytes, { like: old, isStillWanted }))
      ? contentHash(bytes)
      : undefined
  } finally {
    await old.close()
  }
}
