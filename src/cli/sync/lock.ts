import { link, readFile, realpath, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import { codeOf, LiveflagError } from '../../core/errors'
import { isJsonObject, type JsonValue } from '../../core/json'
import {
  isLeftBehind,
  removeLeftBehind,
  temporaryName,
  thisHost,
  type Writer,
} from '../../sources/whole-file'
import { wallClock } from '../../runtime/timers'

/**
 * That one process alone writes a file: a file beside it that says who. It counts as long as its
 * process runs and renews it; who was killed leaves one that does not count.
 */
export class Lock {
  private isReleased = false

  private constructor(
    private readonly path: string,
    private readonly text: string,
  ) {}

  /**
   * Locks a file.
   *
   * @throws {LiveflagError} LIVEFLAG_IN_USE, with the process that has it
   */
  static async of(file: string): Promise<Lock> {
    const target = await realpath(file).catch(() => file)
    const path = join(dirname(target), `.${basename(target)}.lock`)
    await removeLeftBehind(path)
    const own = { pid: process.pid, host: thisHost(), token: randomBytes(8).toString('hex') }
    const text = `${JSON.stringify(own)}\n`
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      if (await create(path, text)) return new Lock(path, text)
      const held = await holderOf(path)
      if (held && !isLeftBehind(held.writer, held.renewedAt)) throw inUse(file, held.writer)
      if (held) await takeAway(path, held.text)
    }
    throw inUse(file, {})
  }

  /**
   * Nobody else has taken it, as they may from a process that was suspended for long. One that was
   * removed is made again.
   */
  async isHeld(): Promise<boolean> {
    if (this.isReleased) return false
    try {
      return (await readFile(this.path, 'utf8')) === this.text
    } catch {
      // Where its directory is gone, nobody else can have it either.
      return create(this.path, this.text).catch(() => true)
    }
  }

  async renew(): Promise<void> {
    const now = new Date(wallClock())
    if (await this.isHeld()) await utimes(this.path, now, now).catch(() => undefined)
  }

  async release(): Promise<void> {
    if (await this.isHeld()) await rm(this.path, { force: true })
    this.isReleased = true
  }
}

/** Each time, another process was there first. */
const MOST_TRIES = 5

const inUse = (file: string, { pid, host }: Writer): LiveflagError =>
  new LiveflagError(
    'LIVEFLAG_IN_USE',
    `${file} is written by another sync${pid === undefined ? '' : ` (process ${pid}${host === thisHost() ? '' : ' of another host'})`}; one alone may write it: end that one first`,
  )

/** Whole at once: nobody reads half of it. */
async function create(path: string, text: string): Promise<boolean> {
  const temporary = join(dirname(path), temporaryName(basename(path)))
  try {
    await writeFile(temporary, text, { flag: 'wx', mode: 0o644 })
    await link(temporary, path)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    // A file system without hard links.
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP'].includes(codeOf(error))) throw error
    return await createPlainly(path, text)
  } finally {
    await rm(temporary, { force: true })
  }
}

async function createPlainly(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o644 })
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

interface Holder {
  readonly text: string
  readonly writer: Writer
  readonly renewedAt: number
}

async function holderOf(path: string): Promise<Holder | undefined> {
  try {
    const { mtimeMs } = await stat(path)
    const text = await readFile(path, 'utf8')
    return { text, writer: writerIn(text), renewedAt: mtimeMs }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

function writerIn(text: string): Writer {
  try {
    const value = JSON.parse(text) as JsonValue
    if (!isJsonObject(value)) return {}
    const { pid, host } = value
    return typeof pid === 'number' && typeof host === 'string' ? { pid, host } : {}
  } catch {
    return {}
  }
}

/** Moves it away first: two processes that find it left behind do not take each other's new one. */
async function takeAway(path: string, text: string): Promise<void> {
  const aside = join(dirname(path), temporaryName(basename(path)))
  try {
    await rename(path, aside)
    if ((await readFile(aside, 'utf8')) !== text) await link(aside, path)
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes(codeOf(error))) throw error
  } finally {
    await rm(aside, { force: true })
  }
}
