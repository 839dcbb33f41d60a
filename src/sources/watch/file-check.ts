import type { SourceProblem } from '../../core/source'
import { type CheckedPath, type CheckRequest, NO_NEXT_CHECK, RETRY_READ_MS } from './check'
import type { NextCheck, PathCheck, ReportFindings } from './check'
import { type Watch, watchedState } from './events'
import { readWhole } from './file-read'
import { pathState, type PathState, type RegularFile } from './file-state'
import { type Failure, failureProblem, large, tooLarge, unreadable, unstable } from './problems'
import { type FileReport, reportWatch } from './report'
import { performance, wallClock } from '../../runtime/timers'

/** File times may be this coarse: two writes within it can leave the same state. */
const CLOCK_GRAIN_MS = 2000
const UNSTABLE_AFTER_MS = 10_000

/**
 * Checks one file: compares the state of the whole path with the one reported last, and reads the
 * file when they differ, once it has been left alone for the settle time.
 */
export class FileCheck implements PathCheck {
  /** The last check found something else than what was reported. */
  hasNews = false
  /** The signature of the state whose content or failure has been reported. */
  private reported: string | undefined
  /** What is there could not be read, so the next check tries again although nothing changed. */
  private isUnread = false
  /** The signature of the state for which a second reading was asked. */
  private rereadOf: string | undefined
  private missingSince: number | undefined
  private restlessSince: number | undefined

  constructor(
    private readonly checked: CheckedPath,
    private readonly report: FileReport,
    private readonly watch: Watch | undefined,
  ) {}

  get hasReported(): boolean {
    return this.report.hasReported
  }

  end(): void {
    this.report.end()
  }

  async find(request: CheckRequest): Promise<ReportFindings> {
    const first = await this.watchedState()
    this.noteMissing(first.end.kind === 'missing')
    this.hasNews = first.signature !== this.reported || this.isUnread || request.reread
    if (!this.hasNews) return async () => this.unchanged()
    const { state, settled } = await this.leftAlone(first)
    const { end } = state
    this.noteMissing(end.kind === 'missing')
    switch (end.kind) {
      case 'missing':
        return async () => this.missing(state, end, request.awaited)
      case 'file':
        return this.read(state, end, settled)
      case 'unreadable':
        return async () => (settled ? this.cannotRead(state, this.problemOf(end)) : this.restless())
      default:
        return async () => (settled ? this.failed(state, this.problemOf(end)) : this.restless())
    }
  }

  noteMissing(isMissing: boolean): void {
    this.missingSince = isMissing ? (this.missingSince ?? performance.now()) : undefined
  }

  /** Milliseconds in which a missing file may still come back; 0 when it is not missing. */
  get graceLeftMs(): number {
    if (this.missingSince === undefined) return 0
    return this.missingSince + this.checked.options.graceMs - performance.now()
  }

  private async watchedState(): Promise<PathState> {
    const { path, turns } = this.checked
    const look = (): Promise<PathState> => watchedState(() => pathState(path), this.watch)
    const state = await (turns ? turns.take(look) : look())
    reportWatch(this.report, this.checked.name, this.watch?.problem)
    return state
  }

  private async leftAlone(first: PathState): Promise<{ state: PathState; settled: boolean }> {
    const { settleMs, maxWaitMs } = this.checked.options
    if (first.signature === this.reported || first.end.kind === 'missing' || this.isBelieved(first))
      return { state: first, settled: true }
    // Once the whole wait was in vain, the next checks of a restless file wait for one settle time
    // only.
    const last = performance.now() + (this.restlessSince === undefined ? maxWaitMs - settleMs : 0)
    for (let state = first; ;) {
      await this.checked.sleep(settleMs)
      const next = await this.watchedState()
      const settled = next.signature === state.signature
      if (settled || performance.now() >= last) return { state: next, settled }
      state = next
    }
  }

  /**
   * A start must be quick, and nobody has seen a writer yet, so a file is believed that has not
   * changed of late.
   */
  private isBelieved({ end }: PathState): boolean {
    return (
      this.reported === undefined &&
      (end.kind !== 'file' || wallClock() - end.changedMs >= this.checked.options.settleMs)
    )
  }

  private unchanged(): readonly NextCheck[] {
    this.report.unchanged()
    return NO_NEXT_CHECK
  }

  private missing(state: PathState, end: Failure, awaited: boolean): readonly NextCheck[] {
    const inMs = this.graceLeftMs
    return awaited || !this.hasReported || inMs <= 0
      ? this.failed(state, this.problemOf(end))
      : [{ inMs, reread: false }]
  }

  private async read(
    state: PathState,
    end: RegularFile,
    settled: boolean,
  ): Promise<ReportFindings> {
    const { name, options } = this.checked
    if (end.size > options.hardLimitBytes)
      return async () => this.failed(state, tooLarge(name, options.hardLimitBytes))
    const reading = await readWhole(end, options.hardLimitBytes)
    switch (reading.kind) {
      case 'bytes':
        return () => this.content(state, end, reading.bytes, settled)
      case 'torn':
        return async () => this.restless()
      case 'unreadable':
        return () => this.unreadable(state, end, reading.reason)
    }
  }

  private async content(
    { signature }: PathState,
    { size, changedMs }: RegularFile,
    bytes: Uint8Array,
    settled: boolean,
  ): Promise<readonly NextCheck[]> {
    const { name, options } = this.checked
    const isLarge = size > options.softLimitBytes
    this.report.warning('too-large', isLarge ? large(name, options.softLimitBytes) : undefined)
    const outcome = await this.report.bytes(bytes, settled)
    if (outcome === 'passed-over') return this.restless()
    this.rested(signature)
    const isOldEnough = wallClock() - changedMs >= CLOCK_GRAIN_MS
    if (isOldEnough || this.rereadOf === signature) return NO_NEXT_CHECK
    this.rereadOf = signature
    return [{ inMs: CLOCK_GRAIN_MS, reread: true }]
  }

  /**
   * When the path has changed since the file could not be read, the reason no longer holds, so it
   * is not reported.
   */
  private async unreadable(
    state: PathState,
    { path: at }: RegularFile,
    reason: string,
  ): Promise<readonly NextCheck[]> {
    const { path, name } = this.checked
    const now = await pathState(path)
    if (now.signature !== state.signature) return this.restless()
    return this.cannotRead(state, unreadable(name, at, reason, path))
  }

  private problemOf(end: Failure): SourceProblem {
    const { path, name } = this.checked
    return failureProblem(name, end, path)
  }

  private failed({ signature }: PathState, problem: SourceProblem): readonly NextCheck[] {
    this.rested(signature)
    this.report.failed(problem)
    return NO_NEXT_CHECK
  }

  private cannotRead(state: PathState, problem: SourceProblem): readonly NextCheck[] {
    this.failed(state, problem)
    this.isUnread = true
    return [{ inMs: RETRY_READ_MS, reread: false }]
  }

  private rested(signature: string): void {
    this.reported = signature
    this.isUnread = false
    this.restlessSince = undefined
    this.report.warning('unstable', undefined)
  }

  private restless(): readonly NextCheck[] {
    this.restlessSince ??= performance.now()
    if (performance.now() - this.restlessSince >= UNSTABLE_AFTER_MS) {
      const problem = unstable(this.checked.name, UNSTABLE_AFTER_MS)
      if (this.hasReported) this.report.warning('unstable', problem)
      // There is nothing in force to go on with.
      else this.report.failed({ ...problem, severity: 'error' })
    }
    return [{ inMs: this.checked.options.settleMs, reread: false }]
  }
}
