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
  onmessage: ((event: { readonly data: string }) => void) | null
  close(): void
}
interface Browser {
  readonly EventSource?: new (url: string) => Stream
  readonly document?: { readonly visibilityState: string }
  fetch(
    url: string,
    options: object,
  ): Promise<{ readonly ok: boolean; json(): Promise<ClientBootstrap> }>
  setInterval(work: () => void, ms: number): unknown
  clearInterval(timer: unknown): void
}

// The one place where the types of a browser are not those of Node.
const browser = globalThis as unknown as Browser

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
  if (stream !== undefined && browser.EventSource) {
    const source = new browser.EventSource(stream)
    source.onmessage = ({ data }) => {
      if (!data.includes('"connected"')) void refetch()
    }
    return () => {
      ended = true
      source.close()
    }
  }
  const isSeen = (): boolean => !browser.document || browser.document.visibilityState !== 'hidden'
  const timer = browser.setInterval(() => void (isSeen() && refetch()), everyMs)
  return () => {
    ended = true
    browser.clearInterval(timer)
  }
}
