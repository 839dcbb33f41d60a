import { readdir } from 'node:fs/promises'
import { reasonOf } from '../../core/errors'
import type { PartSink, Sink, SourceProblem } from '../../core/source'
import { SourceReport } from '../report'
import type { CheckedPath, CheckRequest, NextCheck, PathCheck, ReportFindings } from './check'
import { NO_NEXT_CHECK, RETRY_READ_MS } from './check'
import { conflictCopies } from './conflict-copies'
import { type DirectoryWatch, watchedState } from './events'
import { FileCheck } from './file-check'
import { directoryState } from './file-state'
import { fileIn, formatOf, isLiveConfigName } from './options'
import { copiesLeftOut, failureProblem, noFiles, notADirectory, unreadable } from './problems'
import { FileReport, reportWatch } from './report'
import { type Share, SharedWatch } from './shared-watch'
import { performance } from '../../runtime/timers'
import { Turns } from '../../runtime/turns'

/** One file of a directory, from when it is first seen until its features are removed with it. */
class Member {
  readonly check: FileCheck

  constructor(
    checked: CheckedPath,
    private readonly sink: PartSink,
    private readonly share: Share | undefined,
  ) {
    const report = new FileReport(checked.name, formatOf(checked.name), sink)
    this.check = new FileCheck(checked, report, share)
  }

  /** Resolves when its features are gone. */
  async remove(): Promise<readonly NextCheck[]> {
    this.end()
    await this.sink.removed()
    return NO_NEXT_CHECK
  }

  end(): void {
    this.check.end()
    this.share?.end()
  }
}

/** The states of so many files are read at a time: the system answers no faster for more. */
const AT_ONCE = 64

/** The files of live config in the directory, or why there are none. */
type Listing =
  | { readonly names: readonly string[]; readonly problem?: undefined }
  | { readonly names?: undefined; readonly problem: SourceProblem }

/**
 * Checks a directory and each of its files: the content of a file is reported as a part of its own,
 * and removed when the file is gone. While the directory itself is gone, or empty, everything stays
 * as it was.
 */
export class DirectoryCheck implements PathCheck {
  private readonly members = new Map<string, Member>()
  private readonly turns = new Turns(AT_ONCE)
  private readonly report: SourceReport
  private readonly watch: SharedWatch | undefined
  private failingSince: number | undefined
  private started = false
  private ended = false

  constructor(
    private readonly checked: CheckedPath,
    private readonly sink: Sink,
    watch: DirectoryWatch | undefined,
  ) {
    this.report = new SourceReport(sink)
    this.watch = watch && new SharedWatch(watch)
  }

  /**
   * At the start, each file must be reported. A file that comes later does not begin the start
   * again.
   */
  get hasReported(): boolean {
    const members = [...this.members.values()]
    return (this.started ||=
      this.report.hasReported ||
      (members.length > 0 && members.every(({ check }) => check.hasReported)))
  }

  end(): void {
    this.ended = true
    this.report.end()
    for (const member of this.members.values()) member.end()
  }

  /**
   * Whatever was written before the first file was read belongs together. A file that was checked
   * before that one may have been checked too early, and so may the list of names: after news, all
   * that had none is checked once more.
   */
  async find(request: CheckRequest): Promise<ReportFindings> {
    const findings = new Map<Member, ReportFindings>()
    let listing = await this.list()
    await this.findAll(listing.names ?? [], request, findings)
    if ([...findings.keys()].some(({ check }) => check.hasNews)) {
      listing = await this.list()
      await this.findAll(listing.names ?? [], request, findings)
    }
    const { names, problem } = listing
    return async () =>
      problem
        ? this.failing(problem, request.awaited)
        : this.reportAll(new Set(names), findings, request.awaited)
  }

