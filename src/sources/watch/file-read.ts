import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { reasonOf } from '../../core/errors'
import { fileSignature, type RegularFile } from './file-state'

/**
 * What reading a file came to. `torn`: somebody wrote to it meanwhile, so the bytes may be half old
 * and half new.
 */
export type Reading =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'torn' }
  | { readonly kind: 'unreadable'; readonly reason: string }

const CHUNK = 64 * 1024
const MAX_FIRST_CHUNK = 16 * 1024 * 1024

/**
 * Reads the very file that was looked at, whole, or tells that it is not that file any more.
 * Stops after `limitBytes` whatever the file's size was said to be: it may be growing.
 */
export async function readWhole(file: RegularFile, limitBytes: number): Promise<Reading> {
  let handle: FileHandle | undefined
  try {
    // Between the look and this line a pipe may have taken the file's place; opening a pipe would
    // otherwise wait for a writer.
    handle = await open(file.path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    if (!(await isStill(handle, file))) return { kind: 'torn' }
    const bytes = await readAtMost(handle, file.size, limitBytes)
    const whole = BigInt(bytes.length) === file.size && (await isStill(handle, file))
    return whole ? { kind: 'bytes', bytes } : { kind: 'torn' }
  } catch (error) {
    return { kind: 'unreadable', reason: reasonOf(error) }
  } finally {
    // Nobody waits for it: what was read is whole either way.
    handle?.close().catch(() => undefined)
  }
}

async function isStill(handle: FileHandle, file: RegularFile): Promise<boolean> {
  return fileSignature(await handle.stat({ bigint: true })) === file.signature
}

/** One byte more than the size is asked for, so that growth shows. */
async function readAtMost(
  handle: FileHandle,
  size: bigint,
  limitBytes: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let total = 0
  let next = Math.min(Number(size), limitBytes, MAX_FIRST_CHUNK) + 1
  while (total <= limitBytes) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(next), 0, next, null)
    chunks.push(buffer.subarray(0, bytesRead))
    total += bytesRead
    if (bytesRead === 0 || BigInt(total) === size) break
    next = CHUNK
  }
  return chunks.length === 1 ? (chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(chunks)
}
