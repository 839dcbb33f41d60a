import type { Format } from '../../core/source'
import type { TextOptions } from './reading'

/**
 * What to start with when the network gives no usable content: `fail`: nothing; `cache`: the last
 * good on disk; `cache-first`: the last good at once, without waiting for the network; `defaults`:
 * the last good if there is one, otherwise no features at all, so that callers get their defaults.
 */
export type Startup = 'fail' | 'cache' | 'cache-first' | 'defaults'

/** An `Agent` of node:http or node:https, for which these types need no types of Node. */
export interface HttpAgent {
  destroy(): void
}

export interface HttpOptions extends TextOptions {
  /** Default `json`. */
  readonly format?: Format
  /** Sent with every request, but not to another origin that a redirect leads to. */
  readonly headers?: Readonly<Record<string, string>>
  /**
   * For a proxy, a private certificate authority or a client certificate. Default: a new connection
   * each time.
   */
  readonly agent?: HttpAgent
  /** How long finding the host and connecting to it may take. Default 1000. */
  readonly connectTimeoutMs?: number
  /** How long the server may be silent. Default 2000. */
  readonly readTimeoutMs?: number
  /** How long one pull may take with its redirects, however busy the server is. Default 10000. */
  readonly totalTimeoutMs?: number
  /** How often to pull. Default 60000. */
  readonly refreshMs?: number
  /** How often to pull while a stream is open and alive. Default four times `refreshMs`. */
  readonly streamingRefreshMs?: number
  /** The longest wait after failures in a row. Default 300000. */
  readonly maxBackoffMs?: number
  /** Default 5. */
  readonly maxRedirects?: number
  /** A larger content is a warning. Default 10 MiB. */
  readonly softLimitBytes?: number
  /** A larger content is refused, and reading stops there. Default 100 MiB. */
  readonly hardLimitBytes?: number
  /**
   * `auto`: stream when the server offers it by `x-sse-support: enabled`; a URL: always, from
   * there; false: never. Default `auto`.
   */
  readonly stream?: string | false
  /**
   * Where to stream from when the server offers it. Default: `/sub/KEY` beside `/api/features/KEY`,
   * none for other URLs.
   */
  readonly streamUrl?: string
  /** A stream that is silent for so long is dead. Default 90000: three pings. */
  readonly streamIdleMs?: number
  /**
   * How long to wait before a stream is opened again; the server's own `retry` takes its place.
   * Default 1000.
   */
  readonly streamRetryMs?: number
  /** The last good is kept in this file. */
  readonly cache?: { readonly path: string }
  /** Default `cache` when `cache` is set, otherwise `fail`. */
  readonly startup?: Startup
}
