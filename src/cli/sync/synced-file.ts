import { type FileHandle, open, readFile, rm, stat } from 'node:fs/promises'
import { codeOf } from '../../core/errors'
import { isJsonObject, type JsonValue } from '../../core/json'
import { printableJson } from '../../core/printable'
import { wallClock } from '../../runtime/timers'
import { contentHash } from '../../sources/bytes'
import { removeLeftBehind, writeWhole } from '../../sources/whole-file'
import type { Staged, SyncStatus } from './status'

/** What differs when another program has put a file in its place. */
interface Seen {
  readonly ino: number
  readonly size: number
  readonly mtimeMs: number
}

const HASH = /^[\da-f]{64}$/

/**
 * A file that is always whole, and the status beside it. The status is written before the file and
 * after it, so at any moment, also when the process is killed, the file holds what the status says: its
 * `hash`, or what it says is being written. While the text is one that is being tried, the one that
 * is published is kept beside it, for the day on which nobody can be asked for it.
 */
export class SyncedFile {
  readonly statusPath: string
  private readonly publishedPath: string
  /** What is published, while the file holds another text. */
  private kept: string | undefined
  private staged: Staged | null = null
  private text: string | undefined
  private hash: string | null = null
  private seen: Seen | undefined
  private writes = 0
  private lastWrite: number | undefined
  private lastConfirmed: number | undefined

  constructor(
    readonly path: string,
    /** Of a file that is not there yet. */
    private readonly mode: number,
    /** Another process may have taken over. */
    private readonly isOurs: () => Promise<boolean>,
  ) {
    this.statusPath = `${path}.status.json`
    this.publishedPath = `${path}.published`
  }

  /** What the file holds, or held when it was ours; undefined: there is none. */
  get content(): string | undefined {
    return this.text
  }

  /** What was published last, as far as it is known here. */
  get published(): string | undefined {
    return this.staged === null ? this.text : this.kept
  }

  get facts(): Pick<SyncStatus, 'hash' | 'generation' | 'staged'> & {
    readonly writtenAt?: number
  } {
    const at = this.lastWrite === undefined ? {} : { writtenAt: this.lastWrite }
    return { hash: this.hash, generation: this.writes, staged: this.staged, ...at }
  }

  /** From the status that the last process left, if it is about what is in the file. */
  get confirmedBefore(): number | undefined {
    return this.lastConfirmed
  }

  /** Removes what killed processes have left, and reads what is there. */
  async open(): Promise<void> {
    await removeLeftBehind(this.path)
    await removeLeftBehind(this.statusPath)
    await removeLeftBehind(this.publishedPath)
    this.text = await readFile(this.path, 'utf8').catch(none)
    if (this.text === undefined) return void (this.writes = (await this.before()).writes)
    this.hash = contentHash(this.text)
    this.seen = await this.look()
    this.kept = await readFile(this.publishedPath, 'utf8').catch(none)
    const { writes, hash, writing, writtenAt, confirmedAt, staged } = await this.before()
    this.writes = writing === this.hash ? writes + 1 : writes
    if (hash !== this.hash && writing !== this.hash) return
    this.lastWrite = writtenAt
    if (hash === this.hash) this.lastConfirmed = confirmedAt
    if (staged?.hash === this.hash) this.staged = staged
  }

  /**
   * Puts a text into the file. Rejects when it cannot be written; then the file is as it was.
   *
   * @param generation of a text that is being tried; null: it is published
   * @param published what it is tried in place of, where there is no file yet
   */
  async put(
    text: string,
    status: () => SyncStatus,
    generation: number | null,
    published?: string,
  ): Promise<void> {
    const hash = contentHash(text)
    const { staged } = this
    if (generation !== null) {
      if (staged === null) await this.keep(this.text ?? published)
      this.staged = { generation, hash }
    }
    try {
      if (hash !== this.hash || !(await this.isAsLeft())) {
        await this.write(text, hash, status)
        this.writes++
      }
    } catch (error) {
      this.staged = staged
      throw error
    }
    if (generation === null) await this.forget(status)
  }

  /** Goes back to what is published, when nobody will say any more what becomes of the text in the file. */
  async endStage(status: () => SyncStatus): Promise<void> {
    const { kept } = this
    if (this.staged === null) return this.forget(status)
    if (kept === undefined) return
    await this.put(kept, status, null)
    // What was heard last was about what was tried.
    this.lastConfirmed = undefined
  }

