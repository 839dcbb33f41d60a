import type { FetchResult, Sink, SourceMetrics, SourceProblem, WatchState } from '../../core/source'
import { Alarm } from '../../runtime/alarm'
import { backOffMs, jitter } from '../../runtime/back-off'
import { keepAliveDuring, withinTime } from '../../runtime/wait'
import { contentHash } from '../bytes'
import { SourceReport } from '../report'
import type { Session } from '../session-source'
import { Cache } from './cache'
import type { LastGood } from './cache-file'
import { Intake } from './intake'
import { noStream, notRead, STREAM_CODE } from './problems'
import {
  type BeginEndpoint,
  type Endpoint,
  errorOf,
  type Pulled,
  type SessionSettings,
  type StreamListener,
} from './endpoint'
import { type Clock, systemClock } from '../../runtime/clock'

/** While there is nothing to go on with, the interval would be a long wait. */
const FIRST_RETRY_MS = 1000
/** A disk that hangs does not hold up the end. */
const MOST_CLOSING_MS = 1000

/** The result of a pull, in the words of metrics. */
const RESULTS: Readonly<Record<Pulled['kind'], FetchResult>> = {
  body: 'content',
  same: 'unchanged',
  failed: 'failed',
}

/**
 * One endpoint from open to close: one refresh at a time, and a stream beside them when there is
 * one.
 */
export class RemoteSession implements Session {
  private readonly closing = new AbortController()
  private readonly report: SourceReport
  private readonly intake: Intake
  private readonly cache: Cache
  private readonly endpoint: Endpoint
  private readonly nextRefresh: Alarm
  private refreshing: Promise<void> | undefined
  /**
   * What asked for a refresh while one was under way may have changed after that one's answer was
   * made.
   */
  private refreshAgain = false
  private pulledAt = -Infinity
  /** Pulls in a row that failed. */
  private failures = 0
  private retryAfterMs = 0
  /** How many contents the stream has brought. */
  private streamed = 0
  private streamProblem: SourceProblem | undefined
  private readonly metrics: SourceMetrics | undefined

  constructor(
    private readonly settings: SessionSettings,
    begin: BeginEndpoint,
    sink: Sink,
    private readonly clock: Clock = systemClock,
  ) {
    this.metrics = sink.metrics
    this.report = new SourceReport(sink, true)
    this.intake = new Intake(settings, this.report)
    this.cache = new Cache(settings, this.report, sink.metrics)
    this.nextRefresh = new Alarm(() => void this.refresh(), false, clock)
    this.endpoint = begin(this.streamListener(), this.closing.signal)
  }

  get watchState(): WatchState {
    if (this.endpoint.stream?.isLive) return { mode: 'events+poll' }
    const reason = this.streamProblem?.message
    return reason === undefined ? { mode: 'poll' } : { mode: 'poll', reason }
  }

  open(): Promise<void> {
    return keepAliveDuring(this.refresh(() => this.start()))
  }

  /** Joins a refresh that is under way. */
  check(): Promise<void> {
    return keepAliveDuring(this.refresh())
  }

  async close(): Promise<void> {
    this.closing.abort(new Error('closed'))
    this.report.end()
    this.nextRefresh.clear()
    const { refreshing, endpoint, cache } = this
    const ended = Promise.all([
      refreshing,
      endpoint.stream?.ended(),
      endpoint.close?.(),
      cache.idle(),
    ])
    await withinTime<unknown>(ended, MOST_CLOSING_MS, () => undefined)
  }

  private get isClosed(): boolean {
    return this.closing.signal.aborted
  }

  private async refresh(work = () => this.refreshOnce()): Promise<void> {
    if (this.isClosed) return
    this.refreshing ??= work().finally(() => {
      this.refreshing = undefined
      if (!this.isClosed) this.nextRefresh.set(this.pauseMs())
    })
    await this.refreshing
  }

  private async refreshOnce(): Promise<void> {
    const { streamed } = this
    const pulled = await this.pull(this.intake.etag)
    // What the stream brought meanwhile is newer than an answer that was already on its way.
    if (streamed === this.streamed) await this.take(pulled)
  }

  private async start(): Promise<void> {
    const { startup } = this.settings
    const { stream } = this.endpoint
    const lastGood = startup === 'fail' ? undefined : await this.cache.find()
    const isQuick =
      startup === 'cache-first' && lastGood !== undefined && (await this.useCache(lastGood))
    if (isQuick) this.refreshAgain = true
    else await this.firstRefresh(lastGood)
    if (stream?.always && !this.isClosed) stream.start()
  }

