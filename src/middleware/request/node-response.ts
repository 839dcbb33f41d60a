import type { IncomingMessage, OutgoingHttpHeader, ServerResponse } from 'node:http'
import { LiveflagError } from '../../core/errors'
import type { CookieExchange } from '../../sticky/cookie'
import type { CacheHeaders } from './cache-headers'

/** What the frameworks that send a response of `node:http` share. */

/** The cookies of a request and its response, for `cookieStickyService`. */
export const cookiesOfResponse = (req: IncomingMessage, res: ServerResponse): CookieExchange => ({
  cookies: req.headers.cookie,
  setCookie(name, line) {
    if (res.headersSent) throw cookieTooLate(name)
    const before = [res.getHeader('Set-Cookie') ?? []].flat().map(String)
    res.setHeader('Set-Cookie', withCookie(before, name, line))
  },
})

/** The lines of `Set-Cookie` with one for this cookie, in the place of an earlier one. */
export const withCookie = (lines: readonly string[], name: string, line: string): string[] => [
  ...lines.filter((other) => !other.startsWith(`${name}=`)),
  line,
]

export const cookieTooLate = (name: string): LiveflagError =>
  new LiveflagError(
    'LIVEFLAG_CLOSED',
    `the cookie ${name} cannot be set: the response is on its way; ask for features before sending it`,
  )

type Given = Record<string, OutgoingHttpHeader | undefined> | readonly OutgoingHttpHeader[]

/** Changes the headers of a response right before they go out, however that comes about. */
export function changeHeaders(res: ServerResponse, change: CacheHeaders | undefined): void {
  if (!change) return
  const writeHead = res.writeHead.bind(res)
  const changed = (status: number, reason?: string | Given, given?: Given): ServerResponse => {
    // Headers that are given here would replace the changed ones.
    setAll(res, typeof reason === 'string' ? given : (given ?? reason))
    change({
      get: (name) => {
        const value = res.getHeader(name)
        return value === undefined ? undefined : [value].flat().join(', ')
      },
      set: (name, value) => void res.setHeader(name, value),
    })
    return typeof reason === 'string' ? writeHead(status, reason) : writeHead(status)
  }
  Reflect.set(res, 'writeHead', changed)
}

function setAll(res: ServerResponse, given: Given = {}): void {
  if (!isList(given)) {
    for (const [name, value] of Object.entries(given))
      if (value !== undefined) res.setHeader(name, value)
    return
  }
  // Name and value by turns; a name that comes again adds a value.
  const names = given.filter((_, i) => i % 2 === 0).map(String)
  for (const name of names) res.removeHeader(name)
  names.forEach((name, i) => res.appendHeader(name, textOf(given[2 * i + 1])))
}

const isList = (given: Given): given is readonly OutgoingHttpHeader[] => Array.isArray(given)
const textOf = (value: OutgoingHttpHeader = ''): string | string[] =>
  Array.isArray(value) ? value : String(value)
