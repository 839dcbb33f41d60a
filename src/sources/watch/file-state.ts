import type { BigIntStats } from 'node:fs'
import { lstat, readlink } from 'node:fs/promises'
import { dirname, isAbsolute, join, parse, sep } from 'node:path'
import { codeOf, reasonOf } from '../../core/errors'

/**
 * A directory in which a step of the path is looked up. Its identity tells it from another one put
 * in its place.
 */
export interface Directory {
  readonly path: string
  readonly identity: string
}

/** A regular file as it was when the path was checked. */
export interface RegularFile {
  readonly kind: 'file'
  readonly path: string
  readonly signature: string
  readonly size: bigint
  /** The newer of its two times: milliseconds since 1970. */
  readonly changedMs: number
}

/** What is at the end of the path. */
export type End =
  | RegularFile
  | { readonly kind: 'missing'; readonly at: string }
  | { readonly kind: 'not-a-file'; readonly what: string }
  | { readonly kind: 'unreadable'; readonly at: string; readonly reason: string }

/** The whole path as it is now: every link's target, every directory, the file. */
export interface PathState {
  /**
   * Compare for equality only: an older time or a smaller size is as much a change as a newer or a
   * larger one.
   */
  readonly signature: string
  /**
   * Where an event can tell that a step of the path changed: the file's own directory and that of
   * every link.
   */
  readonly directories: readonly Directory[]
  readonly end: End
}

/** What is at a path where a directory should be. */
export type DirectoryEnd =
  | { readonly kind: 'directory' }
  | { readonly kind: 'not-a-directory'; readonly what: string }
  | Extract<End, { kind: 'missing' | 'unreadable' }>

/** As many links as Linux follows; a loop that grows with every turn ends here. */
const MAX_LINKS = 40

/** Walks an absolute path as the system does, link by link. Never throws. */
export async function pathState(path: string): Promise<PathState> {
  const walk = new Walk(path)
  const end = await walk.run()
  const last = end.kind === 'file' ? end.signature : JSON.stringify(end)
  return {
    signature: [...walk.seen, last].join('\n'),
    directories: [...walk.watched.values()],
    end,
  }
}

/**
 * The same for a directory, which is itself among those where an event can tell something. Never
 * throws.
 */
export async function directoryState(
  path: string,
): Promise<{ readonly directories: readonly Directory[]; readonly end: DirectoryEnd }> {
  const walk = new Walk(path, true)
  const end = await walk.run()
  return { directories: [...walk.watched.values()], end: directoryEnd(end) }
}

function directoryEnd(end: End): DirectoryEnd {
  if (end.kind === 'file') return { kind: 'not-a-directory', what: 'a file' }
  if (end.kind !== 'not-a-file') return end
  return end.what === DIRECTORY
    ? { kind: 'directory' }
    : { kind: 'not-a-directory', what: end.what }
}

const DIRECTORY = 'a directory'

/** Tells one version of a file from another; never says which of the two is newer. */
export function fileSignature(stats: BigIntStats): string {
  return `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}`
}

class Walk {
  readonly seen: string[] = []
  readonly watched = new Map<string, Directory>()
  private readonly root: string
  /** Names still to be looked up; a link puts its target's names in front. */
  private readonly names: string[]
  /** Where the next name is looked up; a path without links. */
  private here: Directory
  private ahead = new Map<string, Promise<BigIntStats>>()
  private links = 0
  /**
   * Each link that was followed, with what was left to look up then: who is there again goes round
   * for ever.
   */
  private readonly turns = new Set<string>()

  constructor(
    path: string,
    /** Goes into the directory at the end of the path, too. */
    private readonly entersLast = false,
  ) {
    this.root = parse(path).root
    this.names = namesOf(path.slice(this.root.length))
    this.here = { path: this.root, identity: UNINSPECTED }
  }

  async run(): Promise<End> {
    let at = this.root
    try {
      await this.enter(this.root)
      for (let name = this.names.shift(); name !== undefined; name = this.names.shift()) {
        at = join(this.here.path, name)
        const end = name === '..' ? await this.enter(dirname(this.here.path)) : await this.step(at)
        if (end !== undefined) return end
      }
      return { kind: 'not-a-file', what: DIRECTORY }
    } catch (error) {
      const gone = codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR'
      return gone ? { kind: 'missing', at } : { kind: 'unreadable', at, reason: reasonOf(error) }
    } finally {
      this.watch()
    }
  }

