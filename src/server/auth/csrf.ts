import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

const HEADER = 'x-csrf-token'

/**
 * The token against forged requests of a caller whose browser is known without its doing: the page
 * reads it, and a page from elsewhere cannot.
 *
 * @param key the id of the session, else a secret of the server
 */
export const csrfToken = (key: string | Uint8Array, of: string): string =>
  createHmac('sha256', key).update(`csrf\0${of}`).digest('base64url')

/** Whether a request has the token. */
export function hasCsrfToken(headers: IncomingHttpHeaders, wanted: string): boolean {
  const given = headers[HEADER]
  if (typeof given !== 'string') return false
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Whether a browser sends the request, and not a script on this machine. */
export const isFromBrowser = (headers: IncomingHttpHeaders): boolean =>
  headers.origin !== undefined || headers['sec-fetch-site'] !== undefined

/**
 * Whether a page of another origin sends the request. Browsers say so by `Sec-Fetch-Site`, and older
 * ones, or such as came by plain http, by `Origin`.
 */
export function isFromElsewhere(headers: IncomingHttpHeaders, isProxied: boolean): boolean {
  const { origin, host, 'sec-fetch-site': site, 'x-forwarded-host': forwarded } = headers
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  if (origin === undefined) return false
  const hosts = [host, isProxied ? String(forwarded ?? '') : undefined]
  return !hosts.includes(origin.replace(/^https?:\/\//i, ''))
}
