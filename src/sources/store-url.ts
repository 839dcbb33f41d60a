import { LiveflagError } from '../core/errors'
import { badOption, isText, type OptionKind, oneOf } from '../core/options'
import { didYouMean } from '../core/suggest'

/** The parts of a URL of a store, which may name several hosts. */
export interface StoreUrl {
  /** Lower-case, without the colon. */
  readonly scheme: string
  readonly user?: string
  readonly password?: string
  readonly hosts: readonly StoreHost[]
  /** With its `/` at the beginning, decoded; an empty text when there is none. */
  readonly path: string
  readonly query: URLSearchParams
  /** The URL for messages: without user, password and what the query may hide. */
  readonly shown: string
}

export interface StoreHost {
  /** An IPv6 address without its brackets. */
  readonly host: string
  readonly port?: number
}

/** What the query of a store's URLs may say, and of which kind each value is. */
export type QueryKinds = Readonly<Record<string, OptionKind>>

/** For queries: a text that is not empty. */
export const QUERY_TEXT: OptionKind = {
  fits: (value) => isText(value) && value !== '',
  wanted: 'a text that is not empty',
}
export const QUERY_FLAG = oneOf(['true', 'false'])

const URL_OF_A_STORE =
  /^([a-z][a-z\d+.-]*):(?:\/\/(?:([^/?#]*)@)?([^/?#@]*))?([^?#]*)(?:\?([^#]*))?(?:#.*)?$/i
const HOST = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/

/** Values of the query that are no secret; of others, messages have the name. */
const SHOWN = [
  ...['key', 'schema', 'cluster', 'sentinel', 'region', 'endpoint', 'replicas', 'tls', 'acl'],
]

/** The scheme of a URL in lower case, without the colon; undefined where there is none. */
export const schemeOf = (url: string): string | undefined =>
  /^([a-z][a-z\d+.-]+):/i.exec(url)?.[1]?.toLowerCase()

/**
 * Takes the URL of a store apart. Node's own URL has one host at most. An `@` behind the hosts is
 * refused: there a password with a `/`, `?` or `#` of its own would end, and be shown.
 *
 * @param call what the application called, for the message
 * @param example for the message: `redis://user:password@host:6379/0?key=live`
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION, without the URL: it may hold a password
 */
export function readStoreUrl(
  call: string,
  url: string,
  schemes: readonly string[],
  example: string,
  kinds: QueryKinds = {},
): StoreUrl {
  const read = partsOf(call, url, schemes, example, kinds)
  checkQuery(call, read.query, kinds)
  return read
}

type StoreUrlText = Parameters<typeof readStoreUrl>

function partsOf(...[call, url, schemes, example, kinds = {}]: StoreUrlText): StoreUrl {
  const parts = typeof url === 'string' ? URL_OF_A_STORE.exec(url) : null
  const [, scheme = '', login, hosts = '', path = '', query = ''] = parts ?? []
  try {
    if (!schemes.includes(scheme.toLowerCase())) throw new Error('another scheme')
    if (/@/.test(/^[^:]*:(?:\/\/[^/?#]*)?(.*)$/s.exec(url)?.[1] ?? '')) throw new Error('an @')
    const [user, password] = loginOf(login)
    const read = {
      scheme: scheme.toLowerCase(),
      hosts: hosts === '' ? [] : hosts.split(',').map(hostOf),
      path: decodeURIComponent(path),
      query: new URLSearchParams(query),
    }
    const shown = `${read.scheme}:${parts?.[3] === undefined ? '' : '//'}${hosts}${path}${shownQuery(read.query, kinds)}`
    return { ...read, ...(user && { user }), ...(password && { password }), shown }
  } catch {
    // Neither the URL nor the cause, which may repeat a part of it.
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `${call}: this is no URL of this store; give one such as ${example}, with @, : and / of a password as %40, %3A and %2F, and an @ behind the host as %40, too`,
    )
  }
}

function checkQuery(call: string, query: URLSearchParams, kinds: QueryKinds): void {
  for (const [name, value] of query) {
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined
    if (kind === undefined) throw unknownName(call, name, Object.keys(kinds))
    if (!kind.fits(value))
      throw badOption(call, `${name} in the URL`, kind.isSecret ? '…' : value, kind.wanted)
    if (query.getAll(name).length > 1)
      throw new LiveflagError(
        'LIVEFLAG_BAD_OPTION',
        `${call}: the URL says ${name} more than once; leave one of them`,
      )
  }
}

function unknownName(call: string, name: string, known: readonly string[]): LiveflagError {
  const meant = didYouMean(name, known)
  const all = known.length === 0 ? 'this store reads none' : `there are ${known.join(', ')}`
  const advice = meant === undefined ? all : `did you mean ${meant}?`
  return new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    `${call}: ${JSON.stringify(name)} in the URL is not known; ${advice}`,
  )
}

function loginOf(login = ''): readonly [string | undefined, string | undefined] {
  const at = login.indexOf(':')
  const [user, password] = at < 0 ? [login, ''] : [login.slice(0, at), login.slice(at + 1)]
  return [decodeURIComponent(user) || undefined, decodeURIComponent(password) || undefined]
}

function hostOf(text: string): StoreHost {
  const [, address, name, port] = HOST.exec(text) ?? []
  const host = address ?? name
  if (host === undefined || Number(port ?? 1) > 65_535) throw new Error('no host')
  return { host, ...(port !== undefined && { port: Number(port) }) }
}

/** As clients take it: `[::1]:2379`. */
export const addressOf = ({ host, port }: StoreHost, defaultPort: number): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port ?? defaultPort}`

/** A URL may have a login of its own. */
const isSecret = (name: string, value: string): boolean =>
  !SHOWN.includes(name) || (name === 'endpoint' && value.includes('@'))

/** The same name may be a secret in one store alone: a key, or the file of a private one. */
function shownQuery(query: URLSearchParams, kinds: QueryKinds = {}): string {
  const shown = [...query].map(([name, value]) => {
    const isHidden = isSecret(name, value) || (Object.hasOwn(kinds, name) && kinds[name]?.isSecret)
    return `${encodeURIComponent(name)}=${isHidden ? '…' : encodeURIComponent(value)}`
  })
  return shown.length > 0 ? `?${shown.join('&')}` : ''
}

/** The URL for messages with this key, which an option may have given. */
export function shownWithKey({ shown, query }: StoreUrl, key: string): string {
  const named = new URLSearchParams(query)
  named.set('key', key)
  return shown.replace(/\?.*$/, '') + shownQuery(named)
}
