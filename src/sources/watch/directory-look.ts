import { readdir } from 'node:fs/promises'
import { sep } from 'node:path'
import { reasonOf } from '../../core/errors'
import type { PartSink, Sink, SourceProblem } from '../../core/source'
import type { DirectoryWatch } from './events'
import { FileLook } from './file-look'
import { type DirectoryEnd, directoryState } from './file-state'
import type { Look, Next, Request, Sleep, Tell } from './look'
import { formatOf, isLiveConfigName, type WatchOptions } from './options'
import { failureProblem, noFiles, notADirectory, unreadable, watchTrouble } from './problems'
import { FileReport, TroubleReport } from './report'
import { type Share, SharedWatch } from './shared-watch'

/** What every file of a directory is looked at with. */
export interface MemberSettings {
  /** Of the directory: absolute, and as it was given. */
  readonly path: string
  readonly name: string
  readonly options: WatchOptions
  readonly sleep: Sleep
}

/** Not normalised: behind a link, `..` leads elsewhere than the text suggests. */
export const fileIn = (directory: string, file: string): string =>
  directory.endsWith(sep) ? directory + file : directory + sep + file

/** One file of a directory, from when it is first seen until its features go with it. */
export class DirectoryMember {
  private readonly look: FileLook
  private goneSince: number | undefined

  constructor(
    file: string,
    { path, name, options, sleep }: MemberSettings,
    private readonly sink: PartSink,
    private readonly share: Share | undefined,
  ) {
    const shown = fileIn(name, file)
    const report = new FileReport(shown, formatOf(file), sink)
    this.look = new FileLook(fileIn(path, file), shown, options, report, share, sleep)
  }

  get hasTold(): boolean {
    return this.look.hasTold
  }

  get hasNews(): boolean {
    return this.look.hasNews
  }

  async find(request: Request): Promise<Tell> {
    const tell = await this.look.find(request)
    if (this.look.isMissing) this.isGone()
    else this.goneSince = undefined
    return tell
  }

  /** It is not there, or is a link that leads nowhere. */
  isGone(): void {
    this.goneSince ??= performance.now()
  }

  /** How much longer it may come back; 0 when it is there. */
  leftToWait(graceMs: number): number {
    return this.goneSince === undefined ? 0 : this.goneSince + graceMs - performance.now()
  }

  /** Resolves when its features are gone. */
  async remove(): Promise<readonly Next[]> {
    this.end()
    await this.sink.removed()
    return []
  }

  end(): void {
    this.look.end()
    this.share?.end()
  }
}

const ARM_TRIES = 3

/** What stands at the directory's path. */
type Listing =
  | { readonly names: readonly string[]; readonly problem?: undefined }
  | { readonly names?: undefined; readonly problem: SourceProblem }

/**
 * Looks at a directory and at each of its files: a file that comes is told in a part of its own, one that goes is removed.
 * While the directory itself is gone, or empty, everything stays as it was.
 */
export class DirectoryLook implements Look {
  private readonly members = new Map<string, DirectoryMember>()
  private readonly report: TroubleReport
  private readonly shared: SharedWatch | undefined
  private failingSince: number | undefined
  private started = false
  private ended = false

  constructor(
    private readonly settings: MemberSettings,
    private readonly sink: Sink,
    private readonly watch: DirectoryWatch | undefined,
  ) {
    this.report = new TroubleReport(sink)
    this.shared = watch && new SharedWatch(watch)
  }

  /** Files that come later do not make a start of it again. */
  get hasTold(): boolean {
    const members = [...this.members.values()]
    return (this.started ||=
      this.report.toldSomething || (members.length > 0 && members.every(({ hasTold }) => hasTold)))
  }

  end(): void {
    this.ended = true
    this.report.end()
    for (const member of this.members.values()) member.end()
  }

  /**
   * Whatever was written before the first file was read belongs together. A file that was looked at before that one may
   * have been passed too early, and so may the list of names: after news, all that had none is looked at once more.
   */
  async find(request: Request): Promise<Tell> {
    const tells = new Map<DirectoryMember, Tell>()
    let listing = await this.list()
    await this.findAll(listing.names ?? [], request, tells)
    if ([...tells.keys()].some(({ hasNews }) => hasNews)) {
      listing = await this.list()
      await this.findAll(listing.names ?? [], request, tells)
    }
    const { names, problem } = listing
    return async () =>
      problem
        ? this.failing(problem, request.awaited)
        : this.tell(new Set(names), tells, request.awaited)
  }

