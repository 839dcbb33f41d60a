import type {
  ClientFeatureName,
  DefaultOf,
  ReadOf,
  VariantOf,
  Widened,
} from '../core/feature-types'

/** What a browser knows of one feature, as `bootstrap` of liveflag returns it. */
export interface ClientFeature {
  readonly enabled: boolean
  readonly variant?: string
  readonly value?: unknown
  readonly exposure?: string
}

/** The Decisions of one visitor. */
export interface ClientBootstrap {
  readonly features: Readonly<Record<string, ClientFeature>>
}

export interface ClientOptions {
  /** Where exposures are sent. Default `/events`. False: none is sent. */
  readonly events?: string | false
}

/**
 * The same questions as on the server, of what the server decided. With generated types a name is
 * that of a feature with `client: true`, and its variants and values are checked.
 */
export interface Client {
  isEnabled(name: ClientFeatureName): boolean
  variant<Name extends ClientFeatureName>(name: Name): VariantOf<Name> | undefined
  /** The value when it has the type of `otherwise`; else `otherwise`. */
  value<T, Name extends ClientFeatureName = ClientFeatureName>(
    name: Name,
    otherwise: T & DefaultOf<Name>,
  ): Widened<ReadOf<Name, T>>
  /** Calls back after each `replace`; returns a function that ends it. For `useSyncExternalStore`. */
  subscribe(listener: () => void): () => void
  /** Puts newer Decisions in force, and notifies whoever subscribed. */
  replace(bootstrap: ClientBootstrap): void
  /** Sends the exposures that wait now, instead of within a second or when the page is left. */
  flush(): void
}

/** What this needs of a browser; each may be missing, as on a server that renders the page. */
interface Browser {
  readonly document?: {
    readonly visibilityState: string
    getElementById(id: string): { readonly textContent: string | null } | null
    addEventListener(type: string, listener: () => void): void
  }
  readonly navigator?: { sendBeacon?(url: string, body: string): boolean }
  readonly addEventListener?: (type: string, listener: () => void) => void
  readonly __liveflag?: ClientBootstrap
  fetch(url: string, options: object): Promise<unknown>
  setTimeout(work: () => void, ms: number): unknown
}

// The one place where the types of a browser are not those of Node.
const browser = globalThis as unknown as Browser

/** Exposures are sent together this long after the first of them. */
const WAIT_MS = 1000
/** A beacon takes 64 KiB. */
const MOST = 100

/**
 * Answers from what the page has: `bootstrapScript` of the server put it there. Each exposure is
 * sent once, when the feature is first asked.
 *
 * @example
 * const features = createClient()
 * if (features.isEnabled('search_v2')) showNewSearch()
 */
export function createClient(
  bootstrap: ClientBootstrap = inPage(),
  { events = '/events' }: ClientOptions = {},
): Client {
  let { features } = bootstrap
  const listeners = new Set<() => void>()
  const { expose, flush } = exposures(events)
  const find = (name: string): ClientFeature | undefined =>
    Object.prototype.hasOwnProperty.call(features, name) ? features[name] : undefined
  const asked = (name: string): ClientFeature | undefined => expose(name, find(name))
  return {
    isEnabled: (name) => {
      const feature = asked(name)
      return feature !== undefined && feature.enabled
    },
    variant: (name) => {
      const feature = asked(name)
      return feature && feature.variant
    },
    value: (name, otherwise) => {
      const feature = find(name)
      const value = feature && valueOf(feature, otherwise)
      const isServed =
        typeof value === typeof otherwise && (value === null) === (otherwise === null)
      if (isServed) expose(name, feature)
      // Where data comes in: it has the type of the default.
      return (isServed ? value : otherwise) as never
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    replace: (newer) => {
      features = newer.features
      listeners.forEach((listener) => listener())
    },
    flush,
  }
}

interface Exposures {
  readonly expose: (name: string, feature: ClientFeature | undefined) => ClientFeature | undefined
  readonly flush: () => void
}

/** Sends each exposure once, together with those that come soon after it. */
function exposures(url: string | false): Exposures {
  let waiting: string[] = []
  const sent = new Set<string>()
  const flush = (): void => {
    while (waiting.length > 0 && url !== false) {
      send(url, waiting.slice(0, MOST))
      waiting = waiting.slice(MOST)
    }
  }
  const { document } = browser
  // A server that renders the page shows it to nobody: the browser sends what it shows.
  const sends = url !== false && browser.addEventListener !== undefined
  // Where nothing is sent, as on a server with a client for each request, nothing is left behind.
  if (sends && browser.addEventListener) browser.addEventListener('pagehide', flush)
  if (sends && document)
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden') flush()
    })
  return {
    flush,
    expose: (name, feature) => {
      // However often a newer bootstrap seals it anew, a visitor is exposed once to a variant.
      const key = JSON.stringify([name, feature && feature.variant])
      if (sends && feature && feature.exposure && !sent.has(key)) {
        sent.add(key)
        if (waiting.push(feature.exposure) === 1) browser.setTimeout(flush, WAIT_MS)
      }
      return feature
    },
  }
}

/** A feature without values is a boolean, or a text when it has a variant. */
const valueOf = ({ value, variant, enabled }: ClientFeature, otherwise: unknown): unknown =>
  value !== undefined ? value : typeof otherwise === 'string' ? variant : enabled

/**
 * A text needs no preflight. What the browser's queue does not take is fetched, which outlives the
 * page as well; what cannot be sent at all is lost, as with every page that is left.
 */
function send(url: string, tokens: readonly string[]): void {
  const events = tokens.map((token) => ({ type: 'exposure', token }))
  const body = JSON.stringify({ events })
  const { navigator } = browser
  if (navigator && navigator.sendBeacon && navigator.sendBeacon(url, body)) return
  browser.fetch(url, { method: 'POST', body, keepalive: true }).catch(() => undefined)
}

/** The block of JSON, or the global of a script with a nonce; nothing is known without either. */
function inPage(): ClientBootstrap {
  const { document, __liveflag } = browser
  const block = document && document.getElementById('liveflag')
  const text = block && block.textContent
  if (text) return JSON.parse(text) as ClientBootstrap
  return __liveflag || { features: {} }
}