  /** Whether somebody else has changed or removed the file. Then it is written again. */
  async putBack(status: () => SyncStatus): Promise<boolean> {
    const { text, hash } = this
    if (text === undefined || hash === null || (await this.isAsLeft())) return false
    await this.write(text, hash, status)
    return true
  }

  async writeStatus(status: SyncStatus): Promise<void> {
    await writeWhole(this.statusPath, `${printableJson(status, 2)}\n`, {
      mode: 0o644,
      isStillWanted: this.isOurs,
    })
  }

  private async keep(text: string | undefined): Promise<void> {
    if (text === undefined) return
    await this.writeLike(this.publishedPath, text)
    this.kept = text
  }

  /** After the status no longer calls the text staged: then the copy is not looked at any more. */
  private async forget(status: () => SyncStatus): Promise<void> {
    const { staged, kept } = this
    this.staged = null
    if (staged !== null) await this.writeStatus(status())
    this.kept = undefined
    if (kept !== undefined) await rm(this.publishedPath, { force: true })
  }

  private async write(text: string, hash: string, status: () => SyncStatus): Promise<void> {
    await this.writeStatus({ ...status(), writing: hash })
    await this.writeLike(this.path, text)
    this.text = text
    this.hash = hash
    this.lastWrite = wallClock()
    this.seen = await this.look()
  }

  /** With the mode and the owner that the file has, so nobody reads beside it what they may not read in it. */
  private async writeLike(path: string, text: string): Promise<void> {
    const like = await existing(this.path)
    try {
      const options = { mode: this.mode, isStillWanted: this.isOurs, ...(like && { like }) }
      if (!(await writeWhole(path, text, options))) throw taken()
    } finally {
      await like?.close()
    }
  }

  private async isAsLeft(): Promise<boolean> {
    const now = await this.look()
    const { seen } = this
    if (now && seen && isSame(now, seen)) return true
    const bytes = await readFile(this.path).catch(none)
    if (bytes === undefined || contentHash(bytes) !== this.hash) return false
    this.seen = now
    return true
  }

  private async look(): Promise<Seen | undefined> {
    return stat(this.path).catch(none)
  }

  private async before(): Promise<Before> {
    const text = await readFile(this.statusPath, 'utf8').catch(none)
    return text === undefined ? { writes: 0 } : beforeIn(text)
  }
}

/** What the last process left. */
interface Before {
  readonly writes: number
  readonly hash?: string | undefined
  readonly writing?: string | undefined
  readonly writtenAt?: number | undefined
  readonly confirmedAt?: number | undefined
  readonly staged?: Staged | undefined
}

function beforeIn(text: string): Before {
  try {
    const status = JSON.parse(text) as JsonValue
    if (!isJsonObject(status)) return { writes: 0 }
    const { generation, hash, writing, writtenAt, confirmedAt, staged } = status
    return {
      writes: typeof generation === 'number' && generation > 0 ? Math.trunc(generation) : 0,
      hash: hashIn(hash),
      writing: hashIn(writing),
      writtenAt: timeIn(writtenAt),
      confirmedAt: timeIn(confirmedAt),
      staged: stagedIn(staged),
    }
  } catch {
    return { writes: 0 }
  }
}

const hashIn = (value: JsonValue | undefined): string | undefined =>
  typeof value === 'string' && HASH.test(value) ? value : undefined

function stagedIn(value: JsonValue | undefined): Staged | undefined {
  if (!isJsonObject(value)) return undefined
  const { generation } = value
  const hash = hashIn(value.hash)
  return typeof generation === 'number' && hash !== undefined ? { generation, hash } : undefined
}

function timeIn(value: JsonValue | undefined): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : NaN
  return Number.isFinite(time) ? time : undefined
}

const taken = (): Error => new Error('another sync writes it')

const isSame = (a: Seen, b: Seen): boolean =>
  a.ino === b.ino && a.size === b.size && a.mtimeMs === b.mtimeMs

/** Undefined where there is no file. */
const none = (error: unknown): undefined => {
  if (codeOf(error) === 'ENOENT') return undefined
  throw error
}

const existing = (path: string): Promise<FileHandle | undefined> => open(path, 'r').catch(none)
