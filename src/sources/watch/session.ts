import { setMaxListeners } from 'node:events'
import { isAbsolute, sep } from 'node:path'
import type { Sink, Source, WatchState } from '../../core/source'
import { Alarm } from '../../runtime/alarm'
import { keepAliveDuring, sleep } from '../../runtime/wait'
import { type Session, SessionSource } from '../session-source'
import type { CheckedPath, NextCheck, PathCheck, ReportFindings } from './check'
import { DirectoryWatch } from './events'
import type { WatchOptions } from './options'
import { performance } from '../../runtime/timers'

/**
 * Events closer than this are one reason to check, so that a busy neighbour in the directory costs
 * little.
 */
const MERGE_EVENTS_MS = 20
/** How often to check where there are no events, even when no polling was asked for. */
const FALLBACK_POLL_MS = 1000
/**
 * chokidar gives a watch that does not keep the process alive no error handler. On Windows a watch
 * fails when its directory is deleted, and that would end the process.
 */
const EVENTS_ARE_SAFE = process.platform !== 'win32'

/** Makes the check of a session, from the means that the session has. */
type MakeCheck = (watch: DirectoryWatch | undefined, sleep: CheckedPath['sleep']) => PathCheck

/**
 * A path from open to close. Every event, timer and caller only asks for a check; checks run one at
 * a time.
 */
export class WatchSession implements Session {
  private readonly watch: DirectoryWatch | undefined
  private readonly pathCheck: PathCheck
  private readonly closing = new AbortController()
  /**
   * Set by events, so that a writer that never pauses does not put off the checks that are due
   * anyway.
   */
  private readonly eventCheck: Alarm
  private readonly nextCheck: Alarm
  private readonly nextReread: Alarm
  private isChecking = false
  private checkAgain = false
  private rereading = false
  private lastCheckAt = -MERGE_EVENTS_MS
  /** An event came since the last check began. */
  private hasEvent = false
  /**
   * Called when a check that began after the caller asked has been reported: later checks may never
   * end.
   */
  private waiting: (() => void)[] = []
  /** Called when what is there now has been found. */
  private catchingUp: (() => void)[] = []
  private reporting = false

  constructor(
    private readonly options: WatchOptions,
    makeCheck: MakeCheck,
  ) {
    this.watch =
      options.events && EVENTS_ARE_SAFE ? new DirectoryWatch(() => this.onEvent()) : undefined
    this.eventCheck = new Alarm(() => this.ask(false), options.keepAlive)
    this.nextCheck = new Alarm(() => this.ask(false), options.keepAlive)
    this.nextReread = new Alarm(() => this.ask(true), options.keepAlive)
    // Each of a thousand files of a directory may sleep.
    setMaxListeners(0, this.closing.signal)
    this.pathCheck = makeCheck(this.watch, (ms) => this.sleep(ms))
  }

  get watchState(): WatchState {
    const { events, pollMs } = this.options
    const reason = this.watch?.problem?.reason ?? 'on Windows a failing watch would end the process'
    if (events && (this.watch === undefined || this.watch.problem !== undefined))
      return { mode: 'poll', reason }
    if (events) return { mode: pollMs > 0 ? 'events+poll' : 'events' }
    return { mode: pollMs > 0 ? 'poll' : 'none' }
  }

  open(): Promise<void> {
    void this.poll()
    return keepAliveDuring(this.start())
  }

  async check(): Promise<void> {
    const reported = new Promise<void>((resolve) => this.waiting.push(resolve))
    this.ask(this.pathCheck.hasReported)
    await keepAliveDuring(reported)
  }

  /** What is being reported was found already; what comes after that is for the next check. */
  async catchUp(): Promise<void> {
    if (this.isClosed || this.reporting) return
    const found = new Promise<void>((resolve) => this.catchingUp.push(resolve))
    this.ask(false)
    await found
  }

