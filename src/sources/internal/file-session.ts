import { FileLook, type Next } from './file-look'
import type { FileOptions } from './file-options'
import { FileReport } from './file-report'
import { DirectoryWatch } from './file-watch'
import type { Sink, WatchState } from '../source'
import { keepingAlive, Timers } from './timers'

/** Events closer than this are one reason to look, so that a busy neighbour in the directory costs little. */
const MERGE_EVENTS_MS = 20
/** Stands in for events that cannot be had, even when no polling was asked for. */
const FALLBACK_POLL_MS = 1000
/**
 * chokidar gives a watch that does not keep the process alive no error handler. On Windows a watch fails when its
 * directory is deleted, and that would end the process.
 */
const EVENTS_ARE_SAFE = process.platform !== 'win32'

/** One file from open to close: every event, every tick and every caller only asks for a look, one at a time. */
export class FileSession {
  private readonly watch: DirectoryWatch | undefined
  private readonly timers: Timers
  private readonly report: FileReport
  private readonly look: FileLook
  private closed = false
  private looking: Promise<void> | undefined
  private lookAgain = false
  private rereading = false
  private lastLook = -MERGE_EVENTS_MS
  /** An event came for which a look is still due. */
  private noticing = false
  private awaiting = 0
  private cancelReread: () => void = () => undefined

  constructor(
    path: string,
    name: string,
    private readonly options: Required<FileOptions>,
    sink: Sink
  ) {
    this.watch = options.events && EVENTS_ARE_SAFE ? new DirectoryWatch(() => this.noticed()) : undefined
    this.timers = new Timers(options.keepAlive)
    this.report = new FileReport(name, options.format, sink)
    this.look = new FileLook(path, name, options, this.report, this.watch, this.timers)
  }

  get watchState(): WatchState {
    const { events, pollMs } = this.options
    const reason = this.watch?.trouble?.reason ?? 'on Windows a failing watch would end the process'
    if (events && (this.watch === undefined || this.watch.trouble !== undefined)) return { mode: 'poll', reason }
    if (events) return { mode: pollMs > 0 ? 'events+poll' : 'events' }
    return { mode: pollMs > 0 ? 'poll' : 'none' }
  }

  open(): Promise<void> {
    this.poll()
    return keepingAlive(this.start())
  }

  async check(): Promise<void> {
    this.awaiting += 1
    await keepingAlive(this.ask(this.report.toldSomething))
    this.awaiting -= 1
  }

  close(): void {
    this.closed = true
    this.report.end()
    this.timers.clear()
    this.watch?.close()
  }

  private async start(): Promise<void> {
    while (!this.closed && !this.report.toldSomething) {
      await this.check()
      if (!this.report.toldSomething) await this.timers.sleep(this.options.settleMs)
    }
    // What came after the reading gave an event or differs in state; this look finds it without waiting for a tick.
    this.noticed()
  }

  private poll(): void {
    const { pollMs } = this.options
    this.timers.every(pollMs > 0 ? pollMs : FALLBACK_POLL_MS, () => {
      if (pollMs > 0 || this.watchState.mode === 'poll') void this.ask(false)
    })
  }

  private noticed(): void {
    if (this.noticing || this.closed) return
    this.noticing = true
    if (this.looking === undefined) this.lookSoon()
  }

  private lookSoon(): void {
    const wait = this.lastLook + MERGE_EVENTS_MS - performance.now()
    if (wait <= 0) void this.ask(false)
    else this.timers.after(wait, () => void this.ask(false))
  }

  /** Joins a look that is under way, which then looks once more: it may have passed the point that has changed. */
  private ask(reread: boolean): Promise<void> {
    this.lookAgain = true
    this.rereading ||= reread
    this.looking ??= this.looks().finally(() => {
      this.looking = undefined
      this.lastLook = performance.now()
      if (this.noticing) this.lookSoon()
    })
    return this.looking
  }

  private async looks(): Promise<void> {
    while (this.lookAgain && !this.closed) {
      const request = { reread: this.rereading, awaited: this.awaiting > 0 }
      this.lookAgain = false
      this.rereading = false
      this.noticing = false
      this.schedule(await this.look.run(request))
    }
  }

  /** Only the newest of several states is worth a second reading. */
  private schedule(next: Next | undefined): void {
    if (next === undefined || this.closed) return
    if (next.reread) this.cancelReread()
    const cancel = this.timers.after(next.inMs, () => void this.ask(next.reread))
    if (next.reread) this.cancelReread = cancel
  }
}
