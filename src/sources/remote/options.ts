import { LiveflagError } from '../../core/errors'
import { ANYTHING, type OptionKind, type OptionKinds } from '../../core/options'
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

/** A URL for messages: without user, password and fragment; of a query only the names. */
export function shownUrl({ origin, pathname, searchParams }: URL): string {
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

export type Settings = Required<Omit<HttpOptions, Optional | ReadOtherwise>> &
  Pick<HttpOptions, Optional> & {
    readonly url: URL
    /** The URL as messages show it. */
    readonly name: string
    readonly read: ReadText
    readonly stream: { readonly url: URL; readonly always: boolean } | undefined
  }

const LONGEST_TIMER = 2 ** 31 - 1
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
} as const

const TIMES = [
  'connectTimeoutMs',
  'readTimeoutMs',
  'totalTimeoutMs',
  'refreshMs',
  'streamingRefreshMs',
  'maxBackoffMs',
  'streamIdleMs',
  'streamRetryMs',
] as const
const COUNTS = ['maxRedirects', 'softLimitBytes', 'hardLimitBytes'] as const

/** Every option that `http` shares with `growthbook`; the values are checked one by one. */
export const SHARED_OPTIONS = {
  headers: ANYTHING,
  agent: ANYTHING,
  connectTimeoutMs: ANYTHING,
  readTimeoutMs: ANYTHING,
  totalTimeoutMs: ANYTHING,
  refreshMs: ANYTHING,
  streamingRefreshMs: ANYTHING,
  maxBackoffMs: ANYTHING,
  maxRedirects: ANYTHING,
  softLimitBytes: ANYTHING,
  hardLimitBytes: ANYTHING,
  stream: ANYTHING,
  streamUrl: ANYTHING,
  streamIdleMs: ANYTHING,
  streamRetryMs: ANYTHING,
  cache: ANYTHING,
  startup: ANYTHING,
} satisfies Partial<Record<keyof HttpOptions, OptionKind>>

export const HTTP_OPTIONS: OptionKinds<HttpOptions> = {
  ...SHARED_OPTIONS,
  format: ANYTHING,
  validate: ANYTHING,
  transform: ANYTHING,
  version: ANYTHING,
}

/** Fills in defaults; throws LIVEFLAG_BAD_OPTION on a value that is not valid. */
export function readOptions(
  url: string,
  options: HttpOptions,
  read: ReadText = readBy(options),
): Settings {
  const { refreshMs = DEFAULTS.refreshMs, cache } = options
  const settings: Settings = {
    ...DEFAULTS,
    streamingRefreshMs: Math.min(4 * refreshMs, LONGEST_TIMER),
    startup: cache === undefined ? 'fail' : 'cache',
    ...options,
    read,
    headers: readHeaders(options.headers),
    url: readUrl('url', url),
    name: shownUrl(readUrl('url', url)),
    stream: readStream(readUrl('url', url), options),
  }
  for (const key of TIMES) expectTime(key, settings[key])
  for (const key of COUNTS)
    expect(settings[key] >= 0, key, settings[key], 'give a number, 0 or more')
  expectStartup(settings)
  return settings
}

/** 0 or infinity in a timer would be a loop of requests. */
function expectTime(key: string, ms: number): void {
  expect(
    Number.isFinite(ms) && ms >= 1 && ms <= LONGEST_TIMER,
    key,
    ms,
    `give milliseconds from 1 to ${LONGEST_TIMER}`,
  )
}

function expectStartup({ startup, cache }: Settings): void {
  expect(
    ['fail', 'cache', 'cache-first', 'defaults'].includes(startup),
    'startup',
    startup,
    "write 'fail', 'cache', 'cache-first' or 'defaults'",
  )
  const needsCache = startup === 'cache' || startup === 'cache-first'
  expect(
    !needsCache || cache !== undefined,
    'startup',
    startup,
    'this needs cache: { path }, where the last good is kept',
  )
  expect(
    cache === undefined || (typeof cache.path === 'string' && cache.path !== ''),
    'cache.path',
    cache?.path,
    'give the path of a file',
  )
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

function expect(holds: boolean, option: string, value: unknown, advice: string): void {
  const shown = typeof value === 'string' ? JSON.stringify(value) : String(value)
  if (!holds)
    throw new LiveflagError('LIVEFLAG_BAD_OPTION', `http: ${option} is ${shown}; ${advice}`)
}
