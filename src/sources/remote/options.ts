import { LiveflagError } from '../../core/errors'
import {
  ANYTHING,
  badOption,
  checkValues,
  FUNCTION,
  isObject,
  isText,
  LONGEST_TIMER_MS,
  numberFrom,
  oneOf,
  type OptionKind,
  type OptionKinds,
  TIMEOUT_MS,
} from '../../core/options'
import type { SessionSettings } from './endpoint'
import type { HttpOptions } from './http-options'
import { readBy, type ReadText, type TextOptions } from './reading'

export function parsedUrl(text: string, base?: URL): URL | undefined {
  return URL.canParse(text, base?.href) ? new URL(text, base) : undefined
}

/** Reads an option that is a URL; `base` lets it be relative. */
function readUrl(option: string, text: string, base?: URL): URL {
  const url = parsedUrl(text, base)
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  // The text may hold a password, so it is not repeated.
  throw new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    `http: ${option} is not an http or https URL; give one such as https://flags.example.com/live.json`,
  )
}

/**
 * A URL for messages: without user, password and fragment; of a query only the names. A path may have
 * an `@`, as `/npm/flags@2/live.json`; behind a port or a name without a dot it may be a password with a
 * `/` of its own.
 */
export function shownUrl(url: URL): string {
  const { origin, protocol, hostname, port, pathname, searchParams } = url
  if (pathname.includes('@') && (port !== '' || !hostname.includes('.')))
    return `${protocol}//${hostname}/…`
  const names = [...new Set(searchParams.keys())].map((name) => `${encodeURIComponent(name)}=…`)
  return `${origin}${pathname}${names.length > 0 ? `?${names.join('&')}` : ''}`
}

/** Where a GrowthBook-compatible server streams what it serves at `/api/features/KEY`. */
function streamUrlFor(url: URL): URL | undefined {
  const [, prefix = '', key] = /^(.*)\/api\/features\/([^/]+)$/.exec(url.pathname) ?? []
  if (key === undefined) return undefined
  const stream = new URL(url)
  stream.pathname = `${prefix}/sub/${key}`
  return stream
}

type Optional = 'agent' | 'cache'
type ReadOtherwise = 'stream' | 'streamUrl' | keyof TextOptions

export type Settings = SessionSettings &
  Required<Omit<HttpOptions, Optional | ReadOtherwise>> &
  Pick<HttpOptions, Optional> & {
    readonly url: URL
    readonly stream: { readonly url: URL; readonly always: boolean } | undefined
  }

const MIB = 1024 * 1024

const DEFAULTS = {
  format: 'json',
  headers: {},
  connectTimeoutMs: 1000,
  readTimeoutMs: 2000,
  totalTimeoutMs: 10_000,
  refreshMs: 60_000,
  maxBackoffMs: 300_000,
  maxRedirects: 5,
  softLimitBytes: 10 * MIB,
  hardLimitBytes: 100 * MIB,
  streamIdleMs: 90_000,
  streamRetryMs: 1000,
  leastPauseMs: 250,
} as const

const CACHE: OptionKind = { fits: isObject, wanted: '{ path }' }
const CACHE_PATH: OptionKind = {
  fits: (value) => isText(value) && value !== '',
  wanted: 'the path of a file',
}

/** A missing path counts as a bad one. */
const NO_PATH: object = { path: null }

/** Every option that `http` shares with `growthbook`. URLs and headers are checked when they are read. */
export const SHARED_OPTIONS = {
  headers: ANYTHING,
  agent: ANYTHING,
  connectTimeoutMs: TIMEOUT_MS,
  readTimeoutMs: TIMEOUT_MS,
  totalTimeoutMs: TIMEOUT_MS,
  refreshMs: TIMEOUT_MS,
  streamingRefreshMs: TIMEOUT_MS,
  maxBackoffMs: TIMEOUT_MS,
  maxRedirects: numberFrom(0, Infinity, 'a number from 0'),
  softLimitBytes: numberFrom(0, Infinity, 'a number from 0'),
  hardLimitBytes: numberFrom(0, Infinity, 'a number from 0'),
  stream: ANYTHING,
  streamUrl: ANYTHING,
  streamIdleMs: TIMEOUT_MS,
  streamRetryMs: TIMEOUT_MS,
  cache: CACHE,
  startup: oneOf(['fail', 'cache', 'cache-first', 'defaults']),
} satisfies Partial<Record<keyof HttpOptions, OptionKind>>

export const HTTP_OPTIONS: OptionKinds<HttpOptions> = {
  ...SHARED_OPTIONS,
  format: ANYTHING,
  validate: FUNCTION,
  transform: FUNCTION,
  version: FUNCTION,
}

/** Fills in defaults; throws LIVEFLAG_BAD_OPTION on a value that is not valid. */
export function readOptions(
  url: string,
  options: HttpOptions,
  read: ReadText = readBy(options),
): Settings {
  const { refreshMs = DEFAULTS.refreshMs, cache } = options
  const given = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  )
  const settings: Settings = {
    ...DEFAULTS,
    streamingRefreshMs: Math.min(4 * refreshMs, LONGEST_TIMER_MS),
    firstRetryMs: refreshMs,
    startup: cache === undefined ? 'fail' : 'cache',
    ...given,
    read,
    headers: readHeaders(options.headers),
    url: readUrl('url', url),
    identity: readUrl('url', url).href,
    name: shownUrl(readUrl('url', url)),
    stream: readStream(readUrl('url', url), options),
  }
  checkCache('http', settings)
  return settings
}

/** Throws LIVEFLAG_BAD_OPTION when the start needs a cache that there is not, or that has no path. */
export function checkCache(
  call: string,
  { cache, startup }: Pick<SessionSettings, 'cache' | 'startup'>,
): void {
  if (cache !== undefined)
    checkValues(`${call}: cache`, { ...NO_PATH, ...cache }, { path: CACHE_PATH })
  else if (startup.startsWith('cache'))
    throw badOption(call, 'cache', cache, `{ path }, which startup: '${startup}' needs`)
}

function readStream(url: URL, { stream = 'auto', streamUrl }: HttpOptions): Settings['stream'] {
  if (stream === false) return undefined
  if (stream !== 'auto') return { url: readUrl('stream', stream, url), always: true }
  const from = streamUrl === undefined ? streamUrlFor(url) : readUrl('streamUrl', streamUrl, url)
  return from && { url: from, always: false }
}

/**
 * Lower-cases the names, so that one given here takes the place of one that liveflag would send.
 */
function readHeaders(headers: HttpOptions['headers']): Readonly<Record<string, string>> {
  try {
    return Object.fromEntries(new Headers(headers))
  } catch (cause) {
    // The cause names the header's value, which is often a secret, so its words are not passed on.
    const names = Object.keys(headers ?? {}).join(', ')
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `http: headers (${names}) has a name or a value that HTTP does not allow; correct it`,
      { cause },
    )
  }
}
