import { contentHash } from '../bytes'
import { HEAD, ROLLOUT } from '../fleet-records'
import { type KeyStore, type KeyWatch, StoreError, type Stored } from '../key-store'
import { withDeadline } from '../remote/deadline'
import type { BeginEndpoint, Endpoint, Pulled, Stream, StreamListener } from '../remote/endpoint'
import { ExchangeError, exchangeErrorOf } from '../remote/exchange-error'
import { isAboutClientCertificate } from '../remote/tls-failure'
import type { Acknowledger } from './acknowledger'
import type { FleetOptions } from './fleet'
import type { KeyedSettings } from './options'
import { isAway, isStagedEtag, type PublishedText, stagedEtag, Stages } from './stages'

/**
 * The text of a live config in a store of keys, and its watch where the store has one.
 *
 * @param fleet of a process that takes part in stages
 */
export const keyEndpoint =
  (
    settings: KeyedSettings,
    store: KeyStore,
    closesStore: boolean,
    fleet?: FleetMember,
  ): BeginEndpoint =>
  (listener, signal) =>
    new KeyEndpoint(settings, store, closesStore, listener, signal, fleet)

/** What a process of a fleet does besides reading the head. */
export interface FleetMember {
  readonly host: string
  readonly acknowledger: Acknowledger
  readonly onStaged?: NonNullable<FleetOptions['onStaged']>
}

class KeyEndpoint implements Endpoint {
  readonly stream: KeyStream | undefined
  private readonly stages: Stages | undefined
  /**
   * How often the watch had gone down when the text was last read whole; undefined when a read has
   * failed since. A store that was away may have been made anew, and its versions may begin anew.
   */
  private wholeAt: number | undefined
  private staged: number | null = null
  /** The staged generation that this process said last that it takes. */
  private announced: number | null = null
  /** The server does not take our certificate, as it said since it was read last. */
  private uncertified: ExchangeError | undefined

  constructor(
    private readonly settings: KeyedSettings,
    private readonly store: KeyStore,
    private readonly closesStore: boolean,
    listener: StreamListener,
    private readonly signal: AbortSignal,
    private readonly fleet: FleetMember | undefined,
  ) {
    if (fleet)
      this.stages = new Stages(
        store,
        fleet.host,
        () => listener.updated(),
        () => fleet.acknowledger.answer(),
      )
    const keys = fleet ? [HEAD, ROLLOUT] : [HEAD]
    if (settings.watch && store.notifies) this.stream = new KeyStream(store, keys, listener, signal)
  }

  async pull(etag: string | undefined): Promise<Pulled> {
    const { readTimeoutMs } = this.settings
    const late = new ExchangeError(
      `it was not read within ${readTimeoutMs} ms`,
      'check the server and what is between, or raise readTimeoutMs',
    )
    const downs = this.stream?.downs
    try {
      const pulled = await withDeadline(readTimeoutMs, late, this.signal, (signal) =>
        this.pullOnce(etag, signal),
      )
      if (downs !== undefined) this.stream?.canBeRead(downs)
      this.uncertified = undefined
      return pulled
    } catch (error) {
      this.wholeAt = undefined
      const old = isAway(error) ? this.stages?.withoutStore() : undefined
      const failure = this.failed(failureOf(error))
      return old ? this.backTo(old, failure) : { kind: 'failed', error: failure }
    }
  }

  /** What was published when the store could be asked. It is asked for whole the next time. */
  private backTo({ bytes, version, readAt }: PublishedText, error: ExchangeError): Pulled {
    const old = { error, confirmedAt: readAt }
    return this.offered(null, { kind: 'body', bytes, etag: version, streams: false, old })
  }

  /** Such a server may hang up before it is heard why: then the reason is the one that it gave before. */
  private failed(error: ExchangeError): ExchangeError {
    const isCertificate = isAboutClientCertificate(error.message)
    if (this.uncertified && (isCertificate || CUT.test(error.message))) return this.uncertified
    this.uncertified = isCertificate ? error : undefined
    return error
  }

  async close(): Promise<void> {
    this.stages?.close()
    await this.fleet?.acknowledger.close()
    if (this.closesStore) await this.store.close()
  }

