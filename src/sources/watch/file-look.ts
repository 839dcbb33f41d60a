import type { SourceProblem } from '../../core/source'
import type { Trouble } from './events'
import { readWhole } from './file-read'
import { type Directory, type End, pathState, type PathState } from './file-state'
import type { Look, Next, Request, Sleep, Tell } from './look'
import type { WatchOptions } from './options'
import { failureProblem, large, tooLarge, unreadable, unstable, watchTrouble } from './problems'
import type { FileReport } from './report'

/** What a look needs of the watch on the directories of its path. */
export interface Arming {
  /** Watches just these directories. True when a watch was set up, so a change may have come too early for it. */
  arm(directories: readonly Directory[]): Promise<boolean>
  readonly trouble: Trouble | undefined
}

type RegularFile = Extract<End, { kind: 'file' }>

/** File times may be this coarse: two writes within it can leave the same state. */
const CLOCK_GRAIN_MS = 2000
const UNSTABLE_AFTER_MS = 10_000
const ARM_TRIES = 3
const NEVER: readonly Next[] = []

/**
 * Looks at one file: compares the state of the whole path with the state last told, and reads what differs, once it
 * has been left alone for the settle time.
 */
export class FileLook implements Look {
  /** The last look found something else than what was told. */
  hasNews = false
  /** The state whose content or failure has been told. */
  private told: string | undefined
  private rereadOf: string | undefined
  private missingSince: number | undefined
  private restlessSince: number | undefined

  constructor(
    private readonly path: string,
    /** The path as it was given, for messages. */
    private readonly name: string,
    private readonly options: WatchOptions,
    private readonly report: FileReport,
    private readonly watch: Arming | undefined,
    private readonly sleep: Sleep,
  ) {}

  /** At the last look. */
  get isMissing(): boolean {
    return this.missingSince !== undefined
  }

  get hasTold(): boolean {
    return this.report.toldSomething
  }

  end(): void {
    this.report.end()
  }

  async find(request: Request): Promise<Tell> {
    const first = await this.armedState()
    this.noteMissing(first.end)
    this.hasNews = first.signature !== this.told || request.reread
    if (!this.hasNews) return async () => this.confirmed()
    const { state, settled } = await this.leftAlone(first)
    const { end } = state
    this.noteMissing(end)
    if (end.kind === 'missing') return async () => this.missing(state, end, request.awaited)
    if (end.kind === 'file') return this.file(state, end, settled)
    return async () =>
      settled ? this.failed(state, failureProblem(this.name, end, this.path)) : this.restless()
  }

  /** What came before a watch was set up gave no event, so the state is taken again after it. */
  private async armedState(): Promise<PathState> {
    let state = await pathState(this.path)
    if (this.watch === undefined) return state
    for (let tries = 0; tries < ARM_TRIES && (await this.watch.arm(state.directories)); tries++)
      state = await pathState(this.path)
    const { trouble } = this.watch
    const other = trouble?.code === 'watch-limit' ? 'watch-failed' : 'watch-limit'
    this.report.warning(other, undefined)
    this.report.warning(
      trouble?.code ?? 'watch-failed',
      trouble && watchTrouble(this.name, trouble.code, trouble.reason),
    )
    return state
  }

  private async leftAlone(first: PathState): Promise<{ state: PathState; settled: boolean }> {
    const { settleMs, maxWaitMs } = this.options
    if (first.signature === this.told || first.end.kind === 'missing')
      return { state: first, settled: true }
    if (this.told === undefined && this.isOld(first.end)) return { state: first, settled: true }
    // Who has waited once in vain does not wait as long again.
    const last = performance.now() + (this.restlessSince === undefined ? maxWaitMs - settleMs : 0)
    for (let state = first; ;) {
      await this.sleep(settleMs)
      const next = await this.armedState()
      const settled = next.signature === state.signature
      if (settled || performance.now() >= last) return { state: next, settled }
      state = next
    }
  }

  /** At the start nobody has seen a writer; a start must be quick, so the file's own times are believed. */
  private isOld(end: End): boolean {
    return end.kind !== 'file' || Date.now() - end.changedMs >= this.options.settleMs
  }

  private confirmed(): readonly Next[] {
    this.report.confirmed()
    return NEVER
  }

  private noteMissing(end: End): void {
    this.missingSince =
      end.kind === 'missing' ? (this.missingSince ?? performance.now()) : undefined
  }

  private missing(
    state: PathState,
    end: Extract<End, { kind: 'missing' }>,
    awaited: boolean,
  ): readonly Next[] {
    const left = (this.missingSince ?? 0) + this.options.graceMs - performance.now()
    const atOnce = awaited || !this.report.toldSomething || left <= 0
    return atOnce
      ? this.failed(state, failureProblem(this.name, end, this.path))
      : [{ inMs: left, reread: false }]
  }

  private async file(state: PathState, end: RegularFile, settled: boolean): Promise<Tell> {
    const { hardLimitBytes } = this.options
    if (end.size > hardLimitBytes)
      return async () => this.failed(state, tooLarge(this.name, hardLimitBytes))
    const reading = await readWhole(end, hardLimitBytes)
    if (reading.kind === 'bytes') return () => this.content(state, end, reading.bytes, settled)
    return async () =>
      reading.kind === 'torn' ? this.restless() : this.unreadable(state, end, reading.reason)
  }

  private async content(
    state: PathState,
    end: RegularFile,
    bytes: Uint8Array,
    settled: boolean,
  ): Promise<readonly Next[]> {
    const { softLimitBytes } = this.options
    this.report.warning(
      'too-large',
      end.size > softLimitBytes ? large(this.name, softLimitBytes) : undefined,
    )
    const outcome = await this.report.content(bytes, settled)
    if (outcome === 'passed-over') return this.restless()
    this.rested()
    this.told = state.signature
    return this.isOlderThanClockGrain(end) || this.rereadOf === state.signature
      ? NEVER
      : this.reread(state)
  }

  private isOlderThanClockGrain(end: RegularFile): boolean {
    return Date.now() - end.changedMs >= CLOCK_GRAIN_MS
  }

  private reread(state: PathState): readonly Next[] {
    this.rereadOf = state.signature
    return [{ inMs: CLOCK_GRAIN_MS, reread: true }]
  }

  /** The file may have gone between the look and the reading; then that is what there is to tell. */
  private async unreadable(
    state: PathState,
    end: RegularFile,
    reason: string,
  ): Promise<readonly Next[]> {
    const now = await pathState(this.path)
    return now.signature === state.signature
      ? this.failed(state, unreadable(this.name, end.path, reason, this.path))
      : this.restless()
  }

  private failed(state: PathState, problem: SourceProblem): readonly Next[] {
    this.rested()
    this.told = state.signature
    this.report.failed(problem)
    return NEVER
  }

  private rested(): void {
    this.restlessSince = undefined
    this.report.warning('unstable', undefined)
  }

  private restless(): readonly Next[] {
    this.restlessSince ??= performance.now()
    const forMs = performance.now() - this.restlessSince
    if (forMs >= UNSTABLE_AFTER_MS) {
      const problem = unstable(this.name, UNSTABLE_AFTER_MS)
      // With nothing in force there is nothing else to go on with.
      if (this.report.toldSomething) this.report.warning('unstable', problem)
      else this.report.failed({ ...problem, severity: 'error' })
    }
    return [{ inMs: this.options.settleMs, reread: false }]
  }
}
