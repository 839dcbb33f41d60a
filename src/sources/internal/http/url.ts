import { LiveflagError } from '../../../core/errors'

export function parsedUrl(text: string, base?: URL): URL | undefined {
  return URL.canParse(text, base?.href) ? new URL(text, base) : undefined
}

/** Reads an option that is a URL; `base` lets it be relative. */
export function readUrl(option: string, text: string, base?: URL): URL {
  const url = parsedUrl(text, base)
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  // The text may hold a password, so it is not repeated.
  throw new LiveflagError('LIVEFLAG_BAD_OPTION', `http: ${option} is not an http or https URL; give one such as https://flags.example.com/live.json`)
}

/** A URL for messages: without user, password and fragment; of a query only the names. */
export function shownUrl({ origin, pathname, searchParams }: URL): string {
  const names = [...new Set(searchParams.keys())].map((name) => `${encodeURIComponent(name)}=…`)
  return `${origin}${pathname}${names.length > 0 ? `?${names.join('&')}` : ''}`
}

/** Where a GrowthBook-compatible server streams what it serves at `/api/features/KEY`. */
export function streamUrlFor(url: URL): URL | undefined {
  const [, prefix = '', key] = /^(.*)\/api\/features\/([^/]+)$/.exec(url.pathname) ?? []
  if (key === undefined) return undefined
  const stream = new URL(url)
  stream.pathname = `${prefix}/sub/${key}`
  return stream
}
