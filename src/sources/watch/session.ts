import { setMaxListeners } from 'node:events'
import { isAbsolute, sep } from 'node:path'
import type { Sink, Source, WatchState } from '../../core/source'
import { Alarm } from '../../runtime/alarm'
import { keepAliveDuring, sleep } from '../../runtime/wait'
import { DirectoryWatch } from './events'
import type { Look, Next, Sleep, Tell } from './look'
import type { WatchOptions } from './options'

/** Events closer than this are one reason to look, so that a busy neighbour in the directory costs little. */
const MERGE_EVENTS_MS = 20
/** Stands in for events that cannot be had, even when no polling was asked for. */
const FALLBACK_POLL_MS = 1000
/**
 * chokidar gives a watch that does not keep the process alive no error handler. On Windows a watch fails when its
 * directory is deleted, and that would end the process.
 */
const EVENTS_ARE_SAFE = process.platform !== 'win32'

/** A path from open to close: every event, every tick and every caller only asks for a look, one at a time. */
export class WatchSession {
  private readonly watch: DirectoryWatch | undefined
  private readonly closing = new AbortController()
  /** Rings when the next look without an event is due. */
  private readonly nextLook: Alarm
  private readonly nextReread: Alarm
  private readonly look: Look
  private looking: Promise<void> | undefined
  private lookAgain = false
  private rereading = false
  private lastLook = -MERGE_EVENTS_MS
  /** An event came for which a look is still due. */
  private noticing = false
  private awaiting = 0
  /** Those who wait until what is there has been found. */
  private catchingUp: (() => void)[] = []
  private telling = false

  constructor(
    private readonly options: WatchOptions,
    lookWith: (watch: DirectoryWatch | undefined, sleep: Sleep) => Look,
  ) {
    this.watch =
      options.events && EVENTS_ARE_SAFE ? new DirectoryWatch(() => this.noticed()) : undefined
    this.nextLook = new Alarm(() => void this.ask(false), options.keepAlive)
    this.nextReread = new Alarm(() => void this.ask(true), options.keepAlive)
    // Each of a thousand files of a directory may sleep.
    setMaxListeners(0, this.closing.signal)
    this.look = lookWith(this.watch, (ms) => this.sleep(ms))
  }

  private get closed(): boolean {
    return this.closing.signal.aborted
  }

  get watchState(): WatchState {
    const { events, pollMs } = this.options
    const reason = this.watch?.trouble?.reason ?? 'on Windows a failing watch would end the process'
    if (events && (this.watch === undefined || this.watch.trouble !== undefined))
      return { mode: 'poll', reason }
    if (events) return { mode: pollMs > 0 ? 'events+poll' : 'events' }
    return { mode: pollMs > 0 ? 'poll' : 'none' }
  }

  open(): Promise<void> {
    void this.poll()
    return keepAliveDuring(this.start())
  }

  async check(): Promise<void> {
    this.awaiting += 1
    await keepAliveDuring(this.ask(this.look.hasTold))
    this.awaiting -= 1
  }

  /** What is being told was found already; what comes after that is for the next look. */
  async catchUp(): Promise<void> {
    if (this.closed || this.telling) return
    const found = new Promise<void>((resolve) => this.catchingUp.push(resolve))
    void this.ask(false)
    await found
  }

  close(): void {
    this.closing.abort()
    this.caughtUp()
    this.look.end()
    this.nextLook.clear()
    this.nextReread.clear()
    this.watch?.close()
  }

  private async start(): Promise<void> {
    while (!this.closed && !this.look.hasTold) {
      await this.check()
      if (!this.look.hasTold) await this.sleep(this.options.settleMs)
    }
    // What came after the reading gave an event or differs in state; this look finds it without waiting for a tick.
    this.noticed()
  }

  private async poll(): Promise<void> {
    const { pollMs } = this.options
    for (;;) {
      await this.sleep(pollMs > 0 ? pollMs : FALLBACK_POLL_MS)
      if (this.closed) return
      if (pollMs > 0 || this.watchState.mode === 'poll') void this.ask(false)
    }
  }

  private sleep(ms: number): Promise<void> {
    return sleep(ms, { keepAlive: this.options.keepAlive, signal: this.closing.signal })
  }

  private noticed(): void {
    if (this.noticing || this.closed) return
    this.noticing = true
    if (this.looking === undefined) this.lookSoon()
  }

  private lookSoon(): void {
    const wait = this.lastLook + MERGE_EVENTS_MS - performance.now()
    if (wait <= 0) void this.ask(false)
    else this.nextLook.ringWithin(wait)
  }

  /** Joins a look that is under way, which then looks once more: it may have passed the point that has changed. */
  private ask(reread: boolean): Promise<void> {
    this.lookAgain = true
    this.rereading ||= reread
    this.looking ??= this.looks()
    return this.looking
  }

  private async looks(): Promise<void> {
    while (this.lookAgain && !this.closed) {
      const tell = await this.found()
      this.telling = true
      this.caughtUp()
      for (const next of await tell()) this.schedule(next)
      this.telling = false
    }
    // In the same step as the last question whether to go on: who asks later must not join what has ended.
    this.looking = undefined
    this.lastLook = performance.now()
    if (this.noticing && !this.closed) this.lookSoon()
  }

  /** What a look finds. It is done anew for whoever came to catch up while it was under way: it may have passed the point. */
  private async found(): Promise<Tell> {
    for (;;) {
      const waiting = this.catchingUp.length
      const request = { reread: this.rereading, awaited: this.awaiting > 0 }
      this.lookAgain = false
      this.rereading = false
      this.noticing = false
      const tell = await this.look.find(request)
      if (this.catchingUp.length === waiting || this.closed) return tell
      this.rereading = request.reread
    }
  }

  private caughtUp(): void {
    for (const resolve of this.catchingUp.splice(0)) resolve()
  }

  /** Only the newest of several states is worth a second reading. */
  private schedule(next: Next): void {
    if (this.closed) return
    if (next.reread) this.nextReread.set(next.inMs)
    else this.nextLook.ringWithin(next.inMs)
  }
}

/** Makes what looks at a path whenever there may be news. */
export type LookWith = (
  path: string,
  sink: Sink,
  watch: DirectoryWatch | undefined,
  sleep: Sleep,
) => Look

/** A source that watches one path: what looks at it is all that files and directories differ in. */
export class WatchedPath implements Source {
  private session: WatchSession | undefined
  /** Not normalised: behind a link, `..` leads elsewhere than the text suggests. */
  private readonly path: string

  constructor(
    readonly name: string,
    private readonly options: WatchOptions,
    private readonly lookWith: LookWith,
  ) {
    this.path = isAbsolute(name) ? name : process.cwd() + sep + name
  }

  get watch(): WatchState {
    return this.session?.watchState ?? { mode: 'none', reason: 'not open' }
  }

  async open(sink: Sink): Promise<void> {
    await this.close()
    this.session = new WatchSession(this.options, (watch, sleep) =>
      this.lookWith(this.path, sink, watch, sleep),
    )
    await this.session.open()
  }

  async check(): Promise<void> {
    await this.session?.check()
  }

  async catchUp(): Promise<void> {
    await this.session?.catchUp()
  }

  async close(): Promise<void> {
    this.session?.close()
    this.session = undefined
  }
}