  private async pullOnce(etag: string | undefined, signal: AbortSignal): Promise<Pulled> {
    const staged = await this.stages?.read(signal)
    if (staged) {
      const { generation, bytes } = staged
      const offered = { generation, hash: contentHash(bytes) }
      // Also of what is too large the process says that it was asked for it.
      if (generation === this.announced) this.fleet?.acknowledger.offer(offered)
      else await this.fleet?.acknowledger.announce(offered)
      this.announced = generation
      const pulled = this.pulled(etag, { bytes, version: stagedEtag(staged) })
      return this.offered(
        generation,
        pulled.kind === 'body' ? { ...pulled, isProvisional: true } : pulled,
      )
    }
    const downs = this.stream?.downs ?? 0
    const known = isStagedEtag(etag) || this.wholeAt !== downs ? undefined : etag
    const stored = await this.read(known, signal)
    this.wholeAt = downs
    return this.offered(null, this.pulled(known, stored))
  }

  /** Says of which text the process may acknowledge that it has it. */
  private offered(generation: number | null, pulled: Pulled): Pulled {
    if (this.fleet && pulled.kind === 'body') {
      this.fleet.acknowledger.offer({ generation, hash: contentHash(pulled.bytes) })
      if (generation !== this.staged) this.fleet.onStaged?.(generation, this.published())
      this.staged = generation
    }
    return pulled
  }

  /** While another text is tried. */
  private published(): string | undefined {
    const head = this.stages?.replaced
    return head && new TextDecoder().decode(head.bytes)
  }

  private read(
    version: string | undefined,
    signal: AbortSignal,
  ): Promise<Stored | 'unchanged' | undefined> {
    const { store } = this
    return version !== undefined && store.getUnless
      ? store.getUnless(version, '', signal)
      : store.get('', signal)
  }

  private pulled(etag: string | undefined, stored: Stored | 'unchanged' | undefined): Pulled {
    if (stored === undefined)
      throw new ExchangeError(
        'there is nothing under its key',
        'publish a live config there, or correct the key',
        'missing',
      )
    const isSame = stored === 'unchanged' || (stored.version === etag && !isStagedEtag(etag))
    if (isSame) return { kind: 'same', streams: false }
    const { bytes, version } = stored
    const { hardLimitBytes } = this.settings
    if (bytes.length > hardLimitBytes)
      throw new ExchangeError(
        `it has more than ${hardLimitBytes} bytes, the hard limit`,
        'shorten it, or raise hardLimitBytes',
        'too-large',
      )
    return { kind: 'body', bytes, etag: version, streams: false }
  }
}

/** As clients say that a server hung up. */
const CUT = /cut|hang up|hung up|ECONNRESET|EPIPE|closed/

const failureOf = (error: unknown): ExchangeError =>
  error instanceof StoreError
    ? new ExchangeError(error.reason, error.advice)
    : exchangeErrorOf(error)

/** The notices of a store. */
class KeyStream implements Stream {
  readonly always = true
  readonly called = 'notices'
  isLive = false
  /** How often the watch has gone down. */
  downs = 0
  private watch: KeyWatch | undefined
  private reason: StoreError | undefined

  constructor(
    private readonly store: KeyStore,
    private readonly keys: readonly string[],
    private readonly listener: StreamListener,
    private readonly signal: AbortSignal,
  ) {}

  start(): void {
    this.watch ??= this.store.watch(this.keys, {
      live: () => this.wentLive(),
      changed: () => this.listener.updated(),
      down: (error) => this.wentDown(error),
    })
  }

  async ended(): Promise<void> {
    this.watch?.close()
  }

  /**
   * A read that began after the watch went down has succeeded, so it is the watch alone that does
   * not work. Before that, one store that is away would be two problems.
   */
  canBeRead(downs: number): void {
    if (this.reason === undefined || downs !== this.downs || this.signal.aborted) return
    this.listener.down(failureOf(this.reason))
  }

  private wentLive(): void {
    this.isLive = true
    this.reason = undefined
    this.listener.proven()
    // What was written before is not notified.
    this.listener.live()
  }

  private wentDown(error: StoreError): void {
    this.isLive = false
    this.reason = error
    this.downs += 1
    this.listener.down(undefined)
  }
}
