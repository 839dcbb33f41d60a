import type { FetchResult, Sink, SourceMetrics, SourceProblem, WatchState } from '../../core/source'
import { contentHash } from '../bytes'
import { Alarm } from '../../runtime/alarm'
import { backOffMs, jitter } from '../../runtime/back-off'
import { keepAliveDuring, withinTime } from '../../runtime/wait'
import { Keeper, type Kept } from './cache'
import { Intake } from './intake'
import type { Settings } from './options'
import { noStream, notRead, Report, STREAM_CODE } from './problems'
import { pull, type Pulled } from './pull'
import { EventStream, type StreamListener } from './stream'

/** The stream may cause pulls no oftener. */
const LEAST_PAUSE_MS = 250
/** While there is nothing to go on with, the interval would be a long wait. */
const FIRST_RETRY_MS = 1000
/** A disk that hangs does not hold up the end. */
const MOST_CLOSING_MS = 1000

/** What a pull came to, in the words of metrics. */
const RESULTS: Readonly<Record<Pulled['kind'], FetchResult>> = {
  body: 'content',
  same: 'unchanged',
  failed: 'failed',
}

/** One URL from open to close: one pull at a time, and a stream beside them when there is one. */
export class HttpSession {
  private readonly closing = new AbortController()
  private readonly report: Report
  private readonly intake: Intake
  private readonly keeper: Keeper
  private readonly stream: EventStream | undefined
  private readonly alarm = new Alarm(() => void this.look())
  private looking: Promise<void> | undefined
  private pulledAt = -LEAST_PAUSE_MS
  /** Something asked for a look while one was under way, which may have passed the point that has changed. */
  private lookAgain = false
  private failures = 0
  private retryAfterMs = 0
  /** Contents that the stream brought. */
  private streamed = 0
  private streamTrouble: string | undefined

  private readonly metrics: SourceMetrics | undefined

  constructor(
    private readonly settings: Settings,
    sink: Sink,
  ) {
    this.metrics = sink.metrics
    this.report = new Report(sink)
    this.intake = new Intake(settings, this.report)
    this.keeper = new Keeper(settings, this.report, sink.metrics)
    this.stream =
      settings.stream &&
      new EventStream(settings.stream.url, settings, this.streamListener(), this.closing.signal)
  }

  get watchState(): WatchState {
    if (this.stream?.isLive) return { mode: 'events+poll' }
    return {
      mode: 'poll',
      ...(this.streamTrouble === undefined ? {} : { reason: this.streamTrouble }),
    }
  }

  open(): Promise<void> {
    return keepAliveDuring(this.look(() => this.start()))
  }

  /** Joins a look that is under way. */
  check(): Promise<void> {
    return keepAliveDuring(this.look())
  }

  async close(): Promise<void> {
    this.closing.abort(new Error('closed'))
    this.report.end()
    this.alarm.clear()
    const ended = Promise.all([this.looking, this.stream?.ended(), this.keeper.idle()])
    await withinTime<unknown>(ended, MOST_CLOSING_MS, () => undefined)
  }

  private get isClosed(): boolean {
    return this.closing.signal.aborted
  }

  private look(work = () => this.lookOnce()): Promise<void> {
    if (this.isClosed) return Promise.resolve()
    this.looking ??= work().finally(() => {
      this.looking = undefined
      if (!this.isClosed) this.alarm.set(this.pause())
    })
    return this.looking
  }

  private async lookOnce(): Promise<void> {
    const { streamed } = this
    const pulled = await this.pull(this.intake.etag)
    // What the stream brought meanwhile is newer than an answer that was already on its way.
    if (streamed === this.streamed) await this.take(pulled)
  }

  private async start(): Promise<void> {
    const { startup, stream } = this.settings
    const kept = startup === 'fail' ? undefined : await this.keeper.find()
    const isQuick = startup === 'cache-first' && kept !== undefined && (await this.useKept(kept))
    if (isQuick) this.lookAgain = true
    else await this.firstLook(kept)
    if (stream?.always && !this.isClosed) this.stream?.start()
  }

