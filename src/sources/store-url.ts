import { LiveflagError } from '../core/errors'

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

const URL_OF_A_STORE =
  /^([a-z][a-z\d+.-]*):(?:\/\/(?:([^/?#]*)@)?([^/?#@]*))?([^?#]*)(?:\?([^#]*))?(?:#.*)?$/i
const HOST = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/

/** Values of the query that are no secret; of others, messages have the name. */
const SHOWN = [
  ...['key', 'prefix', 'schema', 'table', 'bucket', 'cluster', 'sentinel', 'db', 'format'],
  ...['region', 'endpoint', 'replicas', 'tls', 'acl'],
]

/** The scheme of a URL in lower case, without the colon; undefined where there is none. */
export const schemeOf = (url: string): string | undefined =>
  /^([a-z][a-z\d+.-]+):/i.exec(url)?.[1]?.toLowerCase()

/**
 * Takes the URL of a store apart. Node's own URL has one host at most.
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
): StoreUrl {
  const parts = typeof url === 'string' ? URL_OF_A_STORE.exec(url) : null
  const [, scheme = '', login, hosts = '', path = '', query = ''] = parts ?? []
  try {
    if (!schemes.includes(scheme.toLowerCase())) throw new Error('another scheme')
    const [user, password] = loginOf(login)
    const read = {
      scheme: scheme.toLowerCase(),
      hosts: hosts === '' ? [] : hosts.split(',').map(hostOf),
      path: decodeURIComponent(path),
      query: new URLSearchParams(query),
    }
    const shown = `${read.scheme}:${parts?.[3] === undefined ? '' : '//'}${hosts}${path}${shownQuery(read.query)}`
    return { ...read, ...(user && { user }), ...(password && { password }), shown }
  } catch {
    // Neither the URL nor the cause, which may repeat a part of it.
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `${call}: this is no URL of this store; give one such as ${example}, with @, : and / of a password as %40, %3A and %2F`,
    )
  }
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

function shownQuery(query: URLSearchParams): string {
  const shown = [...query].map(
    ([name, value]) =>
      `${encodeURIComponent(name)}=${SHOWN.includes(name) ? encodeURIComponent(value) : '…'}`,
  )
  return shown.length > 0 ? `?${shown.join('&')}` : ''
}

/** The URL for messages with this key, which an option may have given. */
export function shownWithKey({ shown, query }: StoreUrl, key: string): string {
  const named = new URLSearchParams(query)
  named.set('key', key)
  return shown.replace(/\?.*$/, '') + shownQuery(named)
}