  /** Checks each of these files, except those that have news already. */
  private async findAll(
    names: readonly string[],
    request: CheckRequest,
    findings: Map<Member, ReportFindings>,
  ): Promise<void> {
    // Nobody would end a file that is first seen from now on.
    if (this.ended) return
    const members = names.map((name) => this.members.get(name) ?? this.add(name))
    const due = members.filter((member) => !(findings.has(member) && member.check.hasNews))
    await Promise.all(
      due.map(async (member) => findings.set(member, await member.check.find(request))),
    )
  }

  private add(file: string): Member {
    const name = fileIn(this.checked.name, file)
    const { turns } = this
    const checked = { ...this.checked, path: fileIn(this.checked.path, file), name, turns }
    const member = new Member(checked, this.sink.part(name), this.watch?.share())
    this.members.set(file, member)
    return member
  }

  /** A change before the directory was watched gave no event, so the names are read after that. */
  private async list(): Promise<Listing> {
    const { path, name } = this.checked
    const { end } = await watchedState(() => directoryState(path), this.watch)
    reportWatch(this.report, name, this.watch?.problem)
    if (end.kind === 'not-a-directory') return { problem: notADirectory(name, end.what) }
    if (end.kind !== 'directory') return { problem: failureProblem(name, end, path) }
    try {
      const names = await this.names()
      return names.length > 0 ? { names } : { problem: noFiles(name) }
    } catch (error) {
      return { problem: unreadable(name, path, reasonOf(error), path) }
    }
  }

  /**
   * A directory is ignored although its name ends like a file's; one that takes the place of a file
   * is that file's problem. Copies that other programs made are named, and not read.
   */
  private async names(): Promise<readonly string[]> {
    const entries = await readdir(this.checked.path, { withFileTypes: true })
    const names = entries.flatMap((entry) =>
      isLiveConfigName(entry.name) && (!entry.isDirectory() || this.members.has(entry.name))
        ? [entry.name]
        : [],
    )
    const copies = conflictCopies(names)
    this.report.warning(
      'conflict-copy',
      copies.length > 0 ? copiesLeftOut(this.checked.name, copies) : undefined,
    )
    const leftOut = new Set(copies.map(({ name }) => name))
    return names.filter((name) => !leftOut.has(name))
  }

  private failing(problem: SourceProblem, awaited: boolean): readonly NextCheck[] {
    this.failingSince ??= performance.now()
    const inMs = this.failingSince + this.checked.options.graceMs - performance.now()
    if (!awaited && this.hasReported && inMs > 0) return [{ inMs, reread: false }]
    this.report.failed(problem)
    return problem.code === 'unreadable' ? [{ inMs: RETRY_READ_MS, reread: false }] : NO_NEXT_CHECK
  }

  /**
   * A file that has just gone may come back, as some tools delete, then write. It may also have
   * been renamed, or its features may have moved to another file. So the whole directory waits for
   * it, and what is reported then is one snapshot: contents first, then what is gone.
   */
  private async reportAll(
    listed: ReadonlySet<string>,
    findings: ReadonlyMap<Member, ReportFindings>,
    awaited: boolean,
  ): Promise<readonly NextCheck[]> {
    if (this.ended) return []
    const gone = [...this.members].filter(([name]) => !listed.has(name))
    for (const [, { check }] of gone) check.noteMissing(true)
    const inMs = Math.max(...Array.from(this.members.values(), ({ check }) => check.graceLeftMs))
    if (inMs > 0 && this.hasReported && !awaited) return [{ inMs, reread: false }]
    this.failingSince = undefined
    this.report.succeeded()
    const leaving = new Set(gone.map(([, member]) => member))
    const reports = [...findings].flatMap(([member, report]) =>
      leaving.has(member) ? [] : report(),
    )
    const removals = gone.map(([name, member]) => this.remove(name, member))
    return (await Promise.all([...reports, ...removals])).flat()
  }

  private remove(name: string, member: Member): Promise<readonly NextCheck[]> {
    this.members.delete(name)
    return member.remove()
  }
}