  close(): void {
    this.closing.abort()
    this.caughtUp()
    this.pathCheck.end()
    this.eventCheck.clear()
    this.nextCheck.clear()
    this.nextReread.clear()
    this.watch?.close()
  }

  private get isClosed(): boolean {
    return this.closing.signal.aborted
  }

  private sleep(ms: number): Promise<void> {
    return sleep(ms, { keepAlive: this.options.keepAlive, signal: this.closing.signal })
  }

  private async start(): Promise<void> {
    while (!this.isClosed && !this.pathCheck.hasReported) {
      await this.check()
      if (!this.pathCheck.hasReported) await this.sleep(this.options.settleMs)
    }
    // A change since the reading gave an event or left another state; this check finds it without
    // waiting for a poll.
    this.onEvent()
  }

  private async poll(): Promise<void> {
    const { pollMs } = this.options
    for (;;) {
      await this.sleep(pollMs > 0 ? pollMs : FALLBACK_POLL_MS)
      if (this.isClosed) return
      if (pollMs > 0 || this.watchState.mode === 'poll') this.ask(false)
    }
  }

  private onEvent(): void {
    if (this.hasEvent || this.isClosed) return
    this.hasEvent = true
    if (!this.isChecking) this.checkSoon()
  }

  private checkSoon(): void {
    const waitMs = this.lastCheckAt + MERGE_EVENTS_MS - performance.now()
    if (waitMs <= 0) this.ask(false)
    else this.eventCheck.ringWithin(waitMs)
  }

  /** A check that is under way is done once more: it may have passed the point that has changed. */
  private ask(reread: boolean): void {
    this.checkAgain = true
    this.rereading ||= reread
    if (this.isChecking) return
    this.isChecking = true
    void this.runChecks()
  }

  private async runChecks(): Promise<void> {
    while (this.checkAgain && !this.isClosed) {
      const { report, served } = await this.find()
      this.reporting = true
      this.caughtUp()
      for (const next of await report()) this.schedule(next)
      this.reporting = false
      for (const resolve of this.waiting.splice(0, served)) resolve()
    }
    // In the same step as the last test of `checkAgain`: a later caller must not join what has
    // ended.
    this.isChecking = false
    if (this.isClosed) for (const resolve of this.waiting.splice(0)) resolve()
    this.lastCheckAt = performance.now()
    if (this.hasEvent && !this.isClosed) this.checkSoon()
  }

  /**
   * Finds once more for whoever came to catch up meanwhile: the first time may have passed the
   * point that has changed.
   */
  private async find(): Promise<{ report: ReportFindings; served: number }> {
    for (;;) {
      const catchingUp = this.catchingUp.length
      const served = this.waiting.length
      const request = { reread: this.rereading, awaited: served > 0 }
      this.checkAgain = false
      this.rereading = false
      this.hasEvent = false
      const report = await this.pathCheck.find(request)
      if (this.catchingUp.length === catchingUp || this.isClosed) return { report, served }
      this.rereading = request.reread
    }
  }

  private caughtUp(): void {
    for (const resolve of this.catchingUp.splice(0)) resolve()
  }

  /**
   * Each check schedules all that is still due, so the earliest is enough. Of several states the
   * newest is read again.
   */
  private schedule({ inMs, reread }: NextCheck): void {
    if (this.isClosed) return
    if (reread) this.nextReread.set(inMs)
    else this.nextCheck.ringWithin(inMs)
  }
}

/** Makes what checks a path, for files and directories alike. */
type CheckPath = (checked: CheckedPath, sink: Sink, watch: DirectoryWatch | undefined) => PathCheck

/** A source that watches one path. */
export function watchedPath(name: string, options: WatchOptions, checkPath: CheckPath): Source {
  const path = isAbsolute(name) ? name : process.cwd() + sep + name
  return new SessionSource(
    name,
    (sink) =>
      new WatchSession(options, (watch, sleep) =>
        checkPath({ path, name, options, sleep }, sink, watch),
      ),
    { isOnDisk: true },
  )
}