  /** Finds what there is to tell of each of these files, unless that is news already. */
  private async findAll(
    names: readonly string[],
    request: Request,
    tells: Map<DirectoryMember, Tell>,
  ): Promise<void> {
    // A file that is first seen from now on would not be ended.
    if (this.ended) return
    const members = names.map((name) => this.members.get(name) ?? this.add(name))
    const due = members.filter((member) => !(tells.has(member) && member.hasNews))
    await Promise.all(due.map(async (member) => tells.set(member, await member.find(request))))
  }

  private add(file: string): DirectoryMember {
    const { name } = this.settings
    const member = new DirectoryMember(
      file,
      this.settings,
      this.sink.part(fileIn(name, file)),
      this.shared?.share(),
    )
    this.members.set(file, member)
    return member
  }

  /** What came before a watch was set up gave no event, so the names are taken after it. */
  private async list(): Promise<Listing> {
    const { path, name } = this.settings
    let state = await directoryState(path)
    for (let tries = 0; tries < ARM_TRIES && (await this.shared?.arm(state.directories)); tries++)
      state = await directoryState(path)
    this.warnOfWatch()
    if (state.end.kind !== 'directory') return { problem: problemOf(name, path, state.end) }
    try {
      const names = await this.names()
      return names.length > 0 ? { names } : { problem: noFiles(name) }
    } catch (error) {
      return { problem: unreadable(name, path, reasonOf(error), path) }
    }
  }

  /** A directory whose name ends like a file's is left alone, too; one in the place of a file is a problem of that file. */
  private async names(): Promise<readonly string[]> {
    const entries = await readdir(this.settings.path, { withFileTypes: true })
    return entries.flatMap((entry) =>
      isLiveConfigName(entry.name) && (!entry.isDirectory() || this.members.has(entry.name))
        ? [entry.name]
        : [],
    )
  }

  private warnOfWatch(): void {
    const trouble = this.watch?.trouble
    for (const code of ['watch-failed', 'watch-limit'] as const) {
      this.report.warning(
        code,
        trouble?.code === code ? watchTrouble(this.settings.name, code, trouble.reason) : undefined,
      )
    }
  }

  private failing(problem: SourceProblem, awaited: boolean): readonly Next[] {
    this.failingSince ??= performance.now()
    const left = this.failingSince + this.settings.options.graceMs - performance.now()
    if (!awaited && this.hasTold && left > 0) return [{ inMs: left, reread: false }]
    this.report.failed(problem)
    return []
  }

  /**
   * A file that has just gone may come back, as some tools delete, then write. It may also have been renamed, or have
   * handed its features to another. So the whole directory waits for it, and what is told then is one snapshot: contents
   * are handed over before what is gone.
   */
  private async tell(
    listed: ReadonlySet<string>,
    tells: ReadonlyMap<DirectoryMember, Tell>,
    awaited: boolean,
  ): Promise<readonly Next[]> {
    if (this.ended) return []
    const gone = [...this.members].filter(([name]) => !listed.has(name))
    for (const [, member] of gone) member.isGone()
    const left = Math.max(
      ...Array.from(this.members.values(), (member) =>
        member.leftToWait(this.settings.options.graceMs),
      ),
    )
    if (left > 0 && this.hasTold && !awaited) return [{ inMs: left, reread: false }]
    this.failingSince = undefined
    this.report.recovered()
    const leaving = new Set(gone.map(([, member]) => member))
    const told = [...tells].flatMap(([member, tell]) => (leaving.has(member) ? [] : tell()))
    const removed = gone.map(([name, member]) => this.remove(name, member))
    return (await Promise.all([...told, ...removed])).flat()
  }

  private remove(name: string, member: DirectoryMember): Promise<readonly Next[]> {
    this.members.delete(name)
    return member.remove()
  }
}

function problemOf(
  name: string,
  path: string,
  end: Exclude<DirectoryEnd, { kind: 'directory' }>,
): SourceProblem {
  return end.kind === 'not-a-directory'
    ? notADirectory(name, end.what)
    : failureProblem(name, end, path)
}
