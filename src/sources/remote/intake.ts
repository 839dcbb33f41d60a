import { SerialQueue } from '../../runtime/serial-queue'
import { contentHash, contentHashInSlices, decodeTextInSlices } from '../bytes'
import type { SourceReport } from '../report'
import type { Pulled, SessionSettings } from './endpoint'
import { large, refusedText } from './problems'
import type { ReadContent } from './reading'
import { performance } from '../../runtime/timers'

/** A text as it was sent. */
export interface Received {
  readonly text: string
  readonly hash: string
  /** When the text was last known to be what the endpoint serves, if that is not now. */
  readonly confirmedAt?: number
  /** It may be taken back. */
  readonly isProvisional?: boolean
}

/** A text in force. */
export interface Accepted {
  readonly text: string
  readonly hash: string
  readonly version: string | undefined
  /** The live config has parsed the text as JSON. */
  readonly isJson: boolean
  /** It may be taken back. */
  readonly isProvisional?: boolean
}

type Body = Extract<Pulled, { kind: 'body' }>

/** Judges the texts that pulls, the stream and the cache bring, in the order in which they come. */
export class Intake {
  accepted: Accepted | undefined
  /** What the endpoint itself sent last; a stream may have brought something newer since. */
  private pulled: { readonly accepted: Accepted; readonly etag: string | undefined } | undefined
  /** Of the text that the sink judged last, whatever the outcome. */
  private judgedHash: string | undefined
  /** Since when the endpoint has served what the stream has replaced. */
  private behindSince: number | undefined
  private readonly queue = new SerialQueue()

  constructor(
    private readonly settings: SessionSettings,
    private readonly report: SourceReport,
  ) {}

  /** The endpoint need not send again what has this tag. */
  get etag(): string | undefined {
    return this.pulled?.etag
  }

  /** The tag of what is in force, if the endpoint gave it one. */
  get acceptedEtag(): string | undefined {
    return this.isPulledInForce ? this.etag : undefined
  }

  private get isPulledInForce(): boolean {
    return this.pulled?.accepted === this.accepted
  }

  /** Takes a body that the endpoint sent. Resolves when it is judged: true when it is in force. */
  async takeBody({ bytes, etag, old, isProvisional }: Body): Promise<boolean> {
    const hash = await contentHashInSlices(bytes)
    if (hash === this.pulled?.accepted.hash && this.isBehind()) return false
    const text = await decodeTextInSlices(this.settings.name, bytes)
    const how = {
      ...(old && { confirmedAt: old.confirmedAt }),
      ...(isProvisional && { isProvisional }),
    }
    if (typeof text === 'string') return this.takePulled({ text, hash, ...how }, etag)
    this.pulled = undefined
    this.report.failed(text, hash)
    return false
  }

  /** Takes a text that the endpoint sent, now or when it was cached. */
  async takePulled(received: Received, etag: string | undefined): Promise<boolean> {
    const accepted = await this.take(received)
    this.pulled = accepted && { accepted, etag }
    return accepted !== undefined
  }

  /** The endpoint still has what it sent last: true when that is in force. */
  takeUnchanged(): boolean {
    if (this.isPulledInForce) {
      this.report.succeeded()
      return true
    }
    // It has gone back to what the stream replaced. Asked without a tag, it sends all of it the
    // next time.
    if (!this.isBehind()) this.pulled = undefined
    return false
  }

  /** Takes a text that the stream brought. */
  async takeStreamed(text: string): Promise<boolean> {
    this.behindSince = undefined
    // In the queue, so that a long text is not overtaken by the next.
    const judged = this.queue.add(async () =>
      this.judge({ text, hash: await contentHashInSlices(text) }),
    )
    return (await judged) !== undefined
  }

  /** Starts with no features, so that callers get their defaults. */
  async takeNothing(): Promise<void> {
    const text = '{}'
    await this.report.content({
      text,
      hash: contentHash(text),
      format: 'json',
      settled: true,
      confirmedAt: 0,
    })
  }

  /**
   * Whether the endpoint still serves what the stream has replaced. A cache between may hold it, so
   * the endpoint is believed only once it has done so for a whole interval.
   */
  private isBehind(): boolean {
    if (this.isPulledInForce) return false
    this.behindSince ??= performance.now()
    return performance.now() - this.behindSince < this.settings.refreshMs
  }

  private take(received: Received): Promise<Accepted | undefined> {
    return this.queue.add(() => this.judge(received))
  }

  /** Resolves with what is in force, when that is this text or says the same. */
  private async judge(received: Received): Promise<Accepted | undefined> {
    const { name, softLimitBytes } = this.settings
    const { text, hash } = received
    if (this.isKnown(received, (accepted) => accepted.hash === hash)) return this.confirmed()
    this.report.warning(
      'too-large',
      text.length > softLimitBytes ? large(name, softLimitBytes) : undefined,
    )
    try {
      const { version, ...reading } = this.settings.read(text, name)
      if (
        version !== undefined &&
        this.isKnown(received, (accepted) => accepted.version === version)
      )
        return this.confirmed()
      return await this.install(received, reading.content(), version)
    } catch (error) {
      this.report.failed(refusedText(name, error))
      return undefined
    }
  }

  private async install(
    { text, hash, confirmedAt, isProvisional }: Received,
    { problem, ...content }: ReadContent,
    version: string | undefined,
  ): Promise<Accepted | undefined> {
    this.report.replaceWarning('unreadable', problem)
    const isAsReceived = content.text === text
    const format = content.format ?? this.settings.format
    const outcome = await this.report.content({
      ...content,
      hash: isAsReceived ? hash : contentHash(content.text),
      format,
      settled: true,
      ...(confirmedAt === undefined ? {} : { confirmedAt }),
      ...(isProvisional && { isProvisional }),
    })
    this.judgedHash = hash
    if (outcome !== 'installed' && outcome !== 'unchanged') return undefined
    const isJson = isAsReceived && format === 'json'
    return (this.accepted = {
      text,
      hash,
      version,
      isJson,
      ...(isProvisional && { isProvisional }),
    })
  }

  /**
   * Whether a text is in force, which is no news. After another text was refused, it is news again: it
   * ends the problem. So it is when it was only tried, and is not from now on, or is old.
   */
  private isKnown(
    { isProvisional = false, confirmedAt }: Received,
    isThis: (accepted: Accepted) => boolean,
  ): boolean {
    const { accepted } = this
    if (accepted?.hash !== this.judgedHash || accepted === undefined) return false
    if (confirmedAt !== undefined || (accepted.isProvisional && !isProvisional)) return false
    return isThis(accepted)
  }

  private confirmed(): Accepted | undefined {
    this.report.succeeded()
    return this.accepted
  }
}
