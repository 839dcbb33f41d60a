/** Servers that somebody else runs, whose URLs are in the environment. */
import { randomBytes } from 'node:crypto'
import { QUERY_TEXT, readStoreUrl, type StoreUrl } from '../../src/sources/store-url'

export interface GivenServer {
  /** That of a live config that nobody else has. */
  readonly url: string
  /** The name that nobody else has. */
  readonly name: string
  /** The part of the URL that says where the server is, or why it cannot be behind a proxy. */
  readonly at: { readonly host: string; readonly port: number } | string
  /** The same by a port of this machine. */
  through(port: number): string
}

/** The ports of those schemes that have one. */
const PORTS: Readonly<Record<string, number>> = {
  redis: 6379,
  rediss: 6379,
  postgres: 5432,
  postgresql: 5432,
  etcd: 2379,
  zookeeper: 2181,
  nats: 4222,
}
/** Stores whose URL names the live config in its query, as `?key=`. */
const NAMED_BY_QUERY = /^(?:rediss?|postgres(?:ql)?):/

/** @param name default a random one */
export function givenServer(
  url: string,
  name = `liveflag-test-${randomBytes(6).toString('hex')}`,
): GivenServer {
  const own = named(url, name)
  const scheme = url.slice(0, url.indexOf(':'))
  // What the query may say is the business of the store.
  const names = [...new URLSearchParams(own.split('?')[1]).keys()]
  const kinds = Object.fromEntries(names.map((one) => [one, QUERY_TEXT]))
  const parts = readStoreUrl('givenServer', own, [scheme], 'SCHEME://host:port/…', kinds)
  const at = placeOf(parts)
  return { url: own, name, at, through: (port) => moved(own, parts, `127.0.0.1:${port}`) }
}

function named(url: string, name: string): string {
  const [, base = '', rest = ''] = /^([^?]*)\??(.*)$/.exec(url) ?? []
  const query = rest === '' ? '' : `?${rest}`
  if (NAMED_BY_QUERY.test(url)) {
    const keyed = new URLSearchParams(rest)
    keyed.set('key', name)
    return `${base}?${keyed.toString()}`
  }
  const [, , , path = ''] = /^(\w+:)(\/\/[^/]*)?(\/.*)?$/.exec(base) ?? []
  if (path.length > 1) return `${base}-${name}${query}`
  const folder = url.startsWith('nats:') ? '/liveflag-test/' : '/'
  return `${base.replace(/\/$/, '')}${folder}${name}${query}`
}

function placeOf({ scheme, hosts, query }: StoreUrl): GivenServer['at'] {
  const endpoint = query.get('endpoint')
  const [first, second] = scheme === 's3' ? hostsOf(endpoint) : hosts
  if (scheme === 'rediss' || query.has('tls') || query.has('sslmode')) return 'it has TLS'
  if (endpoint?.startsWith('https:')) return 'it has TLS'
  if (first === undefined) return 'its URL names no host'
  if (second !== undefined || query.has('sentinel') || query.has('cluster'))
    return 'it has several servers'
  return { host: first.host, port: first.port ?? PORTS[scheme] ?? 80 }
}

function hostsOf(endpoint: string | null): StoreUrl['hosts'] {
  if (endpoint === null) return []
  const { hostname, port } = new URL(endpoint)
  return [{ host: hostname, port: Number(port || 80) }]
}

function moved(url: string, { scheme }: StoreUrl, place: string): string {
  if (scheme !== 's3') return url.replace(/^(\w+:\/\/(?:[^/?]*@)?)[^/?]*/, `$1${place}`)
  const [base = '', query] = url.split('?')
  const moving = new URLSearchParams(query)
  moving.set('endpoint', `http://${place}`)
  return `${base}?${moving.toString()}`
}