  /** What the network gave is told last, so that the state says what is wrong while something older is in force. */
  private async firstLook(kept: Kept | undefined): Promise<void> {
    const answer = await this.pull(kept?.etag)
    const pulled: Pulled =
      answer.kind === 'same' && kept
        ? { ...answer, kind: 'body', bytes: Buffer.from(kept.text), etag: kept.etag }
        : answer
    if (pulled.kind !== 'failed' && (await this.take(pulled))) return
    if (this.isClosed) return
    const fellBack =
      (kept !== undefined && (await this.useKept(kept))) || (await this.useDefaults())
    if (fellBack || pulled.kind === 'failed') await this.take(pulled)
  }

  private async useKept(kept: Kept): Promise<boolean> {
    const { text, etag, fetchedAt } = kept
    const isUsed = await this.intake.text(
      { text, hash: contentHash(text), confirmedAt: Math.min(fetchedAt, Date.now()) },
      etag,
    )
    if (isUsed) this.keeper.startedFromCache(kept)
    return isUsed
  }

  private async useDefaults(): Promise<boolean> {
    if (this.settings.startup !== 'defaults') return false
    await this.intake.nothing()
    this.keeper.startedFromDefaults()
    return true
  }

  private async pull(etag: string | undefined): Promise<Pulled> {
    const startedAt = performance.now()
    const pulled = await pull(this.settings, etag, this.closing.signal)
    this.pulledAt = performance.now()
    if (!this.isClosed)
      this.metrics?.fetched?.(
        this.settings.name,
        RESULTS[pulled.kind],
        (this.pulledAt - startedAt) / 1000,
      )
    this.failures = pulled.kind === 'failed' ? this.failures + 1 : 0
    this.retryAfterMs = pulled.kind === 'failed' ? pulled.trouble.retryAfterMs : 0
    return pulled
  }

  /** Resolves when it is told and judged: true when what was pulled is in force. */
  private async take(pulled: Pulled): Promise<boolean> {
    if (this.isClosed) return false
    if (pulled.kind === 'failed') {
      this.report.failed(notRead(this.settings.name, pulled.trouble))
      return false
    }
    if (pulled.streams) this.stream?.start()
    const isInForce =
      pulled.kind === 'same'
        ? this.intake.same()
        : await this.intake.body(pulled.bytes, pulled.etag)
    if (isInForce) await this.keep()
    return isInForce
  }

  private async keep(): Promise<void> {
    const { accepted, acceptedEtag } = this.intake
    if (accepted) await this.keeper.keep(accepted, acceptedEtag)
  }

  /** How long until the next look. */
  private pause(): number {
    const { refreshMs, streamingRefreshMs, maxBackoffMs } = this.settings
    if (this.lookAgain) return this.shortPause()
    if (this.failures === 0)
      return jitter(this.stream?.isLive ? streamingRefreshMs : refreshMs, 0.9, 1)
    const isEmpty = this.intake.accepted === undefined
    const most = isEmpty ? refreshMs : Math.max(refreshMs, maxBackoffMs)
    return Math.max(
      backOffMs(
        {
          firstMs: isEmpty ? Math.min(FIRST_RETRY_MS, refreshMs) : refreshMs,
          longestMs: most,
          least: 0.75,
        },
        this.failures,
      ),
      Math.min(this.retryAfterMs, most),
    )
  }

  private shortPause(): number {
    this.lookAgain = false
    return Math.max(0, this.pulledAt + LEAST_PAUSE_MS - performance.now())
  }

  private lookSoon(): void {
    if (this.looking) this.lookAgain = true
    else this.alarm.ringWithin(this.shortPause())
  }

  private streamListener(): StreamListener {
    return {
      // What changed before it was open did not come by it.
      live: () => this.lookSoon(),
      updated: () => this.lookSoon(),
      payload: (text) => void this.takeStreamed(text),
      proven: () => this.streamIs(undefined),
      down: (trouble) => {
        if (trouble) this.streamIs(noStream(this.settings.name, trouble))
        if (this.failures === 0 && !this.looking)
          this.alarm.ringWithin(jitter(this.settings.refreshMs, 0, 1))
      },
    }
  }

  private streamIs(problem: SourceProblem | undefined): void {
    this.streamTrouble = problem?.message
    this.report.warning(STREAM_CODE, problem)
  }

  private async takeStreamed(text: string): Promise<void> {
    this.streamed += 1
    if (!(await this.intake.streamed(text)) || this.isClosed) return
    if (!this.looking && this.failures === 0) this.alarm.set(this.pause())
    await this.keep()
  }
}