  /**
   * The network's answer is reported last, so that the state shows its problem while something
   * older is in force.
   */
  private async firstRefresh(lastGood: LastGood | undefined): Promise<void> {
    const answer = await this.pull(lastGood?.etag)
    const pulled: Pulled =
      answer.kind === 'same' && lastGood
        ? { ...answer, kind: 'body', bytes: Buffer.from(lastGood.text), etag: lastGood.etag }
        : answer
    if (pulled.kind !== 'failed' && (await this.take(pulled))) return
    if (this.isClosed) return
    const fellBack =
      (lastGood !== undefined && (await this.useCache(lastGood))) || (await this.useDefaults())
    if (fellBack || pulled.kind === 'failed') await this.take(pulled)
  }

  private async useCache(lastGood: LastGood): Promise<boolean> {
    const { text, etag, fetchedAt } = lastGood
    const isUsed = await this.intake.takePulled(
      { text, hash: contentHash(text), confirmedAt: Math.min(fetchedAt, Date.now()) },
      etag,
    )
    if (isUsed) this.cache.startedFromCache(lastGood)
    return isUsed
  }

  private async useDefaults(): Promise<boolean> {
    if (this.settings.startup !== 'defaults') return false
    await this.intake.takeNothing()
    this.cache.startedFromDefaults()
    return true
  }

  private async pull(etag: string | undefined): Promise<Pulled> {
    const startedAt = this.clock.now()
    const pulled = await this.endpoint.pull(etag)
    this.pulledAt = this.clock.now()
    const seconds = (this.pulledAt - startedAt) / 1000
    const error = errorOf(pulled)
    const result = RESULTS[error ? 'failed' : pulled.kind]
    if (!this.isClosed) this.metrics?.fetched?.(this.settings.name, result, seconds)
    this.failures = error ? this.failures + 1 : 0
    this.retryAfterMs = error?.retryAfterMs ?? 0
    return pulled
  }

  /** Resolves when what was pulled is reported and judged: true when it is in force. */
  private async take(pulled: Pulled): Promise<boolean> {
    if (this.isClosed) return false
    if (pulled.kind === 'failed') {
      this.report.failed(notRead(this.settings.name, pulled.error))
      return false
    }
    if (pulled.streams) this.endpoint.stream?.start()
    if (pulled.kind === 'body') return this.takeBody(pulled)
    const isInForce = this.intake.takeUnchanged()
    if (isInForce) await this.storeLastGood()
    return isInForce
  }

  private async takeBody(body: Extract<Pulled, { kind: 'body' }>): Promise<boolean> {
    const isInForce = await this.intake.takeBody(body)
    if (body.old && !this.isClosed) this.report.failed(notRead(this.settings.name, body.old.error))
    if (isInForce && !body.isProvisional && !body.old) await this.storeLastGood()
    return isInForce
  }

  private async storeLastGood(): Promise<void> {
    const { accepted, acceptedEtag } = this.intake
    if (accepted) await this.cache.store(accepted, acceptedEtag)
  }

  /** Milliseconds until the next refresh. */
  private pauseMs(): number {
    const { refreshMs, streamingRefreshMs, firstRetryMs, maxBackoffMs } = this.settings
    if (this.refreshAgain) return this.shortPauseMs()
    if (this.failures === 0)
      return jitter(
        this.endpoint.stream?.isLive ? streamingRefreshMs : refreshMs,
        0.9,
        1,
        this.clock.random,
      )
    const isEmpty = this.intake.accepted === undefined
    const firstMs = isEmpty ? Math.min(FIRST_RETRY_MS, refreshMs) : firstRetryMs
    const longestMs = isEmpty ? refreshMs : Math.max(refreshMs, maxBackoffMs)
    return Math.max(
      backOffMs({ firstMs, longestMs, least: 0.75 }, this.failures, this.clock.random),
      Math.min(this.retryAfterMs, longestMs),
    )
  }

  private shortPauseMs(): number {
    this.refreshAgain = false
    return Math.max(0, this.pulledAt + this.settings.leastPauseMs - this.clock.now())
  }

  private refreshSoon(): void {
    if (this.refreshing) this.refreshAgain = true
    else this.nextRefresh.ringWithin(this.shortPauseMs())
  }

  private streamListener(): StreamListener {
    return {
      // The stream did not bring what changed before it was open.
      live: () => this.refreshSoon(),
      updated: () => this.refreshSoon(),
      payload: (text) => void this.takeStreamed(text),
      proven: () => this.reportStream(undefined),
      down: (error) => {
        if (error)
          this.reportStream(noStream(this.settings.name, this.endpoint.stream?.called ?? '', error))
        if (this.failures === 0 && !this.refreshing)
          this.nextRefresh.ringWithin(jitter(this.settings.refreshMs, 0, 1, this.clock.random))
      },
    }
  }

  private reportStream(problem: SourceProblem | undefined): void {
    this.streamProblem = problem
    this.report.warning(STREAM_CODE, problem)
  }

  private async takeStreamed(text: string): Promise<void> {
    this.streamed += 1
    if (!(await this.intake.takeStreamed(text)) || this.isClosed) return
    if (!this.refreshing && this.failures === 0) this.nextRefresh.set(this.pauseMs())
    await this.storeLastGood()
  }
}
