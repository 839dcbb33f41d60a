import { SerialQueue } from '../../runtime/serial-queue'
import { contentHash, decodeUtf8 } from '../bytes'
import { badEncoding } from '../watch/problems'
import type { Settings } from './options'
import { large, refusedText, type Report } from './problems'
import type { ReadContent } from './reading'

/** A text that has come, as it was sent. */
export interface Received {
  readonly text: string
  readonly hash: string
  /** When the text was last known to be what the endpoint serves, if that is not now. */
  readonly confirmedAt?: number
}

/** A text in force. */
export interface Accepted {
  readonly text: string
  readonly hash: string
  readonly version: string | undefined
  /** The live config has parsed the text as JSON. */
  readonly isJson: boolean
}

/** Judges, in the order of their coming, what pulls, the stream and the last good bring. */
export class Intake {
  accepted: Accepted | undefined
  /** What the endpoint itself gave last; a stream may have brought something newer since. */
  private pulled: { readonly accepted: Accepted; readonly etag: string | undefined } | undefined
  /** Of the text that the sink was told last, whatever it made of it. */
  private toldHash: string | undefined
  /** Since when the endpoint has gone on giving what the stream has replaced. */
  private behindSince: number | undefined
  private readonly queue = new SerialQueue()

  constructor(
    private readonly settings: Settings,
    private readonly report: Report,
  ) {}

  /** The endpoint need not send again what has this tag. */
  get etag(): string | undefined {
    return this.pulled?.etag
  }

  /** The tag of what is in force, if the endpoint gave it one. */
  get acceptedEtag(): string | undefined {
    return this.pulled?.accepted === this.accepted ? this.etag : undefined
  }

  /** The endpoint gave a body. Resolves when it is judged: true when it is in force. */
  async body(bytes: Uint8Array, etag: string | undefined): Promise<boolean> {
    const hash = contentHash(bytes)
    if (hash === this.pulled?.accepted.hash && this.isBehind()) return false
    const decoded = decodeUtf8(bytes)
    if (decoded.text !== undefined) return this.text({ text: decoded.text, hash }, etag)
    this.pulled = undefined
    this.report.failed(
      { ...badEncoding(this.settings.name, bytes, decoded.offset), ...decoded.position },
      hash,
    )
    return false
  }

  /** The endpoint gave this text, now or when it was kept. */
  async text(received: Received, etag: string | undefined): Promise<boolean> {
    const accepted = await this.take(received)
    this.pulled = accepted && { accepted, etag }
    return accepted !== undefined
  }

  /** The endpoint still has what it gave last: true when that is in force. */
  same(): boolean {
    const isInForce = this.pulled?.accepted === this.accepted
    if (isInForce) this.report.confirmed()
    // It has gone back on what the stream brought. Without a tag the next answer will have the whole of it.
    else if (!this.isBehind()) this.pulled = undefined
    return isInForce
  }

  /** The stream brought this text. */
  async streamed(text: string): Promise<boolean> {
    this.behindSince = undefined
    return (await this.take({ text, hash: contentHash(text) })) !== undefined
  }

  /** Starts with no features, so that callers get their defaults. */
  async nothing(): Promise<void> {
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
   * Whether what the endpoint gave last has been replaced by the stream, and it gives it still. A cache between may have
   * kept it, so that is not believed before it has been so for an interval.
   */
  private isBehind(): boolean {
    if (this.pulled?.accepted === this.accepted) return false
    this.behindSince ??= performance.now()
    return performance.now() - this.behindSince < this.settings.refreshMs
  }

  private take(received: Received): Promise<Accepted | undefined> {
    return this.queue.add(() => this.judge(received))
  }

  /** What is in force when it is this text, or says the same. */
  private async judge(received: Received): Promise<Accepted | undefined> {
    const { name, softLimitBytes } = this.settings
    const { text, hash } = received
    if (this.isAccepted((accepted) => accepted.hash === hash)) return this.confirmed()
    this.report.warning(
      'too-large',
      text.length > softLimitBytes ? large(name, softLimitBytes) : undefined,
    )
    try {
      const { version, ...reading } = this.settings.read(text, name)
      if (version !== undefined && this.isAccepted((accepted) => accepted.version === version))
        return this.confirmed()
      return await this.tell(received, reading.content(), version)
    } catch (error) {
      this.report.failed(refusedText(name, error))
      return undefined
    }
  }

  private async tell(
    { text, hash, confirmedAt }: Received,
    { problem, ...content }: ReadContent,
    version: string | undefined,
  ): Promise<Accepted | undefined> {
    this.report.unusablePart(problem)
    const isAsReceived = content.text === text
    const { format } = this.settings
    const outcome = await this.report.content({
      ...content,
      hash: isAsReceived ? hash : contentHash(content.text),
      format,
      settled: true,
      ...(confirmedAt === undefined ? {} : { confirmedAt }),
    })
    this.toldHash = hash
    if (outcome !== 'installed' && outcome !== 'unchanged') return undefined
    return (this.accepted = { text, hash, version, isJson: isAsReceived && format === 'json' })
  }

  /** What was refused since has to be told as no longer there, so then the same text again is news. */
  private isAccepted(is: (accepted: Accepted) => boolean): boolean {
    return this.accepted !== undefined && this.accepted.hash === this.toldHash && is(this.accepted)
  }

  private confirmed(): Accepted | undefined {
    this.report.confirmed()
    return this.accepted
  }
}
