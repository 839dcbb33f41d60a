import type { EventSourceParser } from 'eventsource-parser'
import { backOffMs, jitter } from '../../runtime/back-off'
import { sleep } from '../../runtime/wait'
import type { Stream, StreamListener } from './endpoint'
import type { Settings } from './options'
import { refused } from './pull'
import { type Answer, getFollowing } from './request'
import { ExchangeError, exchangeErrorOf } from './exchange-error'

const LEAST_RETRY_MS = 10
const MOST_RETRY_MS = 300_000

/**
 * A stream of server-sent events that is opened again whenever it ends, until `signal` ends it for
 * good.
 */
export class EventStream implements Stream {
  readonly called = 'stream'
  readonly always: boolean
  isLive = false
  private readonly url: URL
  private running: Promise<void> | undefined
  private retryMs: number
  private lastEventId: string | undefined
  /** Streams in a row that brought nothing. */
  private failures = 0
  private isProven = false

  constructor(
    { url, always }: { readonly url: URL; readonly always: boolean },
    private readonly settings: Settings,
    private readonly listener: StreamListener,
    private readonly signal: AbortSignal,
  ) {
    this.url = url
    this.always = always
    this.retryMs = settings.streamRetryMs
  }

  start(): void {
    this.running ??= this.run()
  }

  /** Resolves when it has ended for good. */
  async ended(): Promise<void> {
    await this.running
  }

  private async run(): Promise<void> {
    while (!this.signal.aborted) {
      this.isProven = false
      const error = await this.listen().catch(exchangeErrorOf)
      this.isLive = false
      if (this.signal.aborted) return
      this.listener.down(this.isProven ? undefined : error)
      const pauseMs = Math.max(this.pause(), Math.min(error.retryAfterMs, MOST_RETRY_MS))
      await sleep(pauseMs, { signal: this.signal })
    }
  }

  /**
   * Also after a clean end: a server that closes every stream at once must not be asked without a
   * pause.
   */
  private pause(): number {
    this.failures = this.isProven ? 0 : this.failures + 1
    return this.isProven
      ? jitter(this.retryMs, 1, 2)
      : backOffMs(
          { firstMs: this.retryMs * 2, longestMs: MOST_RETRY_MS, least: 0.75 },
          this.failures,
        )
  }

  /** Resolves when the stream has ended by itself, with what to report if it brought nothing. */
  private async listen(): Promise<ExchangeError> {
    const parser = await this.parser()
    const answer = await this.open()
    const decoder = new TextDecoder('utf-8', { fatal: true })
    answer.allowSilence(this.settings.streamIdleMs)
    const chunks: AsyncIterable<Buffer> = answer.message
    for await (const chunk of chunks) {
      if (!this.isLive) this.listener.live()
      this.isLive = true
      parser.feed(decoder.decode(chunk, { stream: true }))
    }
    return new ExchangeError('it ended without an event', 'check the server and what is between')
  }

  private async open(): Promise<Answer> {
    const headers = {
      accept: 'text/event-stream',
      'cache-control': 'no-cache',
      ...(this.lastEventId === undefined ? {} : { 'last-event-id': this.lastEventId }),
    }
    const { url, signal, settings } = this
    const answer = await getFollowing(
      { ...settings, url, headers, signal },
      settings.headers,
      settings.maxRedirects,
    )
    const {
      statusCode,
      headers: { 'content-type': type = 'nothing' },
    } = answer.message
    if (statusCode === 200 && /^text\/event-stream\b/i.test(type)) return answer
    answer.message.destroy()
    if (statusCode !== 200) throw refused(answer.message)
    throw new ExchangeError(
      `it answered with ${type}, not with text/event-stream`,
      'correct the URL of the stream',
    )
  }

  private async parser(): Promise<EventSourceParser> {
    const { createParser } = await import('eventsource-parser')
    const { hardLimitBytes } = this.settings
    return createParser({
      maxBufferSize: hardLimitBytes,
      onEvent: (event) => this.event(event),
      onRetry: (ms) => (this.retryMs = Math.min(Math.max(ms, LEAST_RETRY_MS), MOST_RETRY_MS)),
      onError: ({ type }) => {
        if (type !== 'max-buffer-size-exceeded') return
        throw new ExchangeError(
          `an event has more than ${hardLimitBytes} bytes, the hard limit`,
          'shorten it, or raise hardLimitBytes',
        )
      },
    })
  }

  private event({
    id,
    event,
    data,
  }: {
    id?: string | undefined
    event?: string | undefined
    data: string
  }): void {
    if (id !== undefined) this.lastEventId = id
    if (!this.isProven) this.listener.proven()
    this.isProven = true
    if (event === 'features' && data !== '') this.listener.payload(data)
    else if (event === 'features' || event === 'features-updated') this.listener.updated()
  }
}
