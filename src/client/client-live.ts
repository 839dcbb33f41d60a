import type { Client, ClientBootstrap } from './client'

export interface LiveOptions {
  /** Where the page's server answers with a newer bootstrap, as JSON. */
  readonly url: string
  /**
   * A stream of server-sent events; each message means that something changed. Such as
   * `/ofrep/v1/sse` of liveflag's server.
   */
  readonly stream?: string
  /** Without a stream: milliseconds between two requests while the page is seen. Default 60,000. */
  readonly everyMs?: number
}

interface Stream {
  readonly readyState: number
  onmessage: ((event: { readonly data: string }) => void) | null
  onerror: (() => void) | null
  close(): void
}
interface Page {
  readonly visibilityState: string
  addEventListener(type: string, listener: () => void): void
  removeEventListener(type: string, listener: () => void): void
}
interface Browser {
  readonly EventSource?: new (url: string) => Stream
  readonly document?: Page
  fetch(
    url: string,
    options: object,
  ): Promise<{ readonly ok: boolean; json(): Promise<ClientBootstrap> }>
  setTimeout(work: () => void, ms: number): unknown
  clearTimeout(timer: unknown): void
}

// The one place where the types of a browser are not those of Node.
const browser = globalThis as unknown as Browser

/** An EventSource that will not connect again. */
const CLOSED = 2

/**
 * Puts newer Decisions in force while the page is open: after each message of the stream, or every
 * minute. What fails changes nothing, and is tried again at the next change. Returns a function that
 * ends it.
 *
 * @example const end = goLive(features, { url: '/bootstrap', stream: '/flags/ofrep/v1/sse' })
 */
export function goLive(
  client: Pick<Client, 'replace'>,
  { url, stream, everyMs = 60_000 }: LiveOptions,
): () => void {
  let newest = 0
  let ended = false
  const refetch = async (): Promise<void> => {
    const own = ++newest
    try {
      const answer = await browser.fetch(url, { credentials: 'same-origin', cache: 'no-store' })
      const bootstrap = answer.ok && (await answer.json())
      // A slow answer does not replace that of a later question.
      if (bootstrap && own === newest && !ended) client.replace(bootstrap)
    } catch {
      // The page goes on with what it has.
    }
  }
  const { EventSource } = browser
  const end =
    stream !== undefined && EventSource
      ? listen(() => new EventSource(stream), refetch, everyMs)
      : poll(refetch, everyMs)
  return () => {
    ended = true
    end()
  }
}

/**
 * A browser connects again when a connection is lost, and the server notifies it of what it missed.
 * When it is refused, such as by a proxy whose server restarts, it gives up: then it is asked to
 * connect once more, and the page to fetch what it missed.
 */
function listen(connect: () => Stream, refetch: () => unknown, everyMs: number): () => void {
  let timer: unknown
  let source = connect()
  const receive = (): void => {
    source.onmessage = ({ data }) => {
      if (!data.includes('"connected"')) refetch()
    }
    source.onerror = () => {
      if (source.readyState !== CLOSED) return
      // Not at the same moment in every page.
      timer = browser.setTimeout(again, everyMs * (0.5 + Math.random() / 2))
    }
  }
  const again = (): void => {
    source = connect()
    receive()
    refetch()
  }
  receive()
  return () => {
    browser.clearTimeout(timer)
    source.close()
  }
}

/** While the page is seen; what is due meanwhile, at once when it is seen again. */
function poll(refetch: () => unknown, everyMs: number): () => void {
  const { document } = browser
  let timer: unknown
  let isDue = false
  const wait = (): void => {
    timer = browser.setTimeout(ask, everyMs)
  }
  const ask = (): void => {
    isDue = document !== undefined && document.visibilityState === 'hidden'
    if (isDue) return
    refetch()
    wait()
  }
  const seen = (): void => {
    if (isDue) ask()
  }
  if (document) document.addEventListener('visibilitychange', seen)
  wait()
  return () => {
    browser.clearTimeout(timer)
    if (document) document.removeEventListener('visibilitychange', seen)
  }
}
