import type { ExchangeError } from './exchange-error'
import type { HttpOptions } from './http-options'
import type { ReadText } from './reading'

/** What a session follows: it is asked again and again, and may say that there is something new. */
export interface Endpoint {
  /** Asks for the content once, unless it still has this `etag`. Never rejects. */
  pull(etag: string | undefined): Promise<Pulled>
  /** Left out: it can only be asked. */
  readonly stream?: Stream | undefined
  /** Called when the session ends, after its signal was aborted. */
  close?(): Promise<void>
}

/** How an endpoint says by itself that there is something new. */
export interface Stream {
  readonly isLive: boolean
  /** In messages: `stream`. */
  readonly called: string
  /** Without an offer of the endpoint. */
  readonly always: boolean
  /** May be called again. */
  start(): void
  /** Resolves when it has ended for good. */
  ended(): Promise<void>
}

/** Begins to follow something, until `signal` ends it. */
export type BeginEndpoint = (listener: StreamListener, signal: AbortSignal) => Endpoint

/**
 * The result of a pull. `streams`: a stream is offered. `isProvisional`: it may be taken back, so it is
 * not stored as the last good. `old`: nobody could be asked, and this is to be gone back to.
 */
export type Pulled =
  | {
      readonly kind: 'body'
      readonly bytes: Uint8Array
      readonly etag: string | undefined
      readonly streams: boolean
      readonly isProvisional?: boolean
      readonly old?: {
        readonly error: ExchangeError
        /** When it was so: milliseconds since 1970. */
        readonly confirmedAt: number
      }
    }
  | { readonly kind: 'same'; readonly streams: boolean }
  | { readonly kind: 'failed'; readonly error: ExchangeError }

/** Why the endpoint could not be asked. */
export const errorOf = (pulled: Pulled): ExchangeError | undefined =>
  pulled.kind === 'failed' ? pulled.error : pulled.kind === 'body' ? pulled.old?.error : undefined

/** Receives what a stream brings. */
export interface StreamListener {
  /** The first bytes have come: the stream is open, and no proxy between holds it back. */
  live(): void
  /** A whole content. */
  payload(text: string): void
  /** There is something new to pull. */
  updated(): void
  /** Something has arrived that proves the stream good. */
  proven(): void
  /**
   * It is closed and will be opened again. `error` is left out when it brought something before.
   */
  down(error: ExchangeError | undefined): void
}

/** How contents are read, kept and asked for, whatever they come from. */
export type SessionSettings = Required<
  Pick<
    HttpOptions,
    'format' | 'refreshMs' | 'streamingRefreshMs' | 'maxBackoffMs' | 'softLimitBytes' | 'startup'
  >
> &
  Pick<HttpOptions, 'cache'> & {
    /** As messages show it: without secrets. */
    readonly name: string
    /** Differs from that of any other endpoint; may hold secrets. */
    readonly identity: string
    /** The pause after the first failure, when there is something to go on with. */
    readonly firstRetryMs: number
    /** The stream may cause pulls no more often than this. */
    readonly leastPauseMs: number
    readonly read: ReadText
  }