  private async step(at: string): Promise<End | undefined> {
    const looking = this.ahead.get(at) ?? lstat(at, { bigint: true })
    const stats = this.names.length === 0 ? await looking : await inspected(looking)
    if (stats === undefined) return this.pass(at)
    if (stats.isSymbolicLink()) return this.follow(at)
    if (this.names.length === 0 && !(this.entersLast && stats.isDirectory()))
      return endOf(at, stats)
    if (!stats.isDirectory()) return { kind: 'missing', at: join(at, ...this.names) }
    this.descend(at, stats)
    return undefined
  }

  private async follow(at: string): Promise<End | undefined> {
    // Forty links, one after the other, would take a starved process longer than the second in
    // which to tell of them.
    const turn = [at, ...this.names].join(sep)
    if (this.turns.has(turn)) return loopAt(at)
    this.turns.add(turn)
    const target = await readlink(at)
    this.seen.push(`${at} -> ${target}`)
    this.watch()
    this.links += 1
    if (this.links > MAX_LINKS) return loopAt(at)
    this.names.unshift(...namesOf(target))
    if (isAbsolute(target)) return this.enter(parse(target).root)
    this.lookAhead(this.here.path)
    return undefined
  }

  private async enter(path: string): Promise<undefined> {
    this.lookAhead(path)
    const stats = await inspected(lstat(path, { bigint: true }))
    return stats ? this.descend(path, stats) : this.pass(path)
  }

  /**
   * Asks for every step at once, as if no link were left: one after the other is slow where the
   * process is busy.
   */
  private lookAhead(from: string): void {
    let at = from
    this.ahead = new Map()
    for (const name of this.names) {
      if (name === '..') return
      at = join(at, name)
      const stats = lstat(at, { bigint: true })
      // Nobody may come to ask: a link may lead elsewhere.
      stats.catch(() => undefined)
      this.ahead.set(at, stats)
    }
  }

  /**
   * The time of birth is part of the identity: a directory made anew is often given its
   * predecessor's inode number.
   */
  private descend(path: string, stats: BigIntStats): undefined {
    this.here = { path, identity: `${stats.dev}:${stats.ino}:${stats.birthtimeNs}` }
    this.seen.push(this.here.identity)
  }

  /** Goes through a directory that may not be inspected; a link there is followed by the system. */
  private pass(path: string): undefined {
    this.here = { path, identity: UNINSPECTED }
  }

  private watch(): void {
    if (this.here.identity !== UNINSPECTED) this.watched.set(this.here.path, this.here)
  }
}

const UNINSPECTED = ''

/**
 * Undefined for what this process may not look at: what is below it may be readable all the same, as
 * with `node --permission --allow-fs-read=DIR`.
 */
async function inspected(looking: Promise<BigIntStats>): Promise<BigIntStats | undefined> {
  try {
    return await looking
  } catch (error) {
    if (!['ERR_ACCESS_DENIED', 'EACCES', 'EPERM'].includes(codeOf(error))) throw error
    return undefined
  }
}

const loopAt = (at: string): End => ({
  kind: 'unreadable',
  at,
  reason: 'its symbolic links form a loop (ELOOP)',
})

function namesOf(path: string): string[] {
  return path.split(sep).filter((name) => name !== '' && name !== '.')
}

function endOf(path: string, stats: BigIntStats): End {
  if (!stats.isFile()) return { kind: 'not-a-file', what: kindOf(stats) }
  const newest = stats.mtimeMs > stats.ctimeMs ? stats.mtimeMs : stats.ctimeMs
  return {
    kind: 'file',
    path,
    signature: fileSignature(stats),
    size: stats.size,
    changedMs: Number(newest),
  }
}

function kindOf(stats: BigIntStats): string {
  if (stats.isDirectory()) return DIRECTORY
  if (stats.isFIFO()) return 'a named pipe'
  return stats.isSocket() ? 'a socket' : 'a device'
}
