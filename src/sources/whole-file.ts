import { createHash, randomBytes } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { codeOf } from '../core/errors'
import { wallClock } from '../runtime/timers'

/** How a file is written. */
export interface WholeFileOptions {
  /** A file whose mode and owner the new one gets. */
  readonly like?: FileHandle
  /** The mode without such a file. Default 0600: only the owner can read it. */
  readonly mode?: number
  /** Asked when all is written and nothing is replaced yet: false leaves the file as it is. */
  readonly isStillWanted?: () => Promise<boolean>
}

/**
 * Puts bytes in a file so that any reader, at any moment, sees the old or the new ones whole: also
 * when this process is killed half-way, the disk is full, or others write the same file. Of a link,
 * the file that it leads to is replaced. Rejects when it cannot be written; then the file is as it
 * was.
 *
 * @returns whether the file was replaced
 */
export async function writeWhole(
  path: string,
  bytes: string | Uint8Array,
  { like, mode = 0o600, isStillWanted = async () => true }: WholeFileOptions = {},
): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true })
  const target = await realpath(path).catch(() => path)
  const temporary = join(dirname(target), temporaryName(basename(target)))
  try {
    await writeThrough(temporary, bytes, mode, like)
    if (!(await isStillWanted())) return false
    await rename(temporary, target)
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined)
  }
  await flushDirectory(dirname(target))
  return true
}

/** Removes what writers of this file that were killed have left. Never rejects. */
export async function removeLeftBehind(path: string): Promise<void> {
  const target = await realpath(path).catch(() => path)
  const names = await readdir(dirname(target)).catch(() => [])
  for (const name of names) {
    const writer = writerOf(name, basename(target))
    if (writer === undefined) continue
    const temporary = join(dirname(target), name)
    const written = await stat(temporary).then(
      ({ mtimeMs }) => mtimeMs,
      () => Infinity,
    )
    if (isLeftBehind(writer, written)) await rm(temporary, { force: true }).catch(() => undefined)
  }
}

/** No write takes so long. */
export const LEFT_BEHIND_MS = 60_000

/** Who wrote a file that is not to stay; without `pid`, one before names had it. */
export interface Writer {
  readonly host?: string | undefined
  readonly pid?: number | undefined
}

/** Several containers may share a directory, and each has a process 1. */
export const thisHost = (): string =>
  createHash('sha256').update(hostname()).digest('hex').slice(0, 8)

/** Hidden, and no name of a live config: a watched directory leaves it alone. */
export const temporaryName = (name: string): string =>
  `.${name}.${thisHost()}-${process.pid}.${randomBytes(8).toString('hex')}.tmp`

/** Undefined of another file. Names of before had no dot at their beginning. */
function writerOf(name: string, of: string): Writer | undefined {
  const start = [`.${of}.`, `${of}.`].find((one) => name.startsWith(one))
  const rest = start === undefined ? '' : name.slice(start.length)
  const [found, host, pid] = /^(?:([0-9a-f]{8})-(\d+)\.)?[0-9a-f]{16}\.tmp$/.exec(rest) ?? []
  return found === undefined ? undefined : { host, pid: pid === undefined ? pid : Number(pid) }
}

/** Whether its writer was killed: it has ended, or has not written for so long. */
export function isLeftBehind({ host, pid }: Writer, written: number): boolean {
  if (wallClock() - written > LEFT_BEHIND_MS) return true
  if (pid === undefined || host !== thisHost()) return false
  // The first process of a container has the same number each time.
  return pid === process.pid ? written < wallClock() - process.uptime() * 1000 : !isRunning(pid)
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return codeOf(error) !== 'ESRCH'
  }
}

async function writeThrough(
  path: string,
  bytes: string | Uint8Array,
  mode: number,
  like: FileHandle | undefined,
): Promise<void> {
  const file = await open(path, 'wx', like ? 0o600 : mode)
  try {
    await file.writeFile(bytes)
    if (like) await beLike(file, like)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function beLike(file: FileHandle, like: FileHandle): Promise<void> {
  const { mode, uid, gid } = await like.stat()
  // Only root may give a file to another owner, but anybody to a group of their own.
  await file.chown(uid, gid).catch(() => file.chown(-1, gid).catch(() => undefined))
  await file.chmod(mode & 0o7777)
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
